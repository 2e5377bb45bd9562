package dev.firn.config;

/** How a copy is checked before its chunk may go. */
public enum Proof {
    /** Everything is read back from the store and digested again. */
    ROUNDTRIP,
    /** Length, checksum, row counts and statistics only. */
    FOOTER
}
