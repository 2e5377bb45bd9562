package dev.firn.types;

import java.util.List;
import java.util.Objects;

/**
 * The exact type of a column as PostgreSQL's catalogue has it; recorded in the manifest, and enough to create it again.
 *
 * @param schema schema of the type, {@code pg_catalog} for built-in ones
 * @param name catalogue name ({@code int4}, {@code _text}, {@code mood})
 * @param typmod type modifier, -1 for none
 * @param kind what family it belongs to
 * @param sql as {@code format_type} prints it: {@code numeric(10,2)}, {@code character(3)}
 * @param inner base type of a domain, element type of an array; otherwise null
 * @param labels labels of an enum in their order; otherwise empty
 * @param outputFunction quoted, schema-qualified name of the type's output function
 */
public record PgType(
        String schema,
        String name,
        int typmod,
        Kind kind,
        String sql,
        PgType inner,
        List<String> labels,
        String outputFunction) {

    /** The families of types that need different handling. */
    public enum Kind {
        BASE,
        ENUM,
        DOMAIN,
        ARRAY,
        COMPOSITE,
        RANGE,
        MULTIRANGE,
        PSEUDO
    }

    public PgType {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sql, "sql");
        Objects.requireNonNull(outputFunction, "outputFunction");
        labels = List.copyOf(labels);
        boolean needsInner = kind == Kind.DOMAIN || kind == Kind.ARRAY;
        if (needsInner != (inner != null)) {
            throw new IllegalArgumentException("%s is a %s: inner type %s".formatted(sql, kind, inner));
        }
        if (kind != Kind.ENUM && !labels.isEmpty()) {
            throw new IllegalArgumentException("%s is a %s: it has no labels".formatted(sql, kind));
        }
    }

    /** Whether it is the built-in type of this catalogue name. */
    public boolean isBuiltIn(String catalogueName) {
        return kind == Kind.BASE && schema.equals("pg_catalog") && name.equals(catalogueName);
    }
}
