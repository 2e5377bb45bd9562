package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.source.StagedColumn.Arrival;
import dev.firn.source.Table.TableColumn;
import dev.firn.types.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes and removes staging tables. They lie in the schema of the table itself, since a chunk stays where its staging
 * was: whoever drops that schema means the table too. They are never UNLOGGED, which a chunk would stay for ever.
 */
final class StagingTables {

    /** Names of what is being loaded; what has been attached is called otherwise. */
    private static final String PREFIX = "firn_staging_";

    private static final String OF_ATTACHED = "firn_chunk_";
    private static final String COMMENT = "Firn is loading archived rows of %s here";
    private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{8,32}");
    private static final String RANGE_CHECK = "firn_range";

    private static final String ELEMENTS =
            """
            WITH RECURSIVE base(attname, oid) AS (
              SELECT attname, atttypid FROM pg_attribute
              WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped
              UNION ALL
              SELECT attname, t.typbasetype FROM base JOIN pg_type t USING (oid) WHERE t.typtype = 'd'
            )
            SELECT attname, t.typelem FROM base JOIN pg_type t USING (oid)
            WHERE t.typoutput = 'pg_catalog.array_out'::regproc AND t.typtype <> 'd'""";

    private StagingTables() {}

    static Staging create(Connection connection, Table table, TimeRange range, List<Column> archived, String token)
            throws SQLException {
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException("'%s' is no token of 8 to 32 hexadecimal digits".formatted(token));
        }
        requireMayCreate(connection, table);
        List<StagedColumn> columns = ArchivedColumns.match(connection, table, range, archived);
        TableName relation = name(table, PREFIX, token);
        createLike(connection, table, range, relation);
        for (StagedColumn column : columns) {
            if (!column.staysInTable()) {
                Query.execute(
                        connection,
                        "ALTER TABLE %s ADD COLUMN %s %s".formatted(relation.quoted(), quoted(column), column.type()));
            }
        }
        TableName inbox = relation;
        if (columns.stream().anyMatch(column -> column.arrival() == Arrival.CONVERTED)) {
            inbox = name(table, PREFIX, token + "_in");
            createInbox(connection, table, inbox, columns);
        }
        return new Staging(table, range, token, relation, inbox, columns, elementOids(connection, inbox, columns));
    }

    /** What attaching will ask for, before any byte is loaded. */
    private static void requireMayCreate(Connection connection, Table table) throws SQLException {
        List<String> lacking = TableRights.mayNotLoad(connection, table);
        if (!lacking.isEmpty()) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name().toString(),
                    "loading needs a table beside it, and %s may create none in its schema; nothing was loaded"
                            .formatted(String.join(" and ", lacking)),
                    "GRANT CREATE ON SCHEMA %s TO %s"
                            .formatted(TableName.quote(table.name().schema()), TableName.quote(table.owner())));
        }
        if (!TableRights.hasOwners(connection, table)) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name().toString(),
                    "attaching takes the rights of its owner %s, and %s does not have them; nothing was loaded"
                            .formatted(table.owner(), Query.text(connection, "SELECT current_user")),
                    "make the role a member of the owner: see `archiver init` or deploy/sql/roles.sql");
        }
    }

    /** NOT NULL, CHECK, defaults, generated columns, storage: alike, but no identity, which is the table's alone. */
    private static void createLike(Connection connection, Table table, TimeRange range, TableName relation)
            throws SQLException {
        Query.execute(
                connection,
                """
                CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING STORAGE
                                 INCLUDING COMPRESSION, CONSTRAINT %s CHECK (%s)) USING heap"""
                        .formatted(
                                relation.quoted(),
                                table.name().quoted(),
                                RANGE_CHECK,
                                Bounds.of(connection, table, range).condition()));
        own(connection, table, relation);
    }

    private static void createInbox(Connection connection, Table table, TableName inbox, List<StagedColumn> columns)
            throws SQLException {
        String definitions = columns.stream()
                .filter(StagedColumn::isLoaded)
                .map(column -> quoted(column) + " " + column.type())
                .collect(Collectors.joining(", "));
        Query.execute(connection, "CREATE TABLE %s (%s) USING heap".formatted(inbox.quoted(), definitions));
        own(connection, table, inbox);
    }

    private static void own(Connection connection, Table table, TableName relation) throws SQLException {
        Query.execute(
                connection, "ALTER TABLE %s OWNER TO %s".formatted(relation.quoted(), TableName.quote(table.owner())));
        String comment = Query.text(connection, "SELECT quote_literal(?)", COMMENT.formatted(table.name()));
        Query.execute(connection, "COMMENT ON TABLE %s IS %s".formatted(relation.quoted(), comment));
    }

    private static List<Integer> elementOids(Connection connection, TableName inbox, List<StagedColumn> columns)
            throws SQLException {
        Map<String, Integer> elements = new HashMap<>();
        Query.list(connection, ELEMENTS, row -> elements.put(row.getString(1), (int) row.getLong(2)), inbox.quoted());
        return columns.stream()
                .filter(StagedColumn::isLoaded)
                .map(column -> elements.getOrDefault(column.archived().name(), 0))
                .toList();
    }

    static StagedRows settle(Connection connection, Staging staging) throws SQLException {
        if (staging.hasInbox()) {
            List<StagedColumn> loaded =
                    staging.columns().stream().filter(StagedColumn::isLoaded).toList();
            String names = loaded.stream().map(StagingTables::quoted).collect(Collectors.joining(", "));
            String values = loaded.stream().map(StagedColumn::restore).collect(Collectors.joining(", "));
            String insert = "INSERT INTO %s (%s) SELECT %s FROM ONLY %s"
                    .formatted(
                            staging.relation().quoted(),
                            names,
                            values,
                            staging.inbox().quoted());
            long unused = PinnedFormats.ofValuesDuring(connection, () -> Query.update(connection, insert));
            Query.execute(connection, "DROP TABLE " + staging.inbox().quoted());
        }
        return new StagedRows(staging.table(), staging.range(), staging.token(), staging.relation(), staging.columns());
    }

    /** A staging of its own with a copy of the rows of a part of the range. */
    static StagedRows split(Connection connection, StagedRows rows, TimeRange part, int number) throws SQLException {
        Table table = rows.table();
        String token = rows.token() + "_" + number;
        TableName relation = name(table, PREFIX, token);
        createLike(connection, table, part, relation);
        String names = assignable(table);
        Query.update(
                connection,
                "INSERT INTO %s (%s) SELECT %s FROM ONLY %s WHERE %s"
                        .formatted(
                                relation.quoted(),
                                names,
                                names,
                                rows.relation().quoted(),
                                Bounds.of(connection, table, part).condition()));
        return new StagedRows(
                table,
                part,
                token,
                relation,
                rows.columns().stream().filter(StagedColumn::staysInTable).toList());
    }

    /** Copies the rows of one staging to another. */
    static void add(Connection connection, StagedRows from, StagedRows to) throws SQLException {
        String names = assignable(to.table());
        Query.update(
                connection,
                "INSERT INTO %s (%s) SELECT %s FROM ONLY %s"
                        .formatted(
                                to.relation().quoted(),
                                names,
                                names,
                                from.relation().quoted()));
    }

    /** The columns of the table that take values: all but those that it computes. */
    static String assignable(Table table) {
        return table.columns().stream()
                .filter(column -> !column.generated())
                .map(TableColumn::name)
                .map(TableName::quote)
                .collect(Collectors.joining(", "));
    }

    /** Removes what is there for the proof only. */
    static void leaveBehind(Connection connection, StagedRows rows) throws SQLException {
        for (StagedColumn column : rows.columns()) {
            if (!column.staysInTable()) {
                Query.execute(
                        connection,
                        "ALTER TABLE %s DROP COLUMN %s"
                                .formatted(rows.relation().quoted(), quoted(column)));
            }
        }
    }

    /** From here on it counts as a chunk: nobody takes it for what an attempt has left. */
    static TableName rename(Connection connection, ReadyChunk chunk, Optional<String> preferred) throws SQLException {
        TableName own = name(chunk.table(), OF_ATTACHED, chunk.token());
        TableName wanted =
                preferred.map(name -> new TableName(own.schema(), name)).orElse(own);
        boolean taken =
                Query.one(connection, "SELECT to_regclass(?) IS NOT NULL", row -> row.getBoolean(1), wanted.quoted());
        TableName name = taken ? own : wanted;
        Query.execute(
                connection,
                "ALTER TABLE %s RENAME TO %s".formatted(chunk.relation().quoted(), TableName.quote(name.name())));
        Query.execute(connection, "COMMENT ON TABLE %s IS NULL".formatted(name.quoted()));
        return name;
    }

    static void dropRangeCheck(Connection connection, TableName relation) throws SQLException {
        Query.execute(connection, "ALTER TABLE %s DROP CONSTRAINT %s".formatted(relation.quoted(), RANGE_CHECK));
    }

    static List<Leftover> leftovers(Connection connection, Table table) throws SQLException {
        return Query.list(
                connection,
                """
                SELECT n.nspname, c.relname, substring(c.relname FROM ?), %s
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relkind = 'r' AND c.relname ~ ? AND obj_description(c.oid, 'pg_class') = ?
                  AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)
                ORDER BY c.relname"""
                        .formatted(Sizes.unlessLocked("c.oid")),
                row -> new Leftover(
                        new TableName(row.getString(1), row.getString(2)), row.getString(3), row.getLong(4)),
                "^" + PREFIX + "([0-9a-f]+)",
                table.name().schema(),
                "^" + PREFIX + "[0-9a-f]{8,32}(_[0-9]+|_in)?$",
                COMMENT.formatted(table.name()));
    }

    /** Drops what is listed now, and nothing that has become a chunk since. */
    static void drop(Connection connection, Table table, TableName relation) throws SQLException {
        Set<TableName> still = new HashSet<>(
                leftovers(connection, table).stream().map(Leftover::relation).toList());
        if (!still.contains(relation)) {
            return;
        }
        LockWaits.limit(connection);
        try {
            Query.execute(connection, "DROP TABLE " + relation.quoted());
        } catch (SQLException e) {
            throw LockWaits.busy(e, relation.toString(), "dropping what a load has left")
                    .orElseThrow(() -> e);
        }
    }

    private static TableName name(Table table, String prefix, String token) {
        return new TableName(table.name().schema(), prefix + token);
    }

    private static String quoted(StagedColumn column) {
        return TableName.quote(column.archived().name());
    }
}
