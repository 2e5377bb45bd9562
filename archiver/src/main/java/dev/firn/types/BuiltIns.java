package dev.firn.types;

import static java.util.Map.entry;

import dev.firn.types.IntegerLeaf.Width;
import java.util.Map;
import java.util.function.Function;

/** The registry: types of {@code pg_catalog} that have a column type of their own, and those that can never come back. */
final class BuiltIns {

    private static final int TYPMOD_OFFSET = 4;
    private static final int SCALE_BITS = 0x7ff;
    private static final int SCALE_SIGN = 0x400;

    /** One entry each, by catalogue name. */
    static final Map<String, Function<PgType, Leaf>> LEAVES = Map.ofEntries(
            entry("int2", type -> new IntegerLeaf(Width.SMALLINT)),
            entry("int4", type -> new IntegerLeaf(Width.INTEGER)),
            entry("int8", type -> new IntegerLeaf(Width.BIGINT)),
            entry("oid", type -> new IntegerLeaf(Width.OID)),
            entry("float4", type -> new FloatLeaf()),
            entry("float8", type -> new DoubleLeaf()),
            entry("bool", type -> new BooleanLeaf()),
            entry("text", type -> new TextLeaf()),
            entry("varchar", type -> new TextLeaf()),
            entry("bpchar", type -> new TextLeaf()),
            entry("name", type -> new TextLeaf()),
            entry("char", type -> new CharLeaf()),
            entry("json", type -> new TextLeaf()),
            entry("refcursor", type -> new TextLeaf()),
            entry("jsonb", type -> new JsonbLeaf()),
            entry("uuid", type -> new UuidLeaf()),
            entry("bytea", type -> new BytesLeaf()),
            entry("timestamptz", type -> new TimestampLeaf(true)),
            entry("timestamp", type -> new TimestampLeaf(false)),
            entry("date", type -> new DateLeaf()),
            entry("time", type -> new TimeLeaf()),
            entry("numeric", BuiltIns::numeric),
            // As numbers and not by name: the object may have been renamed or dropped before the value comes back.
            entry("regproc", type -> new IntegerLeaf(Width.OID)),
            entry("regprocedure", type -> new IntegerLeaf(Width.OID)),
            entry("regoper", type -> new IntegerLeaf(Width.OID)),
            entry("regoperator", type -> new IntegerLeaf(Width.OID)),
            entry("regclass", type -> new IntegerLeaf(Width.OID)),
            entry("regcollation", type -> new IntegerLeaf(Width.OID)),
            entry("regtype", type -> new IntegerLeaf(Width.OID)),
            entry("regrole", type -> new IntegerLeaf(Width.OID)),
            entry("regnamespace", type -> new IntegerLeaf(Width.OID)),
            entry("regconfig", type -> new IntegerLeaf(Width.OID)),
            entry("regdictionary", type -> new IntegerLeaf(Width.OID)));

    /** Types whose input function accepts nothing, with the reason that the user is told. */
    static final Map<String, String> REFUSED = Map.ofEntries(
            entry("pg_node_tree", "PostgreSQL accepts no value of it from outside"),
            entry("pg_ndistinct", "PostgreSQL accepts no value of it from outside"),
            entry("pg_dependencies", "PostgreSQL accepts no value of it from outside"),
            entry("pg_mcv_list", "PostgreSQL accepts no value of it from outside"),
            entry("pg_brin_bloom_summary", "PostgreSQL accepts no value of it from outside"),
            entry("pg_brin_minmax_multi_summary", "PostgreSQL accepts no value of it from outside"),
            entry("gtsvector", "PostgreSQL accepts no value of it from outside"));

    private BuiltIns() {}

    private static Leaf numeric(PgType type) {
        if (type.typmod() < TYPMOD_OFFSET) {
            return new NumericLeaf();
        }
        int modifier = type.typmod() - TYPMOD_OFFSET;
        int declaredPrecision = (modifier >> Short.SIZE) & 0xffff;
        int declaredScale = ((modifier & SCALE_BITS) ^ SCALE_SIGN) - SCALE_SIGN;
        int scale = Math.max(declaredScale, 0);
        // A negative scale rounds to tens, one above the precision means leading zeros: DECIMAL counts all of these
        // digits.
        int precision = Math.max(declaredPrecision - Math.min(declaredScale, 0), scale);
        return precision <= DecimalLeaf.MAX_PRECISION ? new DecimalLeaf(precision, scale) : new NumericLeaf();
    }
}
