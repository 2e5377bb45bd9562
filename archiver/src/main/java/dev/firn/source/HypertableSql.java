package dev.firn.source;

import dev.firn.TableName;
import dev.firn.source.BorrowedSql.Token;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What makes a table a hypertable with the chunk interval and the compression that it had. */
record HypertableSql(Connection connection, Table table) {

    String create() throws SQLException {
        String interval = table.timeKind().isInteger()
                ? "%d::pg_catalog.int8".formatted(table.chunkInterval())
                : "pg_catalog.make_interval(secs => %d.%06d)"
                        .formatted(table.chunkInterval() / 1_000_000, table.chunkInterval() % 1_000_000);
        return "SELECT %s.create_hypertable(%s::pg_catalog.regclass, %s, chunk_time_interval => %s, create_default_indexes => false)"
                .formatted(
                        ExtensionSchema.quoted(connection),
                        literal(table.name().quoted()),
                        literal(table.timeColumn()),
                        interval);
    }

    List<String> compression() throws SQLException {
        if (table.compression().isEmpty()) {
            return List.of();
        }
        Table.Compression settings = table.compression().get();
        List<String> options = new ArrayList<>(List.of("timescaledb.compress"));
        if (!settings.segmentBy().isEmpty()) {
            String columns = settings.segmentBy().stream()
                    .map(column -> name(
                            column,
                            BorrowedSql.of(where(), TableName.quote(column)).tokens()))
                    .collect(Collectors.joining(", "));
            options.add("timescaledb.compress_segmentby = " + literal(columns));
        }
        if (!settings.orderBy().isEmpty()) {
            String columns = settings.orderBy().stream().map(this::orderBy).collect(Collectors.joining(", "));
            options.add("timescaledb.compress_orderby = " + literal(columns));
        }
        return List.of("ALTER TABLE %s SET (%s)".formatted(table.name().quoted(), String.join(", ", options)));
    }

    /** {@code name [ASC|DESC] [NULLS FIRST|LAST]}, written anew. */
    private String orderBy(String element) {
        List<Token> tokens = BorrowedSql.of(where(), element).tokens();
        StringBuilder sql = new StringBuilder(name(element, tokens));
        Set<String> words = Set.of("asc", "desc", "nulls", "first", "last");
        for (Token token : tokens.subList(1, tokens.size())) {
            if (token.kind() != BorrowedSql.Kind.WORD || !words.contains(token.text())) {
                throw BorrowedSql.refuse(where(), element, "it is no order of a column");
            }
            sql.append(' ').append(token.text());
        }
        return sql.toString();
    }

    private String name(String element, List<Token> tokens) {
        Optional<String> column = tokens.stream()
                .findFirst()
                .filter(Token::isName)
                .map(Token::text)
                .filter(name ->
                        table.columns().stream().anyMatch(known -> known.name().equals(name)));
        return TableName.quote(
                column.orElseThrow(() -> BorrowedSql.refuse(where(), element, "it is no column of the table")));
    }

    private String where() {
        return table.name() + ", compression";
    }

    private String literal(String text) throws SQLException {
        return Query.text(connection, "SELECT pg_catalog.quote_literal(?)", text);
    }
}
