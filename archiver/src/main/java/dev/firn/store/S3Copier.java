package dev.firn.store;

import dev.firn.FirnException.Category;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Copies inside S3, and believes in a copy only for the checksum that S3 computed over it while copying, or for having read
 * it. What a HEAD tells may be an echo of what the source was said to be.
 */
final class S3Copier {

    private static final Logger LOG = LoggerFactory.getLogger(S3Copier.class);

    private final S3Connection connection;
    private final S3Reader reader;
    private final S3Requests requests;

    /** Whether the store knows copies on the condition that the target is absent; some refuse them by name. */
    private volatile boolean conditional = true;

    S3Copier(S3Connection connection, S3Reader reader, S3Requests requests) {
        this.connection = connection;
        this.reader = reader;
        this.requests = requests;
    }

    void copy(String from, String to, Content expected) {
        String doing = "copying '%s' to '%s'".formatted(from, to);
        if (expected.size() > S3Settings.MAX_COPY_BYTES) {
            throw new StoreException(
                    Category.REFUSED,
                    connection.settings().url(),
                    "%s: %d bytes are more than S3 copies at once; nothing was copied"
                            .formatted(doing, expected.size()),
                    "lower the target file size",
                    null);
        }
        if (reader.head(to).isPresent() || !copied(from, to, expected, doing)) {
            verifyByReading(to, expected, doing);
        }
    }

    /** Answers whether the copy was made and proven by its checksum; otherwise something is there that has to be read. */
    private boolean copied(String from, String to, Content expected, String doing) {
        HeadObjectResponse source = source(from, expected, doing);
        Backoff backoff = new Backoff(connection.settings().patience());
        boolean unseen = false;
        while (true) {
            try {
                CopyObjectRequest request = requests.copy(from, to)
                        .copySourceIfMatch(source.eTag())
                        .ifNoneMatch(conditional ? "*" : null)
                        .build();
                return provenBy(connection.oncePatiently().copyObject(request).copyObjectResult(), expected);
            } catch (SdkException e) {
                S3Outcome outcome = S3Outcome.of(e);
                unseen |= outcome == S3Outcome.UNSEEN;
                if ((outcome == S3Outcome.TAKEN || unseen) && isThere(to, e)) {
                    return false;
                }
                if (outcome == S3Outcome.REFUSED && conditional && isAboutTheCondition(e)) {
                    LOG.debug("the store copies unconditionally only", e);
                    conditional = false;
                    continue;
                }
                boolean mayRepeat = outcome == S3Outcome.BUSY || outcome == S3Outcome.UNSEEN;
                if (!mayRepeat || !backoff.another()) {
                    throw unseen
                            ? new UnknownOutcomeException(
                                    connection.settings().url(), doing + ": " + StoppableS3.reason(e), e)
                            : connection.failure(doing + "; nothing was copied", e);
                }
            }
        }
    }

    private static boolean isAboutTheCondition(SdkException e) {
        return S3Outcome.code(e).equals("NotImplemented") || S3Outcome.code(e).equals("InvalidArgument");
    }

    private HeadObjectResponse source(String from, Content expected, String doing) {
        HeadObjectResponse source = reader.head(from)
                .orElseThrow(() -> DirectoryReader.missing(connection.settings().url(), from, null));
        if (source.contentLength() != expected.size()) {
            throw new StoreException(
                    Category.DATA,
                    connection.settings().url(),
                    "%s: the source has %d bytes, expected were %d; nothing was copied"
                            .formatted(doing, source.contentLength(), expected.size()),
                    "somebody else wrote or changed it: compare it with its manifest",
                    null);
        }
        return source;
    }

    private boolean isThere(String key, SdkException lost) {
        try {
            return reader.head(key).isPresent();
        } catch (StoreException e) {
            lost.addSuppressed(e);
            return false;
        }
    }

    private boolean provenBy(CopyObjectResult result, Content expected) {
        if (result == null || result.checksumCRC32() == null || result.checksumType() != ChecksumType.FULL_OBJECT) {
            return false;
        }
        return result.checksumCRC32().equals(S3Requests.crc32(expected.crc32()));
    }

    private void verifyByReading(String key, Content expected, String doing) {
        Optional<HeadObjectResponse> found = reader.head(key);
        long size = found.map(HeadObjectResponse::contentLength)
                .orElseThrow(() -> DirectoryReader.missing(connection.settings().url(), key, null));
        Content content = reader.content(key, size);
        if (!content.equals(expected)) {
            throw DirectoryStore.differs(connection.settings().url(), doing, key, expected, content);
        }
    }
}
