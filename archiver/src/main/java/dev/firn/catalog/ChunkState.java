package dev.firn.catalog;

import java.util.Locale;

/** How far a chunk is, as the catalogue knows it; the store and the database decide where they disagree. */
public enum ChunkState {
    /** Work on it was begun; no copy is recorded. */
    COPYING,
    /** A proven copy is published; the chunk is in the database too. */
    ARCHIVED,
    /** Archived, and gone from the database. */
    DROPPED,
    /** Archived, and loaded back. */
    RESTORED,
    /** Its copies were removed because of their age; rows in the database came later. */
    EXPIRED;

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ChunkState fromStored(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }
}
