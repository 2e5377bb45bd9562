package dev.firn;

/** Which version of Firn this is; recorded in manifests and proofs. */
public final class Version {

    private static final String TEXT = read();

    private Version() {}

    /** As in the jar's manifest; {@code development} when run from classes. */
    public static String text() {
        return TEXT;
    }

    private static String read() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
