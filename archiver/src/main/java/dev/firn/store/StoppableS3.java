package dev.firn.store;

import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.paginators.ListMultipartUploadsIterable;
import software.amazon.awssdk.services.s3.paginators.ListObjectsV2Iterable;

/**
 * A client whose requests may end because the program does. What the SDK's timers and its pool of connections throw then it
 * lets pass as it is, which is none of its own exceptions: nobody who expects those would know it for what it is.
 */
final class StoppableS3 extends DelegatingS3Client {

    private static final String CLOSED = "stopped, for the connection to the store was closed";

    StoppableS3(S3Client client) {
        super(client);
    }

    @Override
    protected <T extends S3Request, R> R invokeOperation(T request, Function<T, R> operation) {
        try {
            return operation.apply(request);
        } catch (CancellationException | RejectedExecutionException e) {
            throw AbortedException.create(CLOSED, e);
        } catch (IllegalStateException e) {
            throw String.valueOf(e.getMessage()).contains("shut down") ? AbortedException.create(CLOSED, e) : e;
        }
    }

    /** Each page is a request of this client. */
    @Override
    public ListObjectsV2Iterable listObjectsV2Paginator(ListObjectsV2Request request) {
        return new ListObjectsV2Iterable(this, request);
    }

    @Override
    public ListMultipartUploadsIterable listMultipartUploadsPaginator(ListMultipartUploadsRequest request) {
        return new ListMultipartUploadsIterable(this, request);
    }

    /** Whether a request failed because the program is to end, and not because of the store. */
    static boolean stopped(Exception failure) {
        return failure instanceof AbortedException;
    }

    /** Why it failed, in words for whoever reads the log. */
    static String reason(Exception failure) {
        String told = String.valueOf(failure.getMessage());
        if (!stopped(failure)) {
            return told;
        }
        // What an interruption is called depends on where it was noticed, and may be nothing at all.
        return told.startsWith(CLOSED) ? CLOSED : "interrupted";
    }
}
