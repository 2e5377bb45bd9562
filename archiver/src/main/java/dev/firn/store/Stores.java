package dev.firn.store;

/** Opens stores. */
public final class Stores {

    private Stores() {}

    /**
     * Makes the store ready for use; S3 is not contacted yet.
     *
     * @throws StoreException when the directory cannot be used
     */
    public static ObjectStore open(StoreSettings settings) {
        if (settings instanceof S3Settings s3) {
            return new S3Store(s3);
        }
        return DirectoryStore.open((DirectorySettings) settings);
    }
}
