package dev.firn.archive;

/** Where the files of a manifest are, by name and size. */
public enum Presence {
    /** All are under {@code data/}. */
    PROMOTED,
    /** Each is under {@code data/} or still under {@code incoming/}: promoting it completes it. */
    PROMOTABLE,
    /** One at least is in neither place, or has another size there: the copy is not whole. */
    BROKEN
}
