package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.source.Table.TableColumn;
import dev.firn.types.Column;
import dev.firn.types.Condition;
import dev.firn.types.PgType;
import dev.firn.types.ValueOrder;
import dev.firn.types.Where;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Comparisons with columns of a table that PostgreSQL itself decides, as in {@code WHERE column = 'value'}: by the column's
 * type and collation. What is sure to be decided alike outside of it serves to leave out pages before.
 */
public final class RowFilter {

    /**
     * @param sql of the comparison, with one parameter
     * @param exact the value's COPY bytes, and how to compare them, where PostgreSQL compares so too
     */
    private record Part(Where where, TableColumn column, String sql, Optional<byte[]> exact) {}

    // Of a domain the type below counts. A type without an operator of its own is compared as the type that it stands
    // for
    // (varchar as text, an enum as any enum), whose operators are PostgreSQL's own.
    private static final String OF_COLUMN =
            """
            WITH RECURSIVE base(oid) AS (
              SELECT atttypid FROM pg_attribute WHERE attrelid = ?::oid AND attname = ?
              UNION ALL
              SELECT t.typbasetype FROM base JOIN pg_type t USING (oid) WHERE t.typtype = 'd'
            )
            SELECT format_type(t.oid, -1), CASE WHEN t.typsend <> 0 THEN t.typsend::regproc::text END,
                   (SELECT quote_ident(n.nspname) FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
                    WHERE o.oprname = ? AND o.oprleft = t.oid AND o.oprright = t.oid
                    ORDER BY n.nspname <> 'pg_catalog', n.nspname LIMIT 1),
                   t.typtype = 'b' AND t.typnamespace <> 'pg_catalog'::regnamespace
                     AND t.typoutput <> 'pg_catalog.array_out'::regproc,
                   (SELECT collisdeterministic FROM pg_collation c JOIN pg_attribute a ON a.attcollation = c.oid
                    WHERE a.attrelid = ?::oid AND a.attname = ?)
            FROM base JOIN pg_type t USING (oid) WHERE t.typtype <> 'd'""";

    private record Found(
            String type,
            Optional<String> send,
            Optional<String> operators,
            boolean needsOwnOperator,
            boolean bytewise) {}

    private final List<Part> parts;

    private RowFilter(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Tries the comparisons out on the table, whose rows are not looked at.
     *
     * @throws FirnException naming column and value, where the table has no such column or its type takes no such value
     */
    public static RowFilter of(Connection connection, Table table, List<Where> wheres) throws SQLException {
        List<Part> parts = new ArrayList<>();
        for (Where where : wheres) {
            parts.add(PinnedFormats.during(connection, () -> part(connection, table, where)));
        }
        return new RowFilter(parts);
    }

    private static Part part(Connection connection, Table table, Where where) throws SQLException {
        TableColumn column = table.columns().stream()
                .filter(each -> each.name().equals(where.column()))
                .findFirst()
                .orElseThrow(() -> bad(table, where, "the table has no column '%s'".formatted(where.column()), null));
        Found found = Query.one(
                connection,
                OF_COLUMN,
                row -> new Found(
                        row.getString(1),
                        Optional.ofNullable(row.getString(2)),
                        Optional.ofNullable(row.getString(3)),
                        row.getBoolean(4),
                        row.getObject(5) == null || row.getBoolean(5)),
                table.oid(),
                where.column(),
                where.operator().sql(),
                table.oid(),
                where.column());
        if (found.needsOwnOperator() && found.operators().isEmpty()) {
            throw noOperator(table, where, column, null);
        }
        String value = "CAST(?::pg_catalog.text AS %s)".formatted(found.type());
        String sql = "%s OPERATOR(%s.%s) %s"
                .formatted(
                        TableName.quote(column.name()),
                        found.operators().orElse("pg_catalog"),
                        where.operator().sql(),
                        value);
        // A type that sends nothing is none that could be decided here.
        String send = found.send()
                .map(function -> function + "(" + value + ")")
                .orElse("convert_to((" + value + ")::text, 'UTF8')");
        byte[] bytes = tryOut(connection, table, where, column, sql, "SELECT " + send);
        boolean exact = found.bytewise() && found.send().isPresent() && !column.generated();
        return new Part(where, column, sql, exact ? Optional.of(bytes) : Optional.empty());
    }

    /** In a savepoint: a value that is refused leaves the caller's transaction as it was. */
    private static byte[] tryOut(
            Connection connection, Table table, Where where, TableColumn column, String sql, String send)
            throws SQLException {
        var savepoint = connection.setSavepoint();
        try {
            byte[] bytes = Query.one(connection, send, row -> row.getBytes(1), where.value());
            long unused = Query.one(
                    connection,
                    "SELECT count(*) FROM (SELECT FROM %s WHERE false AND %s) nothing"
                            .formatted(table.name().quoted(), sql),
                    row -> row.getLong(1),
                    where.value());
            return bytes;
        } catch (SQLException e) {
            connection.rollback(savepoint);
            String state = String.valueOf(e.getSQLState());
            if (state.equals("42883") || state.equals("42725")) {
                throw noOperator(table, where, column, e);
            }
            if (state.startsWith("22") || state.equals("42846")) {
                throw bad(table, where, e.getMessage().lines().findFirst().orElse(""), e);
            }
            throw e;
        }
    }

    private static FirnException noOperator(Table table, Where where, TableColumn column, SQLException cause) {
        return bad(
                table,
                where,
                "its type %s has no operator %s"
                        .formatted(column.type().sql(), where.operator().sql()),
                cause);
    }

    private static FirnException bad(Table table, Where where, String why, SQLException cause) {
        return new FirnException(
                Category.CONFIGURATION,
                "%s, column %s".formatted(table.name(), where.column()),
                "comparing it with '%s': %s; nothing was started".formatted(where.value(), why),
                "give the value as the database prints it; nothing is trimmed from column or value",
                cause);
    }

    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** What PostgreSQL decides, with {@link #values} as its parameters. */
    String condition() {
        return parts.isEmpty() ? "true" : parts.stream().map(Part::sql).collect(Collectors.joining(" AND "));
    }

    List<String> values() {
        return parts.stream().map(part -> part.where().value()).toList();
    }

    /**
     * Those that can be decided over archived rows: of a column whose type is still the one that was archived, and whose
     * values compare as their bytes say.
     */
    public List<Condition> conditions(List<Column> archived) {
        List<Condition> conditions = new ArrayList<>();
        for (Part part : parts) {
            PgType type = part.column().type();
            Optional<Column> column = archived.stream()
                    .filter(each -> each.name().equals(part.where().column()))
                    .filter(each -> each.type().equals(type) && !each.generated())
                    .findFirst();
            Optional<ValueOrder> order =
                    ValueOrder.of(type).filter(each -> each.decides(part.where().operator()));
            if (column.isPresent() && order.isPresent() && part.exact().isPresent()) {
                conditions.add(new Condition(
                        column.get(), part.where().operator(), part.exact().get(), order.get()));
            }
        }
        return conditions;
    }

    @Override
    public String toString() {
        return parts.stream().map(part -> part.where().toString()).collect(Collectors.joining(", "));
    }
}
