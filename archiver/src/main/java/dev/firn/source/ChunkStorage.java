package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a chunk lies. A chunk that was dropped and made anew is another relation; TRUNCATE gives it other files (TimescaleDB:
 * its twin alone), but so does whatever rewrites it and keeps its rows (VACUUM FULL, CLUSTER, compression).
 *
 * @param database system identifier and database: in another one the numbers say nothing
 * @param relation its OID
 * @param files file nodes of its own and of its twin, which is 0 without one
 */
public record ChunkStorage(String database, long relation, String files) {

    private static final Pattern TEXT = Pattern.compile("database (\\d+/\\d+), relation (\\d+), files (\\d+/\\d+)");

    public ChunkStorage {
        if (!database.matches("\\d+/\\d+") || relation <= 0 || !files.matches("\\d+/\\d+")) {
            throw new IllegalArgumentException(
                    "nothing lies in database '%s', relation %d, files %s".formatted(database, relation, files));
        }
    }

    public static ChunkStorage of(Connection connection, Chunk chunk) throws SQLException {
        String[] server = Tuples.server(connection, chunk.toString()).split("/", -1);
        String files = Query.text(
                connection,
                "SELECT concat_ws('/', coalesce(pg_relation_filenode(?::oid), 0), coalesce(pg_relation_filenode(?::oid), 0))",
                chunk.oid(),
                chunk.twin().map(Chunk.Twin::oid).orElse(0L));
        return new ChunkStorage(server[0] + "/" + server[3], chunk.oid(), files);
    }

    /** What {@link #toString} gave; empty if it is something else. */
    public static Optional<ChunkStorage> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new ChunkStorage(matcher.group(1), Long.parseLong(matcher.group(2)), matcher.group(3)))
                : Optional.empty();
    }

    /** Whether they are two relations of one database. */
    public boolean isOtherRelation(ChunkStorage other) {
        return database.equals(other.database) && relation != other.relation;
    }

    @Override
    public String toString() {
        return "database %s, relation %d, files %s".formatted(database, relation, files);
    }
}
