package dev.firn.source;

import dev.firn.types.PgType;
import dev.firn.types.PgType.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the exact types of a table's columns, with what domains and arrays are made of. */
final class TypeReader {

    /** A type together with its modifier; the same type may occur with several. */
    private record Key(long oid, int typmod) {}

    private record Found(Key key, Key inner, PgType flat) {}

    // Of a domain the base type counts with the domain's modifier, of an array the element type with the array's. True
    // arrays are told by their output function: point or int2vector have elements too, but are no arrays.
    private static final String TYPES =
            """
            WITH RECURSIVE needed(oid, typmod) AS (
              SELECT atttypid, atttypmod FROM pg_attribute WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
              UNION
              SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.typelem END,
                     CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE needed.typmod END
              FROM needed JOIN pg_type t USING (oid)
              WHERE t.typtype = 'd' OR t.typoutput = 'pg_catalog.array_out'::regproc
            )
            SELECT t.oid, needed.typmod, n.nspname, t.typname,
                   CASE WHEN t.typoutput = 'pg_catalog.array_out'::regproc AND t.typtype = 'b' THEN 'a' ELSE t.typtype END,
                   format_type(t.oid, needed.typmod),
                   CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.typelem END,
                   CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE needed.typmod END,
                   quote_ident(fn.nspname) || '.' || quote_ident(f.proname),
                   (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
            FROM needed
            JOIN pg_type t USING (oid)
            JOIN pg_namespace n ON n.oid = t.typnamespace
            JOIN pg_proc f ON f.oid = t.typoutput
            JOIN pg_namespace fn ON fn.oid = f.pronamespace""";

    // A type is no column of another by way of domains and arrays, but by way of the columns of a row type.
    private static final String XML_INSIDE =
            """
            WITH RECURSIVE part(attname, oid, inside) AS (
              SELECT attname, atttypid, false FROM pg_attribute
              WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
              UNION
              SELECT part.attname, below.oid, part.inside OR t.typtype = 'c'
              FROM part JOIN pg_type t ON t.oid = part.oid, LATERAL (
                SELECT t.typbasetype AS oid WHERE t.typtype = 'd'
                UNION ALL
                SELECT t.typelem WHERE t.typoutput = 'pg_catalog.array_out'::regproc
                UNION ALL
                SELECT a.atttypid FROM pg_attribute a
                WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) below
            )
            SELECT DISTINCT attname FROM part WHERE inside AND oid = 'pg_catalog.xml'::regtype ORDER BY 1""";

    private final Map<Key, Found> types = new HashMap<>();

    private TypeReader(List<Found> found) {
        found.forEach(type -> types.put(type.key(), type));
    }

    /** Reads the types of all live columns; formats are pinned by the caller. */
    static TypeReader ofColumns(Connection connection, long relation) throws SQLException {
        return new TypeReader(Query.list(connection, TYPES, TypeReader::read, relation));
    }

    /**
     * Columns of composite types with xml somewhere in them. Those go as text, and the text of a row prints xml without
     * its declaration: what came back would not be what was there.
     */
    static List<String> columnsWithXmlInside(Connection connection, long relation) throws SQLException {
        return Query.texts(connection, XML_INSIDE, relation);
    }

    PgType type(long oid, int typmod) {
        return complete(types.get(new Key(oid, typmod)));
    }

    private PgType complete(Found found) {
        PgType flat = found.flat();
        if (found.inner() == null) {
            return flat;
        }
        PgType inner = complete(types.get(found.inner()));
        Kind kind = flat.kind() == Kind.BASE ? Kind.ARRAY : Kind.DOMAIN;
        return new PgType(
                flat.schema(), flat.name(), flat.typmod(), kind, flat.sql(), inner, List.of(), flat.outputFunction());
    }

    /** Types with an inner one are read as BASE (arrays) or PSEUDO (domains) first: only then is the inner one known. */
    private static Found read(ResultSet row) throws SQLException {
        Key key = new Key(row.getLong(1), row.getInt(2));
        Kind kind =
                switch (row.getString(5)) {
                    case "b", "a" -> Kind.BASE;
                    case "e" -> Kind.ENUM;
                    case "c" -> Kind.COMPOSITE;
                    case "r" -> Kind.RANGE;
                    case "m" -> Kind.MULTIRANGE;
                    default -> Kind.PSEUDO;
                };
        boolean hasInner = row.getString(5).equals("a") || row.getString(5).equals("d");
        Key inner = hasInner ? new Key(row.getLong(7), row.getInt(8)) : null;
        PgType flat = new PgType(
                row.getString(3),
                row.getString(4),
                key.typmod(),
                kind,
                row.getString(6),
                null,
                Query.strings(row, 10),
                row.getString(9));
        return new Found(key, inner, flat);
    }
}
