package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Finds out what kind of database this is, and gives the source that knows it. */
public final class Sources {

    private static final int OLDEST_SERVER = 130000;

    private Sources() {}

    /**
     * The source for every table of this database.
     *
     * @throws FirnException when PostgreSQL or TimescaleDB is too old, or TimescaleDB's catalogue is not as its version says
     */
    public static ChunkSource detect(Connection connection) throws SQLException {
        String version = Query.text(connection, "SHOW server_version");
        int number = Integer.parseInt(Query.text(connection, "SHOW server_version_num"));
        String where = "database " + Query.text(connection, "SELECT current_database()");
        if (number < OLDEST_SERVER) {
            throw refuse(where, "PostgreSQL %s is older than 13, the oldest that Firn knows".formatted(version));
        }
        Partitions partitions = new Partitions(new SourceInfo("partitions", version, number, "", ""));
        Optional<String> extension = Query.first(
                connection,
                "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'",
                row -> row.getString(1));
        if (extension.isEmpty()) {
            return partitions;
        }
        String license = Query.text(connection, "SELECT coalesce(current_setting('timescaledb.license', true), '')");
        String edition = license.equals("apache") ? "apache" : "community";
        SourceInfo info = new SourceInfo("timescaledb", version, number, extension.get(), edition);
        return new EveryTable(hypertables(where, info, CatalogueGeneration.probe(connection)), partitions);
    }

    /** What the version says and what the catalogue shows have to agree; what neither knows is not dropped. */
    static Hypertables hypertables(String where, SourceInfo info, CatalogueGeneration shown) {
        Optional<CatalogueGeneration> expected = CatalogueGeneration.ofVersion(info.extensionVersion());
        if (expected.isPresent() && expected.get() != shown) {
            throw refuse(
                    where,
                    "TimescaleDB says it is %s, but its catalogue is that of another version (%s)"
                            .formatted(info.extensionVersion(), shown));
        }
        if (expected.isEmpty() && isTooOld(info.extensionVersion())) {
            throw refuse(
                    where,
                    "TimescaleDB %s is older than 2.13, the oldest that Firn knows".formatted(info.extensionVersion()));
        }
        Optional<String> refusal = expected.isPresent()
                ? Optional.empty()
                : Optional.of(
                        "TimescaleDB %s is newer than this version of Firn and its catalogue may mean something else"
                                .formatted(info.extensionVersion()));
        return new Hypertables(info, shown, refusal);
    }

    private static boolean isTooOld(String version) {
        return version.matches("[01][.].*|2[.]([0-9]|1[0-2])([^0-9].*)?");
    }

    private static FirnException refuse(String where, String why) {
        return new FirnException(
                Category.REFUSED,
                where,
                why + "; nothing was read and nothing dropped",
                "update the database, or Firn");
    }
}
