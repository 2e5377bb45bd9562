package dev.firn.source;

import dev.firn.TableName;
import dev.firn.source.Table.Compression;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Cuts a sibling into chunks as its original is cut, and has them compressed by the same columns. No policy goes with it. */
final class SiblingHypertable {

    private SiblingHypertable() {}

    static void make(Connection connection, ChunkSource source, SiblingTable sibling) throws SQLException {
        Table original = sibling.original();
        Query.list(
                connection,
                "SELECT FROM %s.create_hypertable(?::regclass, ?::name, chunk_time_interval => %s, create_default_indexes => false)"
                        .formatted(ExtensionSchema.quoted(connection), interval(original)),
                row -> true,
                sibling.name().quoted(),
                original.timeColumn());
        if (original.compression().isPresent() && source.info().edition().equals("community")) {
            Query.execute(
                    connection,
                    "ALTER TABLE %s SET (%s)"
                            .formatted(
                                    sibling.name().quoted(),
                                    settings(connection, original.compression().get())));
        }
    }

    private static String interval(Table original) {
        return original.chunkInterval() + "::pg_catalog."
                + switch (original.timeKind()) {
                    case INTEGER -> "int4";
                    case SMALLINT -> "int2";
                    default -> "int8";
                };
    }

    private static String settings(Connection connection, Compression compression) throws SQLException {
        List<String> settings = new ArrayList<>(List.of("timescaledb.compress"));
        if (!compression.segmentBy().isEmpty()) {
            String columns =
                    compression.segmentBy().stream().map(TableName::quote).collect(Collectors.joining(", "));
            settings.add("timescaledb.compress_segmentby = " + literal(connection, columns));
        }
        if (!compression.orderBy().isEmpty()) {
            settings.add(
                    "timescaledb.compress_orderby = " + literal(connection, String.join(", ", compression.orderBy())));
        }
        return String.join(", ", settings);
    }

    private static String literal(Connection connection, String text) throws SQLException {
        return Query.text(connection, "SELECT quote_literal(?)", text);
    }
}
