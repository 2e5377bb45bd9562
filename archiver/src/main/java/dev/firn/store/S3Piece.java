package dev.firn.store;

import dev.firn.FirnException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * A piece of an object as a stream. When the connection breaks it goes on where it was, on the same version of the object
 * or not at all.
 */
final class S3Piece extends InputStream {

    private static final int HTTP_RANGE_NOT_SATISFIABLE = 416;

    private final S3Connection connection;
    private final String key;
    private final long end;
    private final Backoff backoff;
    private long at;
    private String etag;
    private ResponseInputStream<GetObjectResponse> in;
    private boolean closed;

    S3Piece(S3Connection connection, String key, long position, long length) {
        this(connection, key, position, length, null);
    }

    /** @param etag of the version that it is to be a piece of; whichever there is, for null */
    S3Piece(S3Connection connection, String key, long position, long length, String etag) {
        this.etag = etag;
        this.connection = connection;
        this.key = key;
        this.at = position;
        this.end = Math.addExact(position, length);
        this.backoff = new Backoff(connection.settings().patience());
        open();
    }

    private void open() {
        S3Settings settings = connection.settings();
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(settings.bucket())
                .key(settings.inBucket(key))
                .range("bytes=%d-%d".formatted(at, end - 1))
                .ifMatch(etag)
                .build();
        try {
            in = connection.repeating().getObject(request);
        } catch (SdkException e) {
            throw failedToOpen(e);
        }
        etag = in.response().eTag();
        if (in.response().contentLength() != end - at) {
            in.abort();
            throw DirectoryReader.endsBefore(settings.url(), key, at, end - at);
        }
    }

    private StoreException failedToOpen(SdkException e) {
        String url = connection.settings().url();
        if (S3Reader.isNoSuchKey(e)) {
            return DirectoryReader.missing(url, key, e);
        }
        if (e instanceof SdkServiceException answer && answer.statusCode() == HTTP_RANGE_NOT_SATISFIABLE) {
            return DirectoryReader.endsBefore(url, key, at, end - at);
        }
        if (S3Outcome.of(e) == S3Outcome.TAKEN) {
            return new StoreException(
                    Category.DATA,
                    url,
                    "reading '%s': it was replaced while it was read; nothing was changed".formatted(key),
                    "Firn never replaces data: find out who did",
                    e);
        }
        return connection.failure("reading '%s' from %d on; nothing was changed".formatted(key, at), e);
    }

    /** Of the version that it is a piece of. */
    String etag() {
        return etag;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (closed) {
            throw new IllegalStateException("'%s' was closed before".formatted(key));
        }
        if (length == 0) {
            return 0;
        }
        if (at == end) {
            return -1;
        }
        while (true) {
            try {
                int read = in.read(into, offset, (int) Math.min(length, end - at));
                if (read < 0) {
                    throw new IOException("the answer ended %d bytes before its end".formatted(end - at));
                }
                at += read;
                backoff.reset();
                return read;
            } catch (IOException | SdkClientException e) {
                goOn(e);
            }
        }
    }

    private void goOn(Exception broken) {
        in.abort();
        if (broken instanceof SdkClientException stopped && StoppableS3.stopped(stopped)) {
            throw failedToOpen(stopped);
        }
        if (!backoff.another()) {
            throw new StoreException(
                    Category.PASSING,
                    connection.settings().url(),
                    "reading '%s' from %d on: %s; nothing was changed".formatted(key, at, broken.getMessage()),
                    "look at the network and at the health of the store; the next run tries again",
                    broken);
        }
        open();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (at < end) {
            in.abort(); // reading the rest only to keep the connection would cost more than another one
            return;
        }
        try {
            in.close();
        } catch (IOException | SdkClientException e) {
            in.abort(); // all that was asked for is there
        }
    }
}
