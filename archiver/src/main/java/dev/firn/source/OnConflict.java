package dev.firn.source;

/** What becomes of an archived row whose unique key a different live row has. */
public enum OnConflict {
    /** Nothing is loaded, and both are shown. */
    REFUSE,
    KEEP_LIVE,
    KEEP_ARCHIVED
}
