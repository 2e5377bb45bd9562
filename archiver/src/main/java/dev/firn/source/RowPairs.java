package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Staged rows, and other rows of the same table that have the same key: told by its unique keys, compared byte for byte. */
final class RowPairs {

    private static final int SHOWN = 3;

    private final Connection connection;
    private final StagedRows rows;
    private final String staged;
    private final String condition;
    private final TableName others;
    private final String ofOthers;
    private final List<String> compared;

    /**
     * @param condition which staged rows are looked at
     * @param ofOthers which of the others are
     * @param compared columns in which they may differ
     */
    RowPairs(
            Connection connection,
            StagedRows rows,
            String condition,
            TableName others,
            String ofOthers,
            List<String> compared) {
        this.connection = connection;
        this.rows = rows;
        this.staged = "ONLY " + rows.relation().quoted();
        this.condition = condition;
        this.others = others;
        this.ofOthers = ofOthers;
        this.compared = List.copyOf(compared);
    }

    /** Rows that are equal in all columns that the table has now leave the staging. */
    List<Long> forgetEqual(UniqueKey key) throws SQLException {
        return forget(key, comparesAll() ? equal() : "pg_catalog.record_image_eq(s.\"firn row\", l.\"firn row\")");
    }

    /** Rows that are equal in what is compared leave the staging. */
    List<Long> forgetAlike(UniqueKey key) throws SQLException {
        return comparesAll() ? List.of() : forget(key, equal());
    }

    List<Long> forgetDifferent(UniqueKey key) throws SQLException {
        return forget(key, "NOT " + equal());
    }

    /** Answers their hashes, and one more than too many at most. */
    private List<Long> forget(UniqueKey key, String which) throws SQLException {
        String sql =
                """
                WITH met AS (SELECT DISTINCT s."firn ctid" FROM %s WHERE %s),
                     gone AS (DELETE FROM %s AS firn USING met WHERE firn.ctid = met."firn ctid" RETURNING %s AS hash)
                SELECT hash FROM gone LIMIT %d"""
                        .formatted(
                                pairs(key, "true"), which, staged, RowHash.of(rows.table(), "firn."), LeftOut.MOST + 1);
        return PinnedFormats.during(connection, () -> Query.list(connection, sql, row -> row.getLong(1)));
    }

    /**
     * Some that differ, for people, or none.
     *
     * @param among which of the others are looked at
     * @param names what to call a staged row, and another
     */
    List<String> different(UniqueKey key, String among, List<String> names) throws SQLException {
        String json = "(SELECT row_to_json(shown)::text FROM (SELECT %s) shown)";
        return Query.list(
                connection,
                "SELECT %s, %s, count(*) OVER () FROM %s WHERE NOT %s LIMIT %d"
                        .formatted(
                                json.formatted(qualified("s")),
                                json.formatted(qualified("l")),
                                pairs(key, among),
                                equal(),
                                SHOWN),
                row -> "%s %s, %s %s (one of %d)"
                        .formatted(names.get(0), row.getString(1), names.get(1), row.getString(2), row.getLong(3)));
    }

    private boolean comparesAll() {
        return compared.size() == rows.table().columns().size();
    }

    private String pairs(UniqueKey key, String among) {
        List<String> ofEach = new ArrayList<>(compared);
        if (!comparesAll()) {
            ofEach.add(RowHash.image(rows.table(), "") + " AS \"firn row\"");
        }
        List<String> ofStaged = new ArrayList<>(List.of("ctid AS \"firn ctid\""));
        ofStaged.addAll(ofEach);
        return "(%s) s JOIN (%s) l ON %s"
                .formatted(
                        key.select(staged, condition, ofStaged),
                        key.select(others.quoted(), "%s AND (%s)".formatted(ofOthers, among), ofEach),
                        key.match("s", "l"));
    }

    private String equal() {
        return "pg_catalog.record_image_eq(ROW(%s), ROW(%s))".formatted(qualified("s"), qualified("l"));
    }

    private String qualified(String alias) {
        return compared.stream().map(name -> alias + "." + name).collect(Collectors.joining(", "));
    }
}
