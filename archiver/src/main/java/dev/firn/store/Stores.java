package dev.firn.store;

import java.time.Clock;

/** Opens stores. */
public final class Stores {

    private Stores() {}

    /**
     * Makes the store ready for use; S3 is not contacted yet.
     *
     * @throws StoreException when the directory cannot be used
     */
    public static ObjectStore open(StoreSettings settings) {
        return open(settings, StoreWatch.NONE);
    }

    /** The same, told to whoever counts requests; a directory is asked for none. */
    public static ObjectStore open(StoreSettings settings, StoreWatch watch) {
        if (settings instanceof S3Settings s3) {
            return new S3Store(s3, watch);
        }
        return DirectoryStore.open((DirectorySettings) settings);
    }

    /**
     * Asks a store about itself; S3 is not contacted yet.
     *
     * @param clock which the store's is compared with
     */
    public static StoreInspection inspect(StoreSettings settings, Clock clock) {
        if (settings instanceof S3Settings s3) {
            return new S3Inspection(s3, clock);
        }
        return new DirectoryInspection((DirectorySettings) settings);
    }
}
