package dev.firn.store;

import dev.firn.FirnException.Category;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** One multipart upload, from its creation to its completion or its end. */
final class S3Multipart {

    private static final Logger LOG = LoggerFactory.getLogger(S3Multipart.class);

    private final S3Connection connection;
    private final S3Requests requests;
    private final S3Parts sender;
    private final String key;
    private final String token = S3Writer.newToken();
    private final String id;
    private final List<Future<CompletedPart>> parts = new ArrayList<>();
    private boolean perhapsCreatedTwice;
    private volatile RuntimeException failure;

    S3Multipart(S3Connection connection, S3Requests requests, S3Parts sender, String key) {
        this.connection = connection;
        this.requests = requests;
        this.sender = sender;
        this.key = key;
        this.id = create();
    }

    private String create() {
        Backoff backoff = new Backoff(connection.settings().patience());
        while (true) {
            try {
                return connection
                        .once()
                        .createMultipartUpload(requests.createUpload(key, token))
                        .uploadId();
            } catch (SdkException e) {
                S3Outcome outcome = S3Outcome.of(e);
                perhapsCreatedTwice |= outcome == S3Outcome.UNSEEN;
                boolean mayRepeat = outcome == S3Outcome.BUSY || outcome == S3Outcome.UNSEEN;
                if (!mayRepeat || !backoff.another()) {
                    sweepTwins("");
                    throw connection.failure("starting the upload of '%s'; nothing was written".formatted(key), e);
                }
            }
        }
    }

    String token() {
        return token;
    }

    int parts() {
        return parts.size();
    }

    /** Sends the buffer as the next part; it is not the caller's any more. */
    void send(byte[] buffer, int length) {
        if (failure != null) {
            throw failure;
        }
        int number = parts.size() + 1;
        if (number > S3Settings.MAX_PARTS) {
            throw new StoreException(
                    Category.REFUSED,
                    connection.settings().url(),
                    "writing '%s': it has more than %d parts; nothing of it is visible"
                            .formatted(key, S3Settings.MAX_PARTS),
                    "raise the part size or lower the target file size",
                    null);
        }
        parts.add(sender.send(buffer, () -> sendNow(buffer, length, number)));
    }

    private CompletedPart sendNow(byte[] buffer, int length, int number) {
        try {
            UploadPartRequest request = requests.part(key, id, number, buffer, length);
            String etag = connection
                    .repeating()
                    .uploadPart(request, S3Requests.body(buffer, length))
                    .eTag();
            return CompletedPart.builder()
                    .partNumber(number)
                    .eTag(etag)
                    .checksumCRC32(request.checksumCRC32())
                    .build();
        } catch (SdkException e) {
            failure = connection.failure("sending part %d of '%s'; nothing of it is visible".formatted(number, key), e);
            throw failure;
        }
    }

    /** One attempt at making the object visible unless the key is taken. */
    void complete(Content content) {
        List<CompletedPart> completed = completedParts();
        CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
                .bucket(connection.settings().bucket())
                .key(connection.settings().inBucket(key))
                .uploadId(id)
                .ifNoneMatch("*")
                .multipartUpload(all -> all.parts(completed))
                .overrideConfiguration(one -> one.apiCallAttemptTimeout(
                        connection.settings().patience().longRequestTimeout()));
        if (requests.checksums()) {
            request.checksumType(ChecksumType.FULL_OBJECT)
                    .checksumCRC32(S3Requests.crc32(content.crc32()))
                    .mpuObjectSize(content.size());
        }
        connection.oncePatiently().completeMultipartUpload(request.build());
    }

    /** Waits for all parts that are on their way. */
    List<CompletedPart> completedParts() {
        List<CompletedPart> completed = new ArrayList<>(parts.size());
        for (Future<CompletedPart> part : parts) {
            try {
                completed.add(part.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException why ? why : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreException(
                        Category.PASSING,
                        connection.settings().url(),
                        "waiting for the parts of '%s': interrupted; nothing of it is visible".formatted(key),
                        "run again",
                        e);
            }
        }
        return completed;
    }

    /** The object is visible: leaves nothing else behind. */
    void finish() {
        sweepTwins(id);
    }

    /** Discards all parts. What cannot be discarded now stays visible as a pending upload, for a later sweep. */
    void abort() {
        for (Future<CompletedPart> part : parts) {
            awaitEnd(part);
        }
        quietly(() -> abort(connection, key, id));
        sweepTwins(id);
    }

    /** A part that arrives after the abort would be kept, and paid for. */
    private static void awaitEnd(Future<CompletedPart> part) {
        boolean interrupted = false;
        while (!part.isDone()) {
            try {
                part.get();
            } catch (ExecutionException e) {
                LOG.trace("a part of a discarded upload failed", e);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static void abort(S3Connection connection, String key, String id) {
        S3Settings settings = connection.settings();
        try {
            connection.repeating().abortMultipartUpload(abort -> abort.bucket(settings.bucket())
                    .key(settings.inBucket(key))
                    .uploadId(id));
        } catch (SdkException e) {
            if (S3Outcome.of(e) != S3Outcome.MISSING) {
                throw connection.failure("discarding an upload of '%s'".formatted(key), e);
            }
        }
    }

    /**
     * An attempt at the creation whose answer was lost may have left an upload whose id nobody knows. It has this very key,
     * which only this writer uses, and no part.
     */
    private void sweepTwins(String except) {
        if (!perhapsCreatedTwice) {
            return;
        }
        quietly(() -> pending(connection, key, upload -> {
            if (upload.key().equals(connection.settings().inBucket(key))
                    && !upload.uploadId().equals(except)
                    && hasNoPart(upload)) {
                abort(connection, key, upload.uploadId());
            }
        }));
    }

    private boolean hasNoPart(MultipartUpload upload) {
        S3Client s3 = connection.repeating();
        return s3.listParts(list -> list.bucket(connection.settings().bucket())
                        .key(upload.key())
                        .uploadId(upload.uploadId()))
                .parts()
                .isEmpty();
    }

    static void pending(S3Connection connection, String prefix, Consumer<MultipartUpload> visitor) {
        S3Settings settings = connection.settings();
        connection.ask("listing uploads under '%s'; nothing was changed".formatted(prefix), () -> {
            connection
                    .repeating()
                    .listMultipartUploadsPaginator(
                            list -> list.bucket(settings.bucket()).prefix(settings.inBucket(prefix)))
                    .uploads()
                    .forEach(visitor);
            return Instant.EPOCH;
        });
    }

    private void quietly(Runnable cleaning) {
        try {
            cleaning.run();
        } catch (StoreException | SdkException e) {
            LOG.warn("an upload of '{}' could not be discarded and waits for the next sweep: {}", key, e.getMessage());
            LOG.debug("discarding an upload of '{}'", key, e);
        }
    }
}
