package dev.firn.types;

import java.util.Optional;
import java.util.function.Function;

/**
 * How PostgreSQL compares the values of a type, over their COPY bytes. There is one for the types of which that depends
 * on nothing but the two values: no collation, no other table, no version.
 */
public final class ValueOrder {

    /** What the order is good for. */
    private enum Reach {
        /** Equality alone can be told, and Parquet's values are equal in the same cases. */
        EQUALITY_AS_IN_PARQUET(true, false, true),
        EQUALITY(true, false, false),
        ORDER_AS_IN_PARQUET(true, true, true),
        ORDER(true, true, false);

        private final boolean equality;
        private final boolean order;
        private final boolean asInParquet;

        Reach(boolean equality, boolean order, boolean asInParquet) {
            this.equality = equality;
            this.order = order;
            this.asInParquet = asInParquet;
        }
    }

    /** Compares two values by their COPY bytes. */
    @FunctionalInterface
    interface Comparer {
        int compare(byte[] one, int offset, int length, byte[] other);
    }

    private final Reach reach;
    private final Comparer comparer;
    private final Function<String, byte[]> reader;

    private ValueOrder(Reach reach, Comparer comparer, Function<String, byte[]> reader) {
        this.reach = reach;
        this.comparer = comparer;
        this.reader = reader;
    }

    /** Nothing where only PostgreSQL itself can compare values of the type. */
    public static Optional<ValueOrder> of(PgType type) {
        PgType base = type;
        while (base.kind() == PgType.Kind.DOMAIN) {
            base = base.inner();
        }
        if (base.kind() == PgType.Kind.ENUM) {
            PgType labels = base;
            return order(Reach.EQUALITY_AS_IN_PARQUET, Orders::bytes, text -> Literals.label(labels, text));
        }
        return base.kind() == PgType.Kind.BASE && base.schema().equals("pg_catalog")
                ? builtIn(base.name())
                : Optional.empty();
    }

    private static Optional<ValueOrder> builtIn(String name) {
        return switch (name) {
            case "int2" -> order(Reach.ORDER_AS_IN_PARQUET, Orders::signed, text -> Literals.number(text, Short.BYTES));
            case "int4" ->
                order(Reach.ORDER_AS_IN_PARQUET, Orders::signed, text -> Literals.number(text, Integer.BYTES));
            case "int8" -> order(Reach.ORDER_AS_IN_PARQUET, Orders::signed, text -> Literals.number(text, Long.BYTES));
            case "timestamptz" -> order(Reach.ORDER_AS_IN_PARQUET, Orders::signed, Literals::zonedTime);
            case "timestamp" -> order(Reach.ORDER_AS_IN_PARQUET, Orders::signed, Literals::localTime);
            case "date" -> order(Reach.ORDER_AS_IN_PARQUET, Orders::signed, Literals::date);
            case "uuid" -> order(Reach.ORDER_AS_IN_PARQUET, Orders::bytes, Literals::uuid);
            case "bool" -> order(Reach.ORDER, Orders::bytes, Literals::bool);
            case "float4" -> order(Reach.ORDER, Orders::floats, Literals::float4);
            case "float8" -> order(Reach.ORDER, Orders::floats, Literals::float8);
            case "numeric" -> order(Reach.ORDER, Orders::numeric, Literals::numeric);
            case "text", "varchar", "name" -> order(Reach.EQUALITY_AS_IN_PARQUET, Orders::bytes, Literals::text);
            case "bpchar" -> order(Reach.EQUALITY, Orders::padded, Literals::text);
            default -> Optional.empty();
        };
    }

    private static Optional<ValueOrder> order(Reach reach, Comparer comparer, Function<String, byte[]> reader) {
        return Optional.of(new ValueOrder(reach, comparer, reader));
    }

    /** Whether the operator can be decided; where not, the order depends on a collation or on what an enum has become. */
    public boolean decides(Operator operator) {
        return operator == Operator.EQUAL ? reach.equality : reach.order;
    }

    /** Whether Parquet's columns decide it in the same way. */
    boolean isParquets(Operator operator) {
        return decides(operator) && reach.asInParquet;
    }

    int compare(byte[] one, int offset, int length, byte[] other) {
        return comparer.compare(one, offset, length, other);
    }

    /**
     * The COPY bytes of a value as it is typed, of fewer spellings than PostgreSQL takes: none is read otherwise than
     * there.
     *
     * @throws IllegalArgumentException saying what is expected
     */
    public byte[] read(String text) {
        return reader.apply(text);
    }
}
