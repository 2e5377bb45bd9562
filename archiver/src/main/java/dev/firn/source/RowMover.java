package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Adds staged rows to a chunk that is there. Rows that it has already are told by its unique keys and compared byte for
 * byte over the archived columns; where there is no unique key nothing is taken for a duplicate.
 */
final class RowMover {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final List<String> NAMES = List.of("archived", "in the table");

    private final Connection connection;
    private final StagedRows rows;
    private final MoveTarget target;
    private final String where;
    private final String staged;
    private final String condition;
    private final RowPairs pairs;
    private final Conflicts conflicts;
    private final LeftOut leftOut;

    /** @param condition which staged rows are to be added */
    RowMover(
            Connection connection,
            StagedRows rows,
            MoveTarget target,
            Chunk into,
            String condition,
            Conflicts conflicts,
            LeftOut leftOut) {
        this.connection = connection;
        this.rows = rows;
        this.target = target;
        this.where = into.toString();
        this.staged = "ONLY " + rows.relation().quoted();
        this.condition = condition;
        this.pairs =
                new RowPairs(connection, rows, condition, target.relation(), target.condition(), rows.knownColumns());
        this.conflicts = conflicts;
        this.leftOut = leftOut;
    }

    Moved move() throws SQLException {
        long before = stagedRows();
        List<UniqueKey> keys = UniqueKey.of(connection, rows.table());
        long equal = 0;
        for (UniqueKey key : keys) {
            List<Long> same = pairs.forgetEqual(key);
            leftOut.addEqual(where, same);
            // By a column that the archive lacks it is another row, and must stay when what came back goes.
            List<Long> alike = pairs.forgetAlike(key);
            leftOut.addKept(where, alike);
            equal += same.size() + alike.size();
        }
        long keptLive = 0;
        long replaced = 0;
        for (UniqueKey key : keys) {
            switch (conflicts.onConflict()) {
                case REFUSE -> requireNoneDifferent(key);
                case KEEP_LIVE -> {
                    List<Long> met = pairs.forgetDifferent(key);
                    leftOut.addKept(where, met);
                    keptLive += met.size();
                }
                case KEEP_ARCHIVED -> {
                    requireNoneOfOthers(key);
                    replaced += deleteMet(key);
                }
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
        List<String> different = pairs.different(key, "true", NAMES);
        if (different.isEmpty()) {
            return;
        }
        String others = "";
        for (TimeRange other : conflicts.archived()) {
            if (!differentIn(key, other).isEmpty()) {
                others = "; those in the table may be those of %s, which is archived, too".formatted(other);
            }
        }
        throw new FirnException(
                Category.REFUSED,
                where,
                "archived rows and different ones in the table have the same key of index %s: %s%s; nothing was loaded"
                        .formatted(key.name(), String.join("; ", different), others),
                others.isEmpty()
                        ? "say which are to stay: --on-conflict keep-live or keep-archived"
                        : "--on-conflict keep-live leaves them in the table, and all stay archived; or bring the range back"
                                + " into a table of its own (--into table NAME)");
    }

    /** Of what came back besides, nothing goes unrecorded. */
    private void requireNoneOfOthers(UniqueKey key) throws SQLException {
        for (TimeRange other : conflicts.archived()) {
            List<String> different = differentIn(key, other);
            if (!different.isEmpty()) {
                throw new FirnException(
                        Category.REFUSED,
                        where,
                        ("putting archived rows in the place of different ones that have the same key of index %s: those may be"
                                        + " those of %s, which is archived, too, and nothing says that it was dropped (%s); nothing"
                                        + " was loaded")
                                .formatted(key.name(), other, String.join("; ", different)),
                        "--on-conflict keep-live leaves them in the table, and all stay archived; or let that range go first, if"
                                + " it came back (`rehydrate release`); or bring this one back into a table of its own"
                                + " (--into table NAME)");
            }
        }
    }

    private List<String> differentIn(UniqueKey key, TimeRange range) throws SQLException {
        TimeKind kind = rows.table().timeKind();
        if (range.kind().isInteger() != kind.isInteger()) {
            return List.of();
        }
        TimeRange own = new TimeRange(kind, range.start(), range.end());
        return pairs.different(key, Bounds.of(connection, rows.table(), own).condition(), NAMES);
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
