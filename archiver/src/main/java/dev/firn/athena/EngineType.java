package dev.firn.athena;

import java.util.Optional;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;

/** What a column of an archived file is to a query engine, whatever the engine calls it. */
sealed interface EngineType {

    /** Types without parameters. */
    enum Plain implements EngineType {
        BOOLEAN,
        INTEGER,
        BIGINT,
        REAL,
        DOUBLE,
        STRING,
        BINARY,
        DATE,
        /** A moment: {@code timestamptz}. */
        MOMENT,
        /** A date and time of no zone: {@code timestamp}. */
        TIMESTAMP
    }

    /** A number of fixed scale. */
    record Decimal(int precision, int scale) implements EngineType {

        int digitsBeforePoint() {
            return precision - scale;
        }
    }

    /** An array. */
    record ListOf(EngineType element) implements EngineType {}

    /** Digits that every engine's DECIMAL has. */
    int MAX_PRECISION = 38;

    /** The type of a field that Firn writes. */
    static EngineType of(Type field) {
        LogicalTypeAnnotation annotation = field.getLogicalTypeAnnotation();
        if (annotation instanceof ListLogicalTypeAnnotation) {
            return new ListOf(of(field.asGroupType().getType(0).asGroupType().getType(0)));
        }
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            return new Decimal(decimal.getPrecision(), decimal.getScale());
        }
        if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
            return timestamp.isAdjustedToUTC() ? Plain.MOMENT : Plain.TIMESTAMP;
        }
        if (annotation instanceof DateLogicalTypeAnnotation) {
            return Plain.DATE;
        }
        if (annotation instanceof StringLogicalTypeAnnotation) {
            return Plain.STRING;
        }
        if (annotation == null) {
            return switch (field.asPrimitiveType().getPrimitiveTypeName()) {
                case BOOLEAN -> Plain.BOOLEAN;
                case INT32 -> Plain.INTEGER;
                case INT64 -> Plain.BIGINT;
                case FLOAT -> Plain.REAL;
                case DOUBLE -> Plain.DOUBLE;
                case BINARY -> Plain.BINARY;
                default -> throw unknown(field);
            };
        }
        throw unknown(field);
    }

    private static IllegalArgumentException unknown(Type field) {
        return new IllegalArgumentException("Firn writes no field like '%s'".formatted(field));
    }

    /** The least type that holds every value of both as PostgreSQL's own ALTER TYPE keeps them, if there is one. */
    static Optional<EngineType> common(EngineType one, EngineType other) {
        if (one.equals(other)) {
            return Optional.of(one);
        }
        if (one instanceof Plain a && other instanceof Plain b) {
            return common(a, b).or(() -> common(b, a));
        }
        Optional<Decimal> a = asDecimal(one);
        Optional<Decimal> b = asDecimal(other);
        if (a.isEmpty() || b.isEmpty()) {
            return Optional.empty();
        }
        int scale = Math.max(a.get().scale(), b.get().scale());
        int precision = Math.max(a.get().digitsBeforePoint(), b.get().digitsBeforePoint()) + scale;
        return precision <= MAX_PRECISION ? Optional.of(new Decimal(precision, scale)) : Optional.empty();
    }

    private static Optional<EngineType> common(Plain narrow, Plain wide) {
        boolean holds =
                switch (narrow) {
                    case INTEGER -> wide == Plain.BIGINT || wide == Plain.DOUBLE;
                    case REAL -> wide == Plain.DOUBLE;
                    default -> false;
                };
        return holds ? Optional.of(wide) : Optional.empty();
    }

    private static Optional<Decimal> asDecimal(EngineType type) {
        if (type instanceof Decimal decimal) {
            return Optional.of(decimal);
        }
        if (type == Plain.INTEGER) {
            return Optional.of(new Decimal(10, 0));
        }
        return type == Plain.BIGINT ? Optional.of(new Decimal(19, 0)) : Optional.empty();
    }
}
