package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.source.Table.TableColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Adds staged rows to a chunk that is there. Rows that it has already are told by its unique keys and compared byte for
 * byte over the archived columns; where there is no unique key nothing is taken for a duplicate.
 */
final class RowMover {

    private static final int SHOWN = 3;
    private static final String UNIQUE_VIOLATION = "23505";

    private final Connection connection;
    private final StagedRows rows;
    private final MoveTarget target;
    private final String where;
    private final String staged;
    private final String condition;
    private final List<String> compared;
    private final LeftOut leftOut;

    /** @param condition which staged rows are to be added */
    RowMover(Connection connection, StagedRows rows, MoveTarget target, Chunk into, String condition, LeftOut leftOut) {
        this.connection = connection;
        this.rows = rows;
        this.target = target;
        this.where = into.toString();
        this.staged = "ONLY " + rows.relation().quoted();
        this.condition = condition;
        this.compared = compared(rows);
        this.leftOut = leftOut;
    }

    /** What both know: a column that the archive lacks says nothing about whether it is the same row. */
    private static List<String> compared(StagedRows rows) {
        Set<String> archived = new HashSet<>();
        rows.columns().stream()
                .filter(StagedColumn::staysInTable)
                .forEach(column -> archived.add(column.archived().name()));
        return rows.table().columns().stream()
                .map(TableColumn::name)
                .filter(archived::contains)
                .map(TableName::quote)
                .toList();
    }

    Moved move(OnConflict onConflict) throws SQLException {
        long before = stagedRows();
        List<UniqueKey> keys = UniqueKey.of(connection, rows.table());
        long equal = 0;
        for (UniqueKey key : keys) {
            List<Long> same = forgetEqual(key);
            leftOut.addEqual(where, same);
            equal += same.size();
        }
        long keptLive = 0;
        long replaced = 0;
        for (UniqueKey key : keys) {
            switch (onConflict) {
                case REFUSE -> requireNoneDifferent(key);
                case KEEP_LIVE -> {
                    List<Long> met = forgetMet(key);
                    leftOut.addKept(where, met);
                    keptLive += met.size();
                }
                case KEEP_ARCHIVED -> replaced += deleteMet(key);
            }
        }
        long added = insert();
        if (added + equal + keptLive != before) {
            throw new FirnException(
                    Category.DATA,
                    where,
                    "adding %d archived rows to it: %d were added, %d were there, %d gave way; the transaction is not committed"
                            .formatted(before, added, equal, keptLive),
                    "a trigger or a rule of the table may keep rows from it");
        }
        return new Moved(added, equal, keptLive, replaced);
    }

    private long stagedRows() throws SQLException {
        return Query.one(
                connection, "SELECT count(*) FROM %s WHERE %s".formatted(staged, condition), row -> row.getLong(1));
    }

    /** Pairs of a staged row and a live one with the same key. */
    private String pairs(UniqueKey key) {
        List<String> ofStaged = new ArrayList<>(List.of("ctid AS \"firn ctid\""));
        ofStaged.addAll(compared);
        return "(%s) s JOIN (%s) l ON %s"
                .formatted(
                        key.select(staged, condition, ofStaged),
                        key.select(target.relation().quoted(), target.condition(), compared),
                        key.match("s", "l"));
    }

    private String row(String alias) {
        return "ROW(" + qualified(alias) + ")";
    }

    private List<Long> forgetEqual(UniqueKey key) throws SQLException {
        return forget(key, "pg_catalog.record_image_eq(%s, %s)".formatted(row("s"), row("l")));
    }

    private List<Long> forgetMet(UniqueKey key) throws SQLException {
        return forget(key, "true");
    }

    /** Rows that are not to be added leave the staging; answers their hashes, and one more than too many at most. */
    private List<Long> forget(UniqueKey key, String which) throws SQLException {
        String sql =
                """
                WITH met AS (SELECT DISTINCT s."firn ctid" FROM %s WHERE %s),
                     gone AS (DELETE FROM %s AS firn USING met WHERE firn.ctid = met."firn ctid" RETURNING %s AS hash)
                SELECT hash FROM gone LIMIT %d"""
                        .formatted(pairs(key), which, staged, RowHash.of(rows.table(), "firn."), LeftOut.MOST + 1);
        return PinnedFormats.during(connection, () -> Query.list(connection, sql, row -> row.getLong(1)));
    }

    private long deleteMet(UniqueKey key) throws SQLException {
        return Query.update(
                connection,
                "DELETE FROM %s WHERE %s AND (%s) AND EXISTS (SELECT FROM (%s) s WHERE %s)"
                        .formatted(
                                target.relation().quoted(),
                                target.condition(),
                                key.predicate(),
                                key.select(staged, condition, List.of()),
                                key.matchRow("s")));
    }

    private void requireNoneDifferent(UniqueKey key) throws SQLException {
        String json = "(SELECT row_to_json(shown)::text FROM (SELECT %s) shown)";
        List<String> shown = Query.list(
                connection,
                "SELECT %s, %s, count(*) OVER () FROM %s LIMIT %d"
                        .formatted(json.formatted(qualified("s")), json.formatted(qualified("l")), pairs(key), SHOWN),
                row -> "archived %s, live %s (one of %d)"
                        .formatted(row.getString(1), row.getString(2), row.getLong(3)));
        if (!shown.isEmpty()) {
            throw new FirnException(
                    Category.REFUSED,
                    where,
                    "archived rows and different live ones have the same key of index %s: %s; nothing was loaded"
                            .formatted(key.name(), String.join("; ", shown)),
                    "say which are to stay: --on-conflict keep-live or keep-archived");
        }
    }

    private String qualified(String alias) {
        return compared.stream().map(name -> alias + "." + name).collect(Collectors.joining(", "));
    }

    private long insert() throws SQLException {
        String names = StagingTables.assignable(rows.table());
        try {
            return Query.update(
                    connection,
                    "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s WHERE %s"
                            .formatted(target.relation().quoted(), names, names, staged, condition));
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw new ChunkBusyException(
                        where, "adding archived rows to it: one of the same key came meanwhile; nothing was loaded", e);
            }
            throw e;
        }
    }
}
