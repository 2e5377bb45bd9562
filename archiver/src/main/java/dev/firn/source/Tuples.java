package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what a chunk physically consists of: its visible tuples, which server they lie on, and what columns they have.
 * Everything here goes by {@code ONLY} and system columns, past TimescaleDB's own way of reading.
 */
final class Tuples {

    /** Visible rows of one relation, and the sum of a hash over where each lies and who wrote it. */
    record Sum(long rows, BigInteger sum) {
        static final Sum NONE = new Sum(0, BigInteger.ZERO);
    }

    // Beside the three that tell servers apart: the database, since CREATE DATABASE … TEMPLATE copies tuples bit for
    // bit,
    // and when statistics were last reset, which every crash recovery does: it may lose a transaction that was
    // committed
    // asynchronously and give its number, and its place, to another one.
    private static final String SERVER =
            """
            SELECT concat_ws('/',
              (SELECT system_identifier FROM pg_control_system()),
              CASE WHEN pg_is_in_recovery() THEN (SELECT to_hex(timeline_id) FROM pg_control_checkpoint())
                   ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
              (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint,
              (SELECT oid FROM pg_database WHERE datname = current_database()),
              (SELECT (extract(epoch FROM stats_reset) * 1000000)::bigint FROM pg_stat_bgwriter))""";

    // A column's content is redefined, with no tuple changed, by another number (dropped and added), type, modifier or
    // missing value, or by a change inside its type: labels, attributes, what a domain or a range is made of.
    private static final String COLUMNS =
            """
            WITH RECURSIVE columns AS (
              SELECT * FROM pg_attribute WHERE attrelid = ANY (?::oid[]) AND attnum > 0 AND NOT attisdropped
            ), parts(oid) AS (
              SELECT atttypid FROM columns
              UNION
              SELECT part FROM parts JOIN pg_type t USING (oid), LATERAL (
                SELECT t.typbasetype UNION ALL SELECT t.typelem
                UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid
                UNION ALL SELECT a.atttypid FROM pg_attribute a
                          WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) inner_types(part)
              WHERE part <> 0
            )
            SELECT md5(concat_ws(';',
              (SELECT string_agg(concat_ws(',', attrelid, attnum, quote_ident(attname), atttypid, atttypmod, attcollation,
                        attnotnull, attgenerated, pg_get_expr(adbin, adrelid),
                        quote_nullable(attmissingval::text)), ';' ORDER BY attrelid, attnum)
               FROM columns LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum AND attgenerated <> ''),
              (SELECT string_agg(concat_ws(',', t.oid, t.typname, t.typnamespace, t.typbasetype, t.typtypmod), ';'
                        ORDER BY t.oid) FROM parts JOIN pg_type t USING (oid)),
              (SELECT string_agg(concat_ws(',', t.oid, a.attnum, quote_ident(a.attname), a.atttypid, a.atttypmod), ';'
                        ORDER BY t.oid, a.attnum)
               FROM parts JOIN pg_type t USING (oid) JOIN pg_attribute a ON a.attrelid = t.typrelid
               WHERE a.attnum > 0 AND NOT a.attisdropped),
              (SELECT string_agg(concat_ws(',', e.enumtypid, quote_literal(e.enumlabel)), ';'
                        ORDER BY e.enumtypid, e.enumsortorder)
               FROM parts JOIN pg_enum e ON e.enumtypid = parts.oid)))""";

    /** {@code xmin:xmax:xip}: what is below the first number was decided then. */
    private static final Pattern SNAPSHOT = Pattern.compile("(\\d{1,18}):.*");

    private static final String OLDER =
            """
            SELECT EXISTS (
              SELECT FROM ONLY %s WHERE xmin::text::bigint < 3
                OR mod(?::bigint - xmin::text::bigint + 4294967296, 4294967296) BETWEEN 1 AND 2147483647)""";

    private Tuples() {}

    static String server(Connection connection, String where) throws SQLException {
        try {
            return Query.text(connection, SERVER);
        } catch (SQLException e) {
            if (!"42501".equals(e.getSQLState())) {
                throw e;
            }
            throw new FirnException(
                    Category.REFUSED,
                    where,
                    "reading which server this is was not allowed; nothing was changed",
                    "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO the role of Firn",
                    e);
        }
    }

    /** Hash of the columns of these relations: the table, the chunk, and its twin. */
    static String columns(Connection connection, List<Long> relations) throws SQLException {
        List<String> oids = new ArrayList<>();
        relations.forEach(oid -> oids.add(Long.toString(oid)));
        String array = "{" + String.join(",", oids) + "}";
        return PinnedFormats.during(connection, () -> Query.text(connection, COLUMNS, array));
    }

    static Sum sum(Connection connection, TableName relation) throws SQLException {
        return Query.one(
                connection,
                "SELECT count(*), coalesce(sum(hashtextextended(ctid::text || '/' || xmin::text, 0)::numeric), 0) FROM ONLY "
                        + relation.quoted(),
                row -> new Sum(row.getLong(1), exact(row.getBigDecimal(2))));
    }

    /** Rows of a chunk by its own bookkeeping: its heap, and what each batch of the twin says it holds. */
    static long count(Connection connection, Chunk chunk) throws SQLException {
        String heap = "SELECT count(*) FROM ONLY " + chunk.relation().quoted();
        long rows = Query.one(connection, heap, row -> row.getLong(1));
        if (chunk.twin().isEmpty()) {
            return rows;
        }
        String batches = "SELECT coalesce(sum(_ts_meta_count), 0) FROM ONLY "
                + chunk.twin().get().relation().quoted();
        return Math.addExact(rows, Query.one(connection, batches, row -> row.getLong(1)));
    }

    /**
     * Freezing leaves {@code xmin} as it was, but for numbers below 3, which are older than all. After 2^31 transactions
     * more what is new counts as old.
     */
    static boolean holdsOlderThan(Connection connection, Chunk chunk, String snapshot) throws SQLException {
        Matcher matcher = SNAPSHOT.matcher(snapshot);
        if (!matcher.matches()) {
            return false;
        }
        long oldest = Long.parseLong(matcher.group(1)) & 0xFFFF_FFFFL;
        List<TableName> relations = new ArrayList<>(List.of(chunk.relation()));
        chunk.twin().ifPresent(twin -> relations.add(twin.relation()));
        for (TableName relation : relations) {
            if (Query.one(connection, OLDER.formatted(relation.quoted()), row -> row.getBoolean(1), oldest)) {
                return true;
            }
        }
        return false;
    }

    private static BigInteger exact(BigDecimal number) {
        return number.toBigIntegerExact();
    }
}
