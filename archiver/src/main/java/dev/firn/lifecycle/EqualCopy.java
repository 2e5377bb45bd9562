package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.catalog.ChunkRow;
import dev.firn.copy.Digest;
import dev.firn.source.Fingerprint;
import java.util.List;
import java.util.Optional;

/**
 * That the chunk with this fingerprint holds exactly what this manifest holds. Made only from a digest that was taken in
 * the very snapshot the fingerprint is from, now or when the manifest was made; what the drop compares with, under its
 * lock.
 */
final class EqualCopy {

    private final Manifest manifest;
    private final List<Manifest> all;
    private final Fingerprint fingerprint;

    private EqualCopy(Manifest manifest, List<Manifest> all, Fingerprint fingerprint) {
        this.manifest = manifest;
        this.all = List.copyOf(all);
        this.fingerprint = fingerprint;
    }

    /** From a digest of the chunk, taken in the snapshot of the fingerprint. */
    static Optional<EqualCopy> ifEqual(Manifest manifest, Digest digest, Fingerprint fingerprint) {
        return ifEqual(manifest, List.of(manifest), digest, fingerprint);
    }

    /**
     * The same for a chunk that came back with the additions to it: it holds exactly what all these hold together.
     *
     * @param manifest the latest of them
     */
    static Optional<EqualCopy> ifEqual(Manifest manifest, List<Manifest> all, Digest digest, Fingerprint fingerprint) {
        Digest sum = all.stream().map(Manifest::digest).reduce(Digest::plus).orElseThrow();
        return sum.equals(digest) ? Optional.of(new EqualCopy(manifest, all, fingerprint)) : Optional.empty();
    }

    /** The same where the table had other columns than these copies when they came back: it holds what was loaded then. */
    static Optional<EqualCopy> ifAsLoaded(
            List<Manifest> all, ChunkRow.LoadedAs loaded, Digest digest, Fingerprint fingerprint) {
        long rows = all.stream().mapToLong(Manifest::rows).sum();
        return digest.equals(Digest.of(rows, loaded.digest()))
                ? Optional.of(new EqualCopy(all.get(all.size() - 1), all, fingerprint))
                : Optional.empty();
    }

    /** From the fingerprint that the manifest was made with. */
    static Optional<EqualCopy> ifUntouched(Manifest manifest, Fingerprint now) {
        return manifest.source().fingerprint().equals(FingerprintText.of(now))
                ? Optional.of(new EqualCopy(manifest, List.of(manifest), now))
                : Optional.empty();
    }

    Manifest manifest() {
        return manifest;
    }

    /** Every copy whose rows the chunk holds. */
    List<Manifest> all() {
        return all;
    }

    long rows() {
        return all.stream().mapToLong(Manifest::rows).sum();
    }

    /** Whether a fingerprint taken now says anything at all: it does not once the server was another one in between. */
    boolean comparableWith(Fingerprint now) {
        return fingerprint.comparableWith(now);
    }

    /** Whether a chunk with this fingerprint still holds exactly the copy. */
    boolean stillHolds(Fingerprint now) {
        return fingerprint.comparableWith(now) && fingerprint.equals(now);
    }
}
