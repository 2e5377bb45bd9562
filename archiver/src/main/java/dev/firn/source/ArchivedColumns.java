package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.source.StagedColumn.Arrival;
import dev.firn.source.Table.TableColumn;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.ColumnCodec;
import dev.firn.types.PgType;
import dev.firn.types.PgType.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Matches archived columns to those of the table, by name. Nothing that a manifest says becomes SQL: types are those of
 * the live table, or built-in ones that the server has spelled.
 */
final class ArchivedColumns {

    private final Connection connection;
    private final Table table;
    private final TimeRange range;
    private final Map<String, TableColumn> live;

    private ArchivedColumns(Connection connection, Table table, TimeRange range) {
        this.connection = connection;
        this.table = table;
        this.range = range;
        this.live = table.columns().stream().collect(Collectors.toMap(TableColumn::name, Function.identity()));
    }

    /**
     * How each of them comes back, in their order.
     *
     * @throws FirnException where the table has a column that must have a value and for which there is none
     */
    static List<StagedColumn> match(Connection connection, Table table, TimeRange range, List<Column> archived)
            throws SQLException {
        ArchivedColumns columns = new ArchivedColumns(connection, table, range);
        columns.requireValuesOfNewColumns(archived);
        List<StagedColumn> staged = new ArrayList<>(archived.size());
        for (Column column : archived) {
            staged.add(columns.match(column));
        }
        return List.copyOf(staged);
    }

    private void requireValuesOfNewColumns(List<Column> archived) {
        Set<String> known = new HashSet<>(archived.stream().map(Column::name).toList());
        List<String> missing = table.columns().stream()
                .filter(column -> !known.contains(column.name()) && !column.generated() && column.notNull())
                .filter(column -> column.defaultExpression().isEmpty())
                .map(TableColumn::name)
                .toList();
        boolean timeKnown = known.contains(table.timeColumn());
        if (!missing.isEmpty() || !timeKnown) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name() + " " + range,
                    "the archived rows have no value for %s, which the table requires; nothing was loaded"
                            .formatted(timeKnown ? String.join(", ", missing) : table.timeColumn()),
                    "give the column a default, or bring the range back into a table of its own");
        }
    }

    private StagedColumn match(Column column) throws SQLException {
        TableColumn now = live.get(column.name());
        ColumnCodec codec = Codecs.of(List.of(column)).get(0);
        String quoted = TableName.quote(column.name());
        if (now == null) {
            return new StagedColumn(column, Arrival.LEFT_BEHIND, wireType(column.type(), codec), quoted, quoted);
        }
        ColumnCodec liveCodec = Codecs.of(now.type());
        boolean same = same(column.type(), now.type());
        boolean carried = codec.carrierType().isPresent();
        // What the table computes is not cast back where it needs not be: a cast may round.
        String select = same || (carried && liveCodec.carrierType().isPresent())
                ? liveCodec.selectExpression(quoted)
                : "CAST(%s AS %s)".formatted(quoted, wireType(column.type(), codec));
        if (now.generated()) {
            return new StagedColumn(column, Arrival.COMPUTED, now.type().sql(), quoted, select);
        }
        if (same && !carried) {
            return new StagedColumn(column, Arrival.AS_IT_IS, now.type().sql(), quoted, select);
        }
        String restore = same
                ? liveCodec.restoreExpression(quoted)
                : "CAST(%s AS %s)".formatted(quoted, now.type().sql());
        return new StagedColumn(column, Arrival.CONVERTED, wireType(column.type(), codec), restore, select);
    }

    /** Whether it is the same type by name; its labels or its output function may have changed since. */
    private static boolean same(PgType one, PgType other) {
        boolean hasInner = one.inner() != null && other.inner() != null;
        boolean inner = hasInner ? same(one.inner(), other.inner()) : Objects.equals(one.inner(), other.inner());
        return inner
                && one.kind() == other.kind()
                && one.schema().equals(other.schema())
                && one.name().equals(other.name())
                && one.typmod() == other.typmod();
    }

    /** A built-in type whose binary form is the one that was archived. */
    private String wireType(PgType type, ColumnCodec codec) throws SQLException {
        return codec.carrierType().isPresent() ? codec.carrierType().get() : builtIn(type, type.typmod());
    }

    private String builtIn(PgType type, int typmod) throws SQLException {
        int nearest = typmod >= 0 ? typmod : type.typmod();
        if (type.kind() == Kind.DOMAIN) {
            return builtIn(type.inner(), nearest);
        }
        if (type.kind() == Kind.ARRAY) {
            return builtIn(type.inner(), nearest) + "[]";
        }
        if (!type.schema().equals("pg_catalog") || type.kind() != Kind.BASE) {
            return "pg_catalog.text"; // an enum or citext, whose binary form is text
        }
        return PinnedFormats.during(
                connection,
                () -> Query.text(
                        connection,
                        "SELECT format_type(t.oid, ?) FROM pg_type t WHERE t.typname = ? AND t.typnamespace = 'pg_catalog'::regnamespace",
                        nearest,
                        type.name()));
    }
}
