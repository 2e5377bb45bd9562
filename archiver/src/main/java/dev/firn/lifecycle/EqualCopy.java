package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.source.Fingerprint;
import java.util.Optional;

/**
 * That the chunk with this fingerprint holds exactly what this manifest holds. Made only from a digest that was taken in
 * the very snapshot the fingerprint is from, now or when the manifest was made; what the drop compares with, under its
 * lock.
 */
final class EqualCopy {

    private final Manifest manifest;
    private final Fingerprint fingerprint;

    private EqualCopy(Manifest manifest, Fingerprint fingerprint) {
        this.manifest = manifest;
        this.fingerprint = fingerprint;
    }

    /** From a digest of the chunk, taken in the snapshot of the fingerprint. */
    static Optional<EqualCopy> ifEqual(Manifest manifest, Digest digest, Fingerprint fingerprint) {
        return manifest.digest().equals(digest) ? Optional.of(new EqualCopy(manifest, fingerprint)) : Optional.empty();
    }

    /** From the fingerprint that the manifest was made with. */
    static Optional<EqualCopy> ifUntouched(Manifest manifest, Fingerprint now) {
        return manifest.source().fingerprint().equals(FingerprintText.of(now))
                ? Optional.of(new EqualCopy(manifest, now))
                : Optional.empty();
    }

    Manifest manifest() {
        return manifest;
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
