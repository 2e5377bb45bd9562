package dev.firn.athena.glue;

/** The catalog is not as it was when it was read: read it again. */
final class CatalogConflict extends Exception {

    private static final long serialVersionUID = 1;

    CatalogConflict(String message, Throwable cause) {
        super(message, cause);
    }
}
