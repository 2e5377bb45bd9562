package dev.firn.store;

import dev.firn.FirnException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The few things Firn needs of a store. Keys are relative to the configured location, with {@code /} between elements;
 * a key that would lead out of it is refused, and so is one with an element that starts with a dot: those are the store's
 * own, and no call shows them.
 *
 * <p>Every call retries what is worth retrying, with jitter and a bound, and throws {@link StoreException}. A call whose
 * outcome was not seen is resolved by reading back before it answers; only where even that fails it throws
 * {@link UnknownOutcomeException}. Safe for use by several threads.
 */
public interface ObjectStore extends AutoCloseable {

    /** For messages: the URL of the location, without secrets. */
    String url();

    /**
     * Starts writing a large object that must not exist yet. Nothing is visible under the key before
     * {@link Upload#commit}; closing without commit discards it.
     */
    Upload create(String key);

    /** Writes a small object unless one is there; answers whether this call made it. */
    boolean putIfAbsent(String key, byte[] content);

    /** Reads a small object (at most 16 MiB) whole, with the version that {@link #replace} compares. */
    Optional<Versioned> get(String key);

    /**
     * Replaces a small object if it still has that version: the compare-and-swap. Answers whether it did. What an object
     * that is ever replaced now holds, {@link #get} alone tells: the other calls may show an older version of it.
     */
    boolean replace(String key, byte[] content, String expectedVersion);

    /** Size and age, or nothing. Proves nothing about the content. */
    Optional<ObjectInfo> head(String key);

    /** That an object lies where it cannot be read at once; nothing where it can be, or is not there. */
    default Optional<Resting> resting(String key) {
        return Optional.empty();
    }

    /**
     * Reads exactly {@code length} bytes from {@code position} on.
     *
     * @throws StoreException when the object is missing or ends before
     */
    void read(String key, long position, byte[] into, int offset, int length);

    /**
     * A stream over a piece of the object, for reading in order; ends early only by throwing.
     *
     * @throws StoreException here or while reading, when the object is missing or ends before
     */
    InputStream stream(String key, long position, long length);

    /**
     * The object as it is now, to be read in pieces: all of them are of this one version, or reading fails. Nothing where
     * there is no such object.
     */
    Optional<Pieces> pieces(String key);

    /** Reads the whole object and says what it consists of: the one proof that the store holds it. */
    default Optional<Content> readBack(String key) {
        Optional<ObjectInfo> found = head(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ContentDigest.ofStream(stream(key, 0, found.get().size())));
        } catch (IOException e) {
            throw new StoreException(
                    Category.PASSING,
                    url(),
                    "reading back '%s': %s; nothing was changed".formatted(key, e.getMessage()),
                    "the next run tries again",
                    e);
        }
    }

    /**
     * Copies inside the store, and answers only once the target is known to hold exactly the expected content, by a
     * checksum the store computed itself or by reading it back. A target that already does is success; one that holds
     * something else is an error and is left alone. At most 5 GiB.
     */
    void copy(String from, String to, Content expected);

    /** Removes an object; one that is not there is no error. */
    void delete(String key);

    /**
     * Visits all objects whose key starts with the prefix, in the order of their keys' UTF-8 bytes. What is still being
     * written is not among them.
     */
    void list(String prefix, Consumer<ObjectInfo> visitor);

    /** Uploads that were started under the prefix and neither finished nor discarded. */
    List<PendingUpload> pendingUploads(String prefix);

    /** Discards one of {@link #pendingUploads}; one that is gone is no error. */
    void abort(PendingUpload upload);

    @Override
    void close();

    /** A small object and the version it has in the store. */
    record Versioned(byte[] content, String version) {}

    /**
     * What a listing tells of an object.
     *
     * @param storageClass as S3 spells it; {@code STANDARD} where there are no such classes
     */
    record ObjectInfo(String key, long size, Instant modified, String storageClass) {}

    /**
     * An object in an archive class, which has to be asked for hours before it is read.
     *
     * @param storageClass as S3 spells it, or the archive tier that it lies in
     * @param asked whether somebody has asked for it, and it is on its way
     */
    record Resting(String storageClass, boolean asked) {

        /** How long it takes, for whoever has to wait. */
        public static final String TIMES =
                "GLACIER and ARCHIVE_ACCESS take 1 to 5 minutes (Expedited), 3 to 5 hours (Standard) or 5 to 12 hours"
                        + " (Bulk), DEEP_ARCHIVE and DEEP_ARCHIVE_ACCESS up to 12 hours (Standard) or 48 hours (Bulk)";
    }

    /** One version of an object. */
    interface Pieces extends AutoCloseable {

        long size();

        /**
         * Reads exactly {@code length} bytes from {@code position} on.
         *
         * @throws StoreException also when the object has been replaced since
         */
        void read(long position, byte[] into, int offset, int length);

        @Override
        void close();
    }

    /** An upload in the making. */
    record PendingUpload(String key, String id, Instant started) {}
}
