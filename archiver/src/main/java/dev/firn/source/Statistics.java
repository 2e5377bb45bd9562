package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What the planner knows of rows that are about to become a chunk. JSON takes longer than all other columns together, so
 * it is left to autovacuum where that will come by: an ANALYZE of some columns does not count as one with it.
 */
final class Statistics {

    private static final String ALL_BUT_JSON =
            """
            SELECT CASE WHEN bool_or(json)
                     THEN string_agg(quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE NOT json) END
            FROM (SELECT *, atttypid IN ('json'::regtype, 'jsonb'::regtype) AS json FROM pg_attribute) columns
            WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped
              AND current_setting('autovacuum')::boolean AND current_setting('track_counts')::boolean
              AND NOT EXISTS (
                SELECT FROM pg_class c, pg_options_to_table(c.reloptions) o
                WHERE c.oid IN (attrelid, ?::oid) AND o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean)""";

    private Statistics() {}

    /** Of everything: of what is compressed at once, autovacuum finds nothing left to look at. */
    static void gather(Connection connection, StagedRows rows) throws SQLException {
        Query.execute(connection, "ANALYZE " + rows.relation().quoted());
    }

    /** Of what is cheap to look at, so that the first query is planned well, and of the rest where nobody else would. */
    static void gatherFirst(Connection connection, StagedRows rows) throws SQLException {
        String columns = Query.text(
                connection, ALL_BUT_JSON, rows.relation().quoted(), rows.table().oid());
        if (columns == null) {
            gather(connection, rows);
            return;
        }
        Query.execute(connection, "ANALYZE %s (%s)".formatted(rows.relation().quoted(), columns));
    }
}
