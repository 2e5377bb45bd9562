package dev.firn.source;

import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the catalogue says of a chunk, apart from names and numbers that every relation has of its own. */
final class Attributes {

    // Of a key's constraint, whether it is inherited has no meaning: it differs between partitions that were created
    // and
    // such that were attached.
    private static final List<String> QUERIES = List.of(
            """
            SELECT 'class ' || concat_ws(', ', relowner::regrole, relkind, relpersistence, 'replica identity', relreplident,
              'tablespace', reltablespace, 'am', relam, relhasindex, relhastriggers, relrowsecurity, relforcerowsecurity,
              relispartition, relhassubclass,
              (SELECT string_agg(o, ' ' ORDER BY o) FROM unnest(reloptions) o),
              (SELECT string_agg(o, ' ' ORDER BY o) FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = c.reltoastrelid))
            FROM pg_class c WHERE c.oid = ?::oid""",
            """
            SELECT 'right ' || concat_ws(' ', grantee::regrole, privilege_type, is_grantable, grantor::regrole)
            FROM pg_class c, aclexplode(c.relacl) WHERE c.oid = ?::oid ORDER BY 1""",
            """
            SELECT 'column ' || concat_ws(', ', attname, format_type(atttypid, atttypmod), 'not null', attnotnull,
              pg_get_expr(adbin, adrelid), 'identity', attidentity, 'generated', attgenerated, attstorage, attcompression,
              'statistics', attstattarget, 'parents', attinhcount, attcollation, attacl::text,
              (SELECT string_agg(o, ' ' ORDER BY o) FROM unnest(attoptions) o WHERE o LIKE 'n_distinct%'))
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped ORDER BY 1""",
            """
            SELECT 'index ' || concat_ws(', ', substring(pg_get_indexdef(indexrelid) FROM ' USING (?:btree|gin) .*'), indisunique, indisprimary,
              indisexclusion, indimmediate, indisclustered, indisvalid, indisready, indislive, 'replica', indisreplident,
              'tablespace', (SELECT reltablespace FROM pg_class WHERE oid = indexrelid),
              (SELECT count(*) FROM pg_inherits WHERE inhrelid = indexrelid))
            FROM pg_index WHERE indrelid = ?::oid ORDER BY 1""",
            """
            SELECT 'constraint ' || concat_ws(', ',
              CASE WHEN contype IN ('p', 'u') THEN '' ELSE regexp_replace(conname, '^([0-9]+_)+|[0-9]+$', '', 'g') END,
              contype, pg_get_constraintdef(oid), condeferrable, condeferred, convalidated, 'parents', coninhcount,
              CASE WHEN contype NOT IN ('p', 'u') THEN connoinherit END)
            FROM pg_constraint WHERE conrelid = ?::oid ORDER BY 1""",
            """
            SELECT 'trigger ' || concat_ws(', ', CASE WHEN tgisinternal THEN '' ELSE tgname END, tgfoid::regproc, tgtype, tgenabled,
              tgisinternal, tgdeferrable, tginitdeferred, tgnargs, tgattr::text, pg_get_expr(tgqual, tgrelid), tgparentid <> 0)
            FROM pg_trigger WHERE tgrelid = ?::oid ORDER BY 1""");

    // What is a table's own, an ALTER of its parent leaves.
    private static final String OWN =
            """
            SELECT 'column ' || attname FROM pg_attribute WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped AND attislocal
            UNION ALL
            SELECT 'check ' || conname FROM pg_constraint
            WHERE conrelid = ?::oid AND contype = 'c' AND conislocal AND conname !~ '^constraint_[0-9]+$' ORDER BY 1""";

    private Attributes() {}

    static List<String> of(Connection connection, Chunk chunk) throws SQLException {
        List<String> found = new ArrayList<>();
        for (String query : QUERIES) {
            found.addAll(Query.texts(connection, query, chunk.oid()));
        }
        return found;
    }

    static List<String> own(Connection connection, Chunk chunk) throws SQLException {
        return Query.texts(connection, OWN, chunk.oid(), chunk.oid());
    }

    /** Index names, sorted, and the files that they lie in. */
    static List<String> indexFiles(Connection connection, TableName relation) throws SQLException {
        return Query.texts(
                connection,
                "SELECT relfilenode::text FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = ?::regclass ORDER BY 1",
                relation.quoted());
    }
}
