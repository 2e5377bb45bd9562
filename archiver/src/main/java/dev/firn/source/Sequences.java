package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Moves the sequences that number a table's rows past what was loaded: in a database that was made anew they start at
 * one, and would give numbers that archived rows have.
 */
final class Sequences {

    private record Numbering(String column, TableName sequence, long increment) {}

    // Those that a default asks, and those behind identity columns.
    private static final String OF_TABLE =
            """
            SELECT DISTINCT a.attname, n.nspname, s.relname, q.seqincrement
            FROM pg_attribute a
            JOIN pg_class s ON s.relkind = 'S'
            JOIN pg_namespace n ON n.oid = s.relnamespace
            JOIN pg_sequence q ON q.seqrelid = s.oid
            WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
              AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
              AND (EXISTS (SELECT FROM pg_attrdef f JOIN pg_depend d
                             ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
                           WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum
                             AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid)
                OR EXISTS (SELECT FROM pg_depend d
                           WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype = 'i'
                             AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
                             AND d.refobjsubid = a.attnum))
            ORDER BY 1, 2, 3""";

    private Sequences() {}

    static void movePast(Connection connection, StagedRows rows) throws SQLException {
        List<Numbering> numberings = Query.list(
                connection,
                OF_TABLE,
                row -> new Numbering(
                        row.getString(1), new TableName(row.getString(2), row.getString(3)), row.getLong(4)),
                rows.table().oid());
        for (Numbering numbering : numberings) {
            if (isBehind(connection, rows, numbering)) {
                // No lock of a sequence's own is to be had; a change that changes nothing takes one, and is undone with
                // the transaction, so that nobody's next number is taken back.
                Query.execute(
                        connection,
                        "ALTER SEQUENCE %s INCREMENT BY %d"
                                .formatted(numbering.sequence().quoted(), numbering.increment()));
                if (isBehind(connection, rows, numbering)) {
                    Query.text(
                            connection,
                            "SELECT setval(?::regclass, %s) FROM ONLY %s"
                                    .formatted(
                                            furthest(numbering), rows.relation().quoted()),
                            numbering.sequence().quoted());
                }
            }
        }
    }

    private static boolean isBehind(Connection connection, StagedRows rows, Numbering numbering) throws SQLException {
        return Query.one(
                connection,
                "SELECT coalesce((SELECT %s FROM ONLY %s) %s last_value, false) FROM %s"
                        .formatted(
                                furthest(numbering),
                                rows.relation().quoted(),
                                numbering.increment() > 0 ? ">" : "<",
                                numbering.sequence().quoted()),
                row -> row.getBoolean(1));
    }

    private static String furthest(Numbering numbering) {
        String column = TableName.quote(numbering.column());
        return (numbering.increment() > 0 ? "max(" : "min(") + column + ")";
    }
}
