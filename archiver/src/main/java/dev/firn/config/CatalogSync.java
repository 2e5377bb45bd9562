package dev.firn.config;

/** Who tells the Glue Data Catalog of what is archived. */
public enum CatalogSync {
    /** Nobody by way of Firn; the catalog is not asked either. */
    OFF,
    /** Somebody who runs {@code archiver athena sync}. */
    BY_HAND,
    /** Whatever archives, after each chunk. */
    ON
}
