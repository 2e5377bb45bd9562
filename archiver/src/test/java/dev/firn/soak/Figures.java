package dev.firn.soak;

import dev.firn.testing.Eventodb;
import java.sql.Connection;
import java.sql.SQLException;

/** What was done to a table, as the audit trail has it. */
final class Figures {

    private Figures() {}

    static String of(SoakTable table) throws SQLException {
        try (Connection admin = table.database().admin()) {
            String rows = Eventodb.texts(admin, "SELECT count(*) FROM " + table.truth())
                    .get(0);
            String audit = Eventodb.texts(
                            admin,
                            """
                            SELECT string_agg(action || ' ' || n, ', ' ORDER BY action) FROM (
                              SELECT action, count(*) AS n FROM firn.audit WHERE table_schema = '%s' GROUP BY action) a"""
                                    .formatted(table.name().schema()))
                    .get(0);
            return "%s: %s rows written; %s".formatted(table, rows, audit);
        }
    }
}
