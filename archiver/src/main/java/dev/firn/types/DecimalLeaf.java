package dev.firn.types;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * {@code numeric(p, s)} as DECIMAL: INT32 up to 9 digits, INT64 up to 18, else bytes of fixed length. NaN and the
 * infinities do not fit.
 */
final class DecimalLeaf extends Leaf {

    /** Digits that every engine's DECIMAL has. */
    static final int MAX_PRECISION = 38;

    private static final int INT32_DIGITS = 9;
    private static final int INT64_DIGITS = 18;

    private final int precision;
    private final int scale;
    private final PrimitiveTypeName primitive;
    private final NumericWire wire = new NumericWire();
    private final NumericText numericText = new NumericText();
    private final byte[] digits = new byte[20];
    private final byte[] fixed;

    /**
     * @param precision digits of the largest value, which may be more than PostgreSQL's precision
     * @param scale digits after the point, not negative
     */
    DecimalLeaf(int precision, int scale) {
        super(primitive(precision), LogicalTypeAnnotation.decimalType(scale, precision));
        this.precision = precision;
        this.scale = scale;
        this.primitive = primitive(precision);
        this.fixed = new byte[fixedLength(precision)];
    }

    @Override
    int fixedLength() {
        return fixed.length;
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return wire.take(bytes, offset, length) && wire.scale() == scale && wire.count() <= precision;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        wire.take(bytes, offset, length);
        switch (primitive) {
            case INT32 -> out.write((int) unscaled(), repetition, definition);
            case INT64 -> out.write(unscaled(), repetition, definition);
            default -> {
                fill(unscaledBig());
                out.write(Binary.fromReusedByteArray(fixed), repetition, definition);
            }
        }
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        switch (primitive) {
            case INT32 -> append(in.getInteger(), out);
            case INT64 -> append(in.getLong(), out);
            default -> append(new BigInteger(in.getBinary().getBytes()), out);
        }
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (!numericText.show(bytes, offset, length)) {
            return null;
        }
        return new String(numericText.text(), 0, numericText.length(), StandardCharsets.US_ASCII);
    }

    @Override
    void parse(String text, RowBatch out) {
        numericText.parse(text, out);
    }

    private long unscaled() {
        long value = 0;
        for (int i = 0; i < wire.count(); i++) {
            value = value * 10 + wire.digits()[wire.first() + i] - '0';
        }
        return wire.negative() ? -value : value;
    }

    private BigInteger unscaledBig() {
        if (wire.count() == 0) {
            return BigInteger.ZERO;
        }
        String text = new String(wire.digits(), wire.first(), wire.count(), StandardCharsets.US_ASCII);
        BigInteger value = new BigInteger(text);
        return wire.negative() ? value.negate() : value;
    }

    private void fill(BigInteger value) {
        byte[] shortest = value.toByteArray();
        Arrays.fill(fixed, (byte) (value.signum() < 0 ? -1 : 0));
        System.arraycopy(shortest, 0, fixed, fixed.length - shortest.length, shortest.length);
    }

    private void append(long unscaled, RowBatch out) {
        int first = digits.length;
        for (long rest = unscaled; rest != 0; rest /= 10) {
            digits[--first] = (byte) ('0' + Math.abs(rest % 10));
        }
        append(unscaled < 0, digits, first, digits.length - first, out);
    }

    private void append(BigInteger unscaled, RowBatch out) {
        if (unscaled.signum() == 0) {
            append(0, out);
            return;
        }
        byte[] shown = unscaled.abs().toString().getBytes(StandardCharsets.US_ASCII);
        append(unscaled.signum() < 0, shown, 0, shown.length, out);
    }

    private void append(boolean negative, byte[] from, int first, int count, RowBatch out) {
        if (count > precision) {
            throw unreadable("a decimal", "%d digits instead of %d".formatted(count, precision));
        }
        NumericWire.append(negative, from, first, count, scale, out);
    }

    private static PrimitiveTypeName primitive(int precision) {
        if (precision <= INT32_DIGITS) {
            return PrimitiveTypeName.INT32;
        }
        return precision <= INT64_DIGITS ? PrimitiveTypeName.INT64 : PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
    }

    private static int fixedLength(int precision) {
        if (precision <= INT64_DIGITS) {
            return 0;
        }
        return BigInteger.TEN.pow(precision).bitLength() / Byte.SIZE + 1;
    }
}
