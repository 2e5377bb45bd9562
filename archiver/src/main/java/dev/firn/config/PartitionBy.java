package dev.firn.config;

/** What the path of a file under {@code data/} says of its rows. */
public enum PartitionBy {
    CHUNK,
    DAY
}
