package dev.firn;

/** What the time dimension of a table is made of. */
public enum TimeKind {
    TIMESTAMPTZ("timestamptz"),
    TIMESTAMP("timestamp"),
    DATE("date"),
    SMALLINT("int2"),
    INTEGER("int4"),
    BIGINT("int8");

    private final String catalogueName;

    TimeKind(String catalogueName) {
        this.catalogueName = catalogueName;
    }

    /** Name in {@code pg_type}. */
    public String catalogueName() {
        return catalogueName;
    }

    /** Whether positions are plain numbers; otherwise they are microseconds since 1970 in UTC (dates at midnight). */
    public boolean isInteger() {
        return this == SMALLINT || this == INTEGER || this == BIGINT;
    }
}
