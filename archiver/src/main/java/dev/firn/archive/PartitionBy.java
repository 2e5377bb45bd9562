package dev.firn.archive;

import java.util.Locale;

/** What the directory under {@code data/} says of the rows in it. */
public enum PartitionBy {
    /** The start of their chunk's range: {@code chunk=20241205T000000Z}. */
    CHUNK,
    /** Their own day in UTC: {@code dt=2024-12-05}. */
    DAY;

    /** As configuration and manifests spell it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
