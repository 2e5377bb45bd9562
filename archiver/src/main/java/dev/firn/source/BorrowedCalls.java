package dev.firn.source;

import dev.firn.FirnException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What expressions from outside may call. They run again for every row that is loaded, with the rights of Firn, so a
 * function that can change or send anything has no place in them: volatile ones are refused, but for those that number
 * and date rows.
 */
final class BorrowedCalls {

    private static final List<String> HARMLESS = List.of(
            "nextval",
            "gen_random_uuid",
            "uuidv4",
            "uuidv7",
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v4",
            "clock_timestamp",
            "timeofday",
            "random");

    // A harmless name counts only where it is the function that everybody knows: a built-in one, or an extension's.
    private static final String VOLATILE =
            """
            SELECT DISTINCT n.nspname || '.' || p.proname FROM pg_catalog.pg_proc p
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE p.proname = ANY (?) AND p.provolatile = 'v'
              AND NOT (p.proname = ANY (?)
                       AND (n.nspname = 'pg_catalog'
                         OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
                                      AND d.deptype = 'e')))
            ORDER BY 1""";

    private BorrowedCalls() {}

    static void requireHarmless(Connection connection, Collection<BorrowedSql> pieces) throws SQLException {
        for (BorrowedSql piece : pieces) {
            Set<String> calls = new TreeSet<>(piece.calls());
            List<String> found =
                    Query.texts(connection, VOLATILE, calls.toArray(String[]::new), HARMLESS.toArray(String[]::new));
            if (!found.isEmpty()) {
                throw new FirnException(
                        FirnException.Category.REFUSED,
                        piece.where(),
                        "creating the table from its manifest: it would call %s, which may change or send something, for every row (%s); nothing was created"
                                .formatted(String.join(", ", found), piece.text()),
                        "if that is as it was, create the table yourself, and run this without --create");
            }
        }
    }
}
