package dev.firn.source;

/**
 * What kind of database this is.
 *
 * @param kind {@code timescaledb} or {@code partitions}
 * @param serverVersion as {@code server_version} says
 * @param serverVersionNumber as {@code server_version_num} says
 * @param extensionVersion version of TimescaleDB, empty without it
 * @param edition {@code community} (tsl) or {@code apache}, empty without TimescaleDB
 */
public record SourceInfo(
        String kind, String serverVersion, int serverVersionNumber, String extensionVersion, String edition) {

    @Override
    public String toString() {
        return kind.equals("timescaledb")
                ? "TimescaleDB %s (%s) on PostgreSQL %s".formatted(extensionVersion, edition, serverVersion)
                : "PostgreSQL %s, declarative partitions".formatted(serverVersion);
    }
}
