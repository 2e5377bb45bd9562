package dev.firn.archive;

/**
 * That all files of a published manifest lie where readers find them. Only {@link Archive#promote} makes one, and only
 * with one can the copies in {@code incoming/}, or the chunk itself, be let go.
 */
public final class Promoted {

    private final Manifest manifest;

    Promoted(Manifest manifest) {
        this.manifest = manifest;
    }

    public Manifest manifest() {
        return manifest;
    }

    @Override
    public String toString() {
        return manifest + ", promoted";
    }
}
