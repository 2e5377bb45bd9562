package dev.firn.types;

import dev.firn.types.PgType.Kind;
import java.util.List;

/** Types for tests, as the catalogue would describe them. */
public final class PgTypes {

    private PgTypes() {}

    public static PgType builtIn(String name) {
        return builtIn(name, -1, name);
    }

    public static PgType builtIn(String name, int typmod, String sql) {
        return new PgType(
                "pg_catalog", name, typmod, Kind.BASE, sql, null, List.of(), "\"pg_catalog\".\"" + name + "out\"");
    }

    public static PgType numeric(int precision, int scale) {
        int typmod = ((precision << 16) | (scale & 0x7ff)) + 4;
        return builtIn("numeric", typmod, "numeric(%d,%d)".formatted(precision, scale));
    }

    public static PgType arrayOf(PgType element) {
        return new PgType(
                element.schema(),
                "_" + element.name(),
                -1,
                Kind.ARRAY,
                element.sql() + "[]",
                element,
                List.of(),
                "\"pg_catalog\".\"array_out\"");
    }

    public static PgType domainOver(PgType base) {
        return new PgType("public", "my_domain", -1, Kind.DOMAIN, "my_domain", base, List.of(), base.outputFunction());
    }

    public static PgType enumOf(String... labels) {
        return new PgType(
                "public", "mood", -1, Kind.ENUM, "mood", null, List.of(labels), "\"pg_catalog\".\"enum_out\"");
    }

    public static PgType other(Kind kind, String name, String outputFunction) {
        return new PgType("public", name, -1, kind, name, null, List.of(), outputFunction);
    }
}
