package dev.firn.source;

import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where on disk what is brought back is put: where the chunk next to it lies. */
final class Tablespaces {

    /** What is created while the tablespace is chosen. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    private Tablespaces() {}

    /** The tablespace of the nearest chunk, else of the table itself; nothing for the database's own. */
    static Optional<String> near(Connection connection, Table table, Optional<Chunk> nearest) throws SQLException {
        return Query.first(
                connection,
                "SELECT t.spcname FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE c.oid = ?::oid",
                row -> row.getString(1),
                nearest.map(Chunk::oid).orElse(table.oid()));
    }

    /** The chunk next to a range. */
    static Optional<Chunk> nearest(List<Chunk> chunks, TimeRange range) {
        return chunks.stream()
                .min(Comparator.comparingDouble(
                        chunk -> Math.abs((double) chunk.range().start() - range.start())));
    }

    /** Creates something there, whatever {@code default_tablespace} the role or the database has. */
    static void in(Connection connection, Optional<String> tablespace, Work work) throws SQLException {
        Map<String, String> setting = Map.of("default_tablespace", tablespace.orElse(""));
        boolean unused = PinnedFormats.during(connection, setting, () -> {
            work.run();
            return true;
        });
    }
}
