package dev.firn.source;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.source.Table.TableColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The view over a sibling and its original that shows each row once. Of a range whose archived rows are in the original
 * too, because it was never dropped or has come back, it shows those of the original: the catalogue says which these are,
 * in the transactions that drop ranges and bring them back, so that each query sees the one or the other. Where time does
 * not tell which archived rows are in the original, the query fails rather than to answer something wrong; and so it does
 * where the original has fewer rows of a range than the catalogue says are there, because somebody else deleted rows or
 * dropped a chunk; but what is deleted from a chunk that was never dropped is its owner's business. Rows are counted, of each such range that the sibling has rows of, whenever the view is asked: a count is
 * the cheapest thing that tells, but as many late rows as are missing hide them from it.
 *
 * <p>The view asks a function whose text nothing depends on, so that the catalogue can be changed under it. It runs with
 * the rights of Firn's role: whoever may read the view need not be allowed to read the catalogue.
 */
record SiblingView(Connection connection, SiblingTable sibling, String namespace) {

    private static final String SUFFIX = "_all";
    private static final String FUNCTION_SUFFIX = "_in_place";

    // 1: the hint and 2: the view's name, as literals; 11: the hint where rows are gone, 12: the original; 3:
    // namespace, 4: schema and 5:
    // name in the catalogue; 6:
    // original and
    // 7: sibling; 8: time column; 9: low and 10: high as values of its type
    private static final String BODY =
            """
            #variable_conflict use_variable
            DECLARE
              piece record;
              in_table bigint;
            BEGIN
              FOR piece IN
                SELECT c.range_kind, c.range_start, c.range_end, c.range_text, c.state, p.copies, p.relation,
                  coalesce(
                    CASE WHEN c.state = 'restored' THEN (SELECT among.rows FROM firn.placed among
                      WHERE (among.namespace, among.table_schema, among.table_name, among.range_start, among.range_end)
                        = (c.namespace, c.table_schema, c.table_name, c.range_start, c.range_end)) END,
                    p.rows) AS expected
                FROM firn.chunk c, LATERAL (
                  SELECT count(*) AS copies, sum(p.rows)::bigint AS rows,
                    max(substring(p.fingerprint FROM '\\mchunk (\\d+) ')) AS relation FROM firn.copy p
                  WHERE (p.namespace, p.table_schema, p.table_name, p.range_start, p.range_end)
                    = (c.namespace, c.table_schema, c.table_name, c.range_start, c.range_end)
                    AND p.superseded_by IS NULL) p
                WHERE c.namespace = %3$s AND c.table_schema = %4$s AND c.table_name = %5$s AND c.state <> 'dropped'
                ORDER BY c.range_start, c.range_end
              LOOP
                firn_low := %9$s;
                firn_high := %10$s;
                CONTINUE WHEN piece.copies = 0
                  OR NOT EXISTS (SELECT FROM %7$s WHERE (firn_low IS NULL OR %8$s >= firn_low)
                    AND (firn_high IS NULL OR %8$s < firn_high))
                  OR NOT EXISTS (SELECT FROM %6$s WHERE (firn_low IS NULL OR %8$s >= firn_low)
                    AND (firn_high IS NULL OR %8$s < firn_high));
                IF piece.state <> 'restored' AND piece.copies > 1 OR EXISTS (
                  SELECT FROM firn.chunk o
                  WHERE o.namespace = %3$s AND o.table_schema = %4$s AND o.table_name = %5$s
                    AND o.range_start < piece.range_end AND o.range_end > piece.range_start
                    AND (o.range_start, o.range_end) <> (piece.range_start, piece.range_end) AND o.state = 'dropped')
                THEN
                  RAISE EXCEPTION '%%: of the rows of %% some are in the table and some are not, which times do not tell',
                    %2$s, piece.range_text
                    USING ERRCODE = 'FIRN5', HINT = %1$s;
                END IF;
                SELECT count(*) INTO in_table FROM %6$s WHERE (firn_low IS NULL OR %8$s >= firn_low)
                  AND (firn_high IS NULL OR %8$s < firn_high);
                IF in_table < piece.expected AND NOT (piece.state = 'archived' AND EXISTS (
                  SELECT FROM pg_inherits WHERE inhparent = %12$s::regclass AND inhrelid::text = piece.relation))
                THEN
                  RAISE EXCEPTION '%%: of %% %% of its %% archived rows are in the table, the others were deleted or dropped with a chunk',
                    %2$s, piece.range_text, in_table, piece.expected
                    USING ERRCODE = 'FIRN5', HINT = %11$s;
                END IF;
                RETURN NEXT;
              END LOOP;
            END""";

