package dev.firn.types;

import dev.firn.FirnException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.parquet.schema.Type;

/**
 * Which codec carries which type. A type of its own column type is one entry of {@link BuiltIns}; every other one goes as
 * the text that its own output function makes, and is cast back; what can never come back is refused.
 */
public final class Codecs {

    private Codecs() {}

    /**
     * A codec for columns of this type; not to be shared by threads.
     *
     * @throws FirnException where values of the type could be archived but not brought back
     */
    public static ColumnCodec of(PgType type) {
        PgType base = baseOf(type);
        refuse(type, base);
        if (base.kind() == PgType.Kind.ARRAY) {
            PgType element = baseOf(withTypmodOf(base, base.inner()));
            refuse(type, element);
            Optional<Leaf> leaf = isVectorType(base) ? Optional.empty() : leaf(element);
            return leaf.<ColumnCodec>map(ListCodec::new).orElseGet(() -> asText(type, base, element));
        }
        return leaf(base).<ColumnCodec>map(ScalarCodec::new).orElseGet(() -> asText(type, base, base));
    }

    /** Codecs of these columns in their order; a refusal names the column. */
    public static List<ColumnCodec> of(List<Column> columns) {
        List<ColumnCodec> codecs = new ArrayList<>(columns.size());
        for (Column column : columns) {
            codecs.add(of(column.name(), column.type()));
        }
        return List.copyOf(codecs);
    }

    /** Whether the files of two types may lie under one column name: an engine reads both alike. */
    static boolean sameInParquet(PgType one, PgType other) {
        return parquetType(one).equals(parquetType(other));
    }

    static ColumnCodec of(String column, PgType type) {
        try {
            return of(type);
        } catch (FirnException e) {
            throw new FirnException(e.category(), "column " + column + ": " + e.where(), e.what(), e.hint(), e);
        }
    }

    private static Type parquetType(PgType type) {
        return of(type).parquetType("compared", 1);
    }

    /** The type below all domains, with the modifier that is nearest to the column. */
    private static PgType baseOf(PgType type) {
        PgType base = type;
        while (base.kind() == PgType.Kind.DOMAIN) {
            base = withTypmodOf(base, base.inner());
        }
        return base;
    }

    private static PgType withTypmodOf(PgType outer, PgType inner) {
        if (outer.typmod() < 0) {
            return inner;
        }
        return new PgType(
                inner.schema(),
                inner.name(),
                outer.typmod(),
                inner.kind(),
                inner.sql(),
                inner.inner(),
                inner.labels(),
                inner.outputFunction());
    }

    private static Optional<Leaf> leaf(PgType base) {
        if (base.kind() == PgType.Kind.ENUM || isCitext(base)) {
            return Optional.of(new TextLeaf());
        }
        boolean builtIn = base.kind() == PgType.Kind.BASE && base.schema().equals("pg_catalog");
        Function<PgType, Leaf> maker = builtIn ? BuiltIns.LEAVES.get(base.name()) : null;
        return Optional.ofNullable(maker).map(leafOf -> leafOf.apply(base));
    }

    /** The extension declares {@code textsend} and {@code textrecv} as its own, so its binary form is plain text. */
    private static boolean isCitext(PgType base) {
        return base.kind() == PgType.Kind.BASE
                && base.name().equals("citext")
                && base.outputFunction().matches(".*\\bcitextout\\b.*");
    }

    /** They look like arrays, but start at 0 and are no arrays to most of PostgreSQL. */
    private static boolean isVectorType(PgType base) {
        return base.schema().equals("pg_catalog")
                && (base.name().equals("int2vector") || base.name().equals("oidvector"));
    }

    private static ColumnCodec asText(PgType type, PgType base, PgType scalar) {
        String toBase = type.kind() == PgType.Kind.DOMAIN ? "::" + base.sql() : "";
        if (scalar.isBuiltIn("xml")) {
            boolean array = base.kind() == PgType.Kind.ARRAY;
            ColumnCodec carrier = array ? new ListCodec(new TextLeaf()) : new ScalarCodec(new TextLeaf());
            String after = toBase + (array ? "::pg_catalog.text[]" : "::pg_catalog.text");
            return new CastCodec(carrier, "(", ")" + after, type.sql());
        }
        return new CastCodec(
                new ScalarCodec(new TextLeaf()),
                "pg_catalog.textin(" + base.outputFunction() + "((",
                ")" + toBase + "))",
                type.sql());
    }

    private static void refuse(PgType type, PgType base) {
        String reason = base.kind() == PgType.Kind.PSEUDO ? "it is no type of values" : null;
        if (reason == null && base.schema().equals("pg_catalog")) {
            reason = BuiltIns.REFUSED.get(base.name());
        }
        if (reason != null) {
            throw new FirnException(
                    FirnException.Category.REFUSED,
                    "type " + type.sql(),
                    "choosing how to archive it: %s; nothing of the table was archived".formatted(reason),
                    "leave the table out of the configuration, or change the column to text");
        }
    }
}
