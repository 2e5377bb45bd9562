package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What the batches of a compressed chunk say of themselves: beside each stand the value it is segmented by, and the least
 * and the greatest of each column it is ordered by.
 *
 * @param select of stream, position and last global position of each part; of nothing where the books do not tell
 */
record BatchBooks(boolean tell, String select) {

    private static final BatchBooks SILENT = new BatchBooks(
            false, "SELECT NULL::text AS stream, NULL::bigint AS position, NULL::bigint AS last_global WHERE false");

    private record Settings(List<String> segmentBy, List<String> orderBy) {}

    static BatchBooks of(Connection connection, Chunk chunk, HeadColumns columns) throws SQLException {
        Optional<Settings> settings = settings(connection, chunk);
        if (settings.isEmpty() || !settings.get().segmentBy().contains(columns.stream())) {
            return SILENT;
        }
        int position = settings.get().orderBy().indexOf(columns.position()) + 1;
        int global = columns.globalPosition()
                .map(name -> settings.get().orderBy().indexOf(name) + 1)
                .orElse(-1);
        if (position == 0 || global == 0) {
            return SILENT;
        }
        TableName twin = chunk.twin().orElseThrow().relation();
        return new BatchBooks(
                true,
                """
                SELECT %1$s AS stream, _ts_meta_max_%2$d::bigint AS position, %3$s AS last_global FROM ONLY %4$s
                UNION ALL SELECT %1$s, %5$s, %6$s FROM ONLY %7$s"""
                        .formatted(
                                columns.streamText(),
                                position,
                                global < 0 ? "NULL::bigint" : "_ts_meta_max_%d::bigint".formatted(global),
                                twin.quoted(),
                                columns.positionNumber(),
                                columns.globalNumber(),
                                chunk.relation().quoted()));
    }

    /** How this very chunk was compressed, which may be other than how the next one will be. Recorded from 2.14 on. */
    private static Optional<Settings> settings(Connection connection, Chunk chunk) throws SQLException {
        if (chunk.twin().isEmpty()
                || Query.text(connection, "SELECT to_regclass('_timescaledb_catalog.compression_settings')::text")
                        == null) {
            return Optional.empty();
        }
        return Query.first(
                connection,
                """
                SELECT segmentby, orderby FROM _timescaledb_catalog.compression_settings
                WHERE relid::oid IN (?::oid, ?::oid)""",
                row -> new Settings(Query.strings(row, 1), Query.strings(row, 2)),
                chunk.oid(),
                chunk.twin().get().oid());
    }
}