    void create() throws SQLException {
        TableName function = beside(FUNCTION_SUFFIX);
        TableName view = beside(SUFFIX);
        requireOurs(view, "pg_class", "SELECT oid FROM pg_class WHERE oid = to_regclass(?)", view.quoted());
        requireOurs(
                function,
                "pg_proc",
                "SELECT oid FROM pg_proc WHERE oid = to_regprocedure(?)",
                function.quoted() + "()");
        createFunction(function);
        createView(view, function);
    }

    private TableName beside(String suffix) {
        return new TableName(sibling.name().schema(), sibling.name().name() + suffix);
    }

    private void requireOurs(TableName name, String catalogue, String find, String quoted) throws SQLException {
        Optional<String> comment = Query.first(
                connection,
                "SELECT coalesce(obj_description(oid, '%s'), '') FROM (%s) found".formatted(catalogue, find),
                row -> row.getString(1),
                quoted);
        if (comment.isPresent() && !comment.get().equals(SiblingTables.comment(sibling))) {
            throw SiblingTables.refused(sibling, "something else is called %s".formatted(name), "take another name");
        }
    }

    private void createFunction(TableName function) throws SQLException {
        Table original = sibling.original();
        String body = BODY.formatted(
                literal("query %s and %s each on its own, and `archiver run %s`: it drops what is due"
                        .formatted(original.name(), sibling.name(), namespace)),
                literal(beside(SUFFIX).toString()),
                literal(namespace),
                literal(original.name().schema()),
                literal(original.name().name()),
                original.name().quoted(),
                sibling.name().quoted(),
                TableName.quote(original.timeColumn()),
                value("range_start", Long.MIN_VALUE),
                value("range_end", Long.MAX_VALUE),
                literal("query %s and %s each on its own; `rehydrate %s %s` over that range says what to do"
                        .formatted(original.name(), sibling.name(), namespace, original.name())),
                literal(original.name().quoted()));
        String type = "pg_catalog." + original.timeKind().catalogueName();
        Query.execute(
                connection,
                """
                CREATE OR REPLACE FUNCTION %s(OUT firn_low %s, OUT firn_high %s) RETURNS SETOF record
                  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %s"""
                        .formatted(function.quoted(), type, type, literal(body)));
        Query.execute(connection, "GRANT EXECUTE ON FUNCTION %s() TO PUBLIC".formatted(function.quoted()));
        comment("FUNCTION %s()".formatted(function.quoted()));
    }

    /** A position in the catalogue as a value of the time column; NULL for an end that is open. */
    private String value(String position, long open) {
        TimeKind kind = sibling.original().timeKind();
        String column = "piece." + position;
        String value =
                switch (kind) {
                    case TIMESTAMPTZ -> "(%s) AT TIME ZONE 'UTC'".formatted(timestamp(column));
                    case TIMESTAMP -> timestamp(column);
                    // A bound within a day counts from the next one on.
                    case DATE -> "date '1970-01-01' + ceil(%s::numeric / 86400000000)::integer".formatted(column);
                    default -> column + "::pg_catalog." + kind.catalogueName();
                };
        return "CASE WHEN %s <> %s THEN %s END".formatted(column, "'" + open + "'::int8", value);
    }

    private static String timestamp(String column) {
        // In days and a rest: an interval of all the microseconds would go through a floating-point number.
        return "(date '1970-01-01' + div(%1$s::numeric, 86400000000)::integer)::timestamp + mod(%1$s, 86400000000) * interval '1 microsecond'"
                .formatted(column);
    }

    private void createView(TableName view, TableName function) throws SQLException {
        Table original = sibling.original();
        String names = original.columns().stream()
                .map(TableColumn::name)
                .map(TableName::quote)
                .collect(Collectors.joining(", "));
        String time = TableName.quote(original.timeColumn());
        Query.execute(
                connection,
                """
                CREATE OR REPLACE VIEW %s AS
                SELECT %s FROM %s
                UNION ALL
                SELECT %s FROM %s loaded WHERE NOT EXISTS (
                  SELECT FROM %s() there
                  WHERE (there.firn_low IS NULL OR loaded.%s >= there.firn_low) AND (there.firn_high IS NULL OR loaded.%s < there.firn_high))"""
                        .formatted(
                                view.quoted(),
                                names,
                                original.name().quoted(),
                                names,
                                sibling.name().quoted(),
                                function.quoted(),
                                time,
                                time));
        Query.execute(
                connection, "ALTER VIEW %s OWNER TO %s".formatted(view.quoted(), TableName.quote(original.owner())));
        comment("VIEW " + view.quoted());
        new Likeness(connection, original.oid(), view).giveRights();
    }

    private void comment(String what) throws SQLException {
        Query.execute(connection, "COMMENT ON %s IS %s".formatted(what, literal(SiblingTables.comment(sibling))));
    }

    private String literal(String text) throws SQLException {
        return Query.text(connection, "SELECT quote_literal(?)", text);
    }
}
