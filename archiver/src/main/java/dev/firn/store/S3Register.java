package dev.firn.store;

import dev.firn.FirnException.Category;
import dev.firn.store.ObjectStore.Versioned;
import dev.firn.store.S3Reader.Small;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Small objects that can be replaced by compare-and-swap, out of creation alone, which all stores decide alike.
 *
 * <p>A replacement is an object of its own, in a hidden folder beside the one it replaces, named by a number that is one
 * higher: of several writers who saw the same version, one creates the next. The object of the highest number is the
 * current one. {@code If-Match} would do on AWS, but S3-compatible stores take it for a check followed by a write, in which
 * two can win. Before its first replacement an object is marked, so that reading one that was never replaced is one
 * request; afterwards it is kept up to date as well as possible, for human eyes.
 */
final class S3Register {

    private static final Logger LOG = LoggerFactory.getLogger(S3Register.class);

    private static final String REPLACED = "firn-replaced";
    private static final Pattern NUMBER = Pattern.compile("[0-9]{12}");

    /** How many replaced versions stay: a writer must not be able to sleep through so many and create one of them again. */
    private static final int KEPT = 16;

    private static final int MAX_READS = 10;

    private final S3Connection connection;
    private final S3Reader reader;
    private final S3Writer writer;
    private final S3Requests requests;

    S3Register(S3Connection connection, S3Reader reader, S3Writer writer, S3Requests requests) {
        this.connection = connection;
        this.reader = reader;
        this.writer = writer;
        this.requests = requests;
    }

    /** What is current: number 0 is the object itself. */
    private record Current(long number, Small base, byte[] content) {

        String version() {
            return number + "-" + Content.of(content).sha256();
        }
    }

    Optional<Versioned> get(String key) {
        return current(key).map(found -> new Versioned(found.content(), found.version()));
    }

    private Optional<Current> current(String key) {
        for (int reads = 1; ; reads++) {
            Optional<Small> base = reader.small(key);
            if (base.isEmpty() || !isMarked(base.get().metadata())) {
                return base.map(found -> new Current(0, found, found.content()));
            }
            List<Long> numbers = numbers(key, base.get());
            if (numbers.isEmpty()) {
                return base.map(found -> new Current(0, found, found.content()));
            }
            long newest = numbers.get(numbers.size() - 1);
            Optional<Small> found = reader.small(numbered(key, base.get(), newest));
            if (found.isPresent()) {
                return Optional.of(new Current(newest, base.get(), found.get().content()));
            }
            if (reads == MAX_READS) {
                throw new UnknownOutcomeException(
                        connection.settings().url(),
                        "reading '%s': it was replaced again and again".formatted(key),
                        null);
            }
        }
    }

    boolean replace(String key, byte[] content, String expectedVersion) {
        Optional<Current> found = current(key);
        if (found.isEmpty() || !found.get().version().equals(expectedVersion)) {
            return false;
        }
        Small base = found.get().base();
        if (!isMarked(base.metadata()) && !mark(key, base)) {
            return false;
        }
        long next = found.get().number() + 1;
        String successor = numbered(key, base, next);
        if (!writer.putIfAbsent(successor, content, content.length, () -> Content.of(content))) {
            return false;
        }
        tidy(key, base, content, numbersAfter(next, key, base));
        return true;
    }

    /**
     * The numbers there are now that this one was created. Had its writer slept until it was free again, because it was
     * tidied away, it would have created a version of the past: then many higher ones are there.
     */
    private List<Long> numbersAfter(long created, String key, Small base) {
        String what = "replacing '%s': it was written, but perhaps long after others".formatted(key);
        try {
            List<Long> numbers = numbers(key, base);
            if (numbers.contains(created) && numbers.get(numbers.size() - 1) < created + KEPT) {
                return numbers;
            }
        } catch (StoreException e) {
            throw new UnknownOutcomeException(connection.settings().url(), what, e);
        }
        throw new UnknownOutcomeException(connection.settings().url(), what, null);
    }

    /** Removes the object, and with it what replaced it. */
    void delete(String key) {
        Optional<Map<String, String>> marked =
                reader.head(key).map(found -> found.metadata()).filter(S3Register::isMarked);
        remove(key);
        if (marked.isPresent()) {
            S3Store.visit(
                    connection,
                    folder(key, marked.get()),
                    found -> remove(connection.settings().inLocation(found.key())));
        }
    }

    private void remove(String key) {
        S3Settings settings = connection.settings();
        connection.ask("deleting '%s'".formatted(key), () -> connection
                .repeating()
                .deleteObject(delete -> delete.bucket(settings.bucket()).key(settings.inBucket(key))));
    }

    /** Answers whether the object is marked now; it is not if somebody removed it. */
    private boolean mark(String key, Small base) {
        Optional<SdkException> failure = overwrite(key, base, base.content());
        Optional<Map<String, String>> now = reader.head(key).map(found -> found.metadata());
        if (now.isEmpty() || isMarked(now.get())) {
            return now.isPresent();
        }
        String doing = "preparing '%s' for replacement; it was not replaced".formatted(key);
        throw failure.map(e -> connection.failure(doing, e))
                .orElseGet(() -> new StoreException(
                        Category.CONFIGURATION,
                        connection.settings().url(),
                        doing + ": the store does not keep metadata",
                        "use a store that keeps the metadata of objects",
                        null));
    }

    /** What readers need is there already: failing here harms nobody. */
    private void tidy(String key, Small base, byte[] content, List<Long> numbers) {
        overwrite(key, base, content);
        long newest = numbers.get(numbers.size() - 1);
        for (long number : numbers) {
            if (number <= newest - KEPT) {
                try {
                    remove(numbered(key, base, number));
                } catch (StoreException e) {
                    LOG.debug("an old version of '{}' stays for the next time", key, e);
                }
            }
        }
    }

    private Optional<SdkException> overwrite(String key, Small base, byte[] content) {
        Map<String, String> metadata = new HashMap<>(base.metadata());
        metadata.put(REPLACED, "true");
        PutObjectRequest request = requests.put(key, metadata, content, content.length)
                .ifMatch(base.etag())
                .build();
        try {
            connection.repeating().putObject(request, S3Requests.body(content, content.length));
            return Optional.empty();
        } catch (SdkException e) {
            LOG.debug("'{}' could not be brought up to date", key, e);
            return Optional.of(e);
        }
    }

    private static boolean isMarked(Map<String, String> metadata) {
        return metadata.containsKey(REPLACED);
    }

    /** In ascending order. */
    private List<Long> numbers(String key, Small base) {
        String folder = folder(key, base.metadata());
        List<Long> numbers = new ArrayList<>();
        S3Store.visit(connection, folder, found -> {
            String name = connection.settings().inLocation(found.key()).substring(folder.length());
            if (NUMBER.matcher(name).matches()) {
                numbers.add(Long.parseLong(name));
            }
        });
        numbers.sort(null);
        return numbers;
    }

    private static String numbered(String key, Small base, long number) {
        return folder(key, base.metadata()) + "%012d".formatted(number);
    }

    /** Of this object alone: one created anew under the same key has another token. */
    private static String folder(String key, Map<String, String> metadata) {
        int name = key.lastIndexOf('/') + 1;
        String token = metadata.getOrDefault(S3Requests.WRITE_TOKEN, "none");
        return "%s.%s/%s/".formatted(key.substring(0, name), key.substring(name), token);
    }
}
