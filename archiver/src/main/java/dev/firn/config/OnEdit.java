package dev.firn.config;

/** What becomes of a range that came back and was edited, once its hold has ended. */
public enum OnEdit {
    KEEP,
    REPLACE
}
