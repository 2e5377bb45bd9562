package dev.firn.store;

import dev.firn.store.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Reads objects, whole and in pieces. */
final class S3Reader implements AutoCloseable {

    private static final int MAX_SMALL_BYTES = 16 << 20;

    private final S3Connection connection;
    private final S3Settings settings;
    private final S3Ahead ahead;

    S3Reader(S3Connection connection) {
        this.connection = connection;
        this.settings = connection.settings();
        this.ahead = new S3Ahead(connection);
    }

    /** A small object with what the store keeps beside it. */
    record Small(byte[] content, Map<String, String> metadata, String etag) {}

    Optional<Small> small(String key) {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(settings.bucket())
                .key(settings.inBucket(key))
                .build();
        try {
            return Optional.of(connection
                    .repeating()
                    .getObject(request, ResponseTransformer.unmanaged((answer, in) -> whole(key, answer, in))));
        } catch (SdkException e) {
            if (e.getCause() instanceof StoreException ours) {
                throw ours;
            }
            if (isNoSuchKey(e)) {
                return Optional.empty();
            }
            throw connection.failure("reading '%s'; nothing was changed".formatted(key), e);
        }
    }

    private Small whole(String key, GetObjectResponse answer, InputStream in) {
        if (answer.contentLength() > MAX_SMALL_BYTES) {
            throw DirectoryStore.tooLarge(settings.url(), key);
        }
        try (in) {
            byte[] content = in.readNBytes(answer.contentLength().intValue());
            if (content.length != answer.contentLength()) {
                throw new IOException("%d of %d bytes came".formatted(content.length, answer.contentLength()));
            }
            return new Small(content, answer.metadata(), answer.eTag());
        } catch (IOException e) {
            throw RetryableException.create("the answer was cut short", e);
        }
    }

    Optional<HeadObjectResponse> head(String key) {
        try {
            return Optional.of(connection.repeating().headObject(head -> head.bucket(settings.bucket())
                    .key(settings.inBucket(key))));
        } catch (SdkException e) {
            if (S3Outcome.of(e) == S3Outcome.MISSING) {
                return Optional.empty();
            }
            throw connection.failure("looking at '%s'; nothing was changed".formatted(key), e);
        }
    }

    static ObjectInfo info(String key, long size, Instant modified, String storageClass) {
        return new ObjectInfo(key, size, modified, storageClass == null ? "STANDARD" : storageClass);
    }

    void read(String key, long position, byte[] into, int offset, int length) {
        if (length == 0) {
            return;
        }
        try (InputStream in = stream(key, position, length)) {
            in.readNBytes(into, offset, length);
        } catch (IOException e) {
            throw new IllegalStateException("a piece of an object fails by StoreException alone", e);
        }
    }

    InputStream stream(String key, long position, long length) {
        return length == 0 ? InputStream.nullInputStream() : new S3Stream(connection, ahead, key, position, length);
    }

    Optional<ObjectStore.Pieces> pieces(String key) {
        return head(key).map(found -> new S3Pieces(connection, key, found.contentLength(), found.eTag()));
    }

    /** What an object of this size consists of, by reading it. */
    Content content(String key, long size) {
        try {
            return ContentDigest.ofStream(stream(key, 0, size));
        } catch (IOException e) {
            throw new IllegalStateException("a piece of an object fails by StoreException alone", e);
        }
    }

    @Override
    public void close() {
        ahead.close();
    }

    static boolean isNoSuchKey(SdkException e) {
        return S3Outcome.of(e) == S3Outcome.MISSING && !S3Outcome.code(e).equals("NoSuchBucket");
    }
}
