package dev.firn.store;

import dev.firn.FirnException.Category;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Writes that happen only where nothing is, and tell the truth about it. Each carries a random token in the object's
 * metadata; when an answer is lost, the token of what is there tells whose write it was.
 */
final class S3Writer {

    private static final Logger LOG = LoggerFactory.getLogger(S3Writer.class);

    private final S3Connection connection;
    private final S3Reader reader;
    private final S3Requests requests;

    S3Writer(S3Connection connection, S3Reader reader, S3Requests requests) {
        this.connection = connection;
        this.reader = reader;
        this.requests = requests;
    }

    static String newToken() {
        return UUID.randomUUID().toString();
    }

    /** Writes the object in one request unless one is there; answers whether this call made it. */
    boolean putIfAbsent(String key, byte[] bytes, int length, Supplier<Content> content) {
        String token = newToken();
        PutObjectRequest request = requests.put(key, Map.of(S3Requests.WRITE_TOKEN, token), bytes, length)
                .ifNoneMatch("*")
                .build();
        return onlyIfAbsent("writing", key, token, content, () -> connection
                .once()
                .putObject(request, S3Requests.body(bytes, length)));
    }

    /**
     * Repeats a write on the condition that the key is free until it is known what became of it; answers whether the object
     * that is there now is this write's.
     */
    boolean onlyIfAbsent(String doing, String key, String token, Supplier<Content> content, Runnable attempt) {
        Backoff backoff = new Backoff(connection.settings().patience());
        boolean unseen = false;
        while (true) {
            try {
                attempt.run();
                return true;
            } catch (SdkException e) {
                S3Outcome outcome = S3Outcome.of(e);
                if (outcome == S3Outcome.TAKEN && !unseen) {
                    return false;
                }
                unseen |= outcome == S3Outcome.UNSEEN;
                if (unseen) {
                    LOG.debug("{} '{}': outcome not seen, reading back", doing, key, e);
                    Optional<Boolean> mine = isMine(key, token, content, e);
                    if (mine.isPresent()) {
                        return mine.get();
                    }
                }
                boolean mayRepeat = outcome == S3Outcome.BUSY || outcome == S3Outcome.UNSEEN;
                if (!mayRepeat || !backoff.another()) {
                    throw gaveUp(doing, key, unseen && outcome != S3Outcome.MISSING, e);
                }
            }
        }
    }

    /** Whether the object that is there is this write's; nothing if there is none, or none that can be seen. */
    private Optional<Boolean> isMine(String key, String token, Supplier<Content> content, SdkException lost) {
        try {
            Optional<HeadObjectResponse> found = reader.head(key);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            String theirs = found.get().metadata().get(S3Requests.WRITE_TOKEN);
            if (theirs != null) {
                return Optional.of(theirs.equals(token));
            }
            return Optional.of(holds(key, found.get().contentLength(), content.get()));
        } catch (StoreException e) {
            lost.addSuppressed(e);
            return Optional.empty();
        }
    }

    /** For stores that keep no metadata: what Firn writes under a key holds random ids, so that equal content is its own. */
    private boolean holds(String key, long size, Content content) {
        return size == content.size() && reader.content(key, size).equals(content);
    }

    private StoreException gaveUp(String doing, String key, boolean unseen, SdkException e) {
        String what = "%s '%s'".formatted(doing, key);
        if (unseen) {
            return new UnknownOutcomeException(connection.settings().url(), what + ": " + StoppableS3.reason(e), e);
        }
        if (S3Outcome.code(e).equals("NoSuchUpload")) {
            return new StoreException(
                    Category.PASSING,
                    connection.settings().url(),
                    what + ": the upload was discarded by somebody else; nothing of it is visible",
                    "keep the age at which uploads are swept well above the time that one takes; run again",
                    e);
        }
        return connection.failure(what + "; nothing of it is visible", e);
    }
}
