package dev.firn.source;

/** What becomes of an archived row whose unique key a different row of the table has. */
public enum OnConflict {
    /** Nothing is loaded, and both are shown. */
    REFUSE,
    KEEP_LIVE,
    KEEP_ARCHIVED
}
