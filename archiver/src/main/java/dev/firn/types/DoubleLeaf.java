package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code double precision}. Of all the bit patterns that mean "not a number" the column holds PostgreSQL's own one only. */
final class DoubleLeaf extends Leaf {

    private static final long NAN = 0x7ff8_0000_0000_0000L;

    DoubleLeaf() {
        super(PrimitiveTypeName.DOUBLE, null);
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        if (length != Double.BYTES) {
            return false;
        }
        long bits = BigEndian.getLong(bytes, offset);
        return bits == NAN || !Double.isNaN(Double.longBitsToDouble(bits));
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(Double.longBitsToDouble(BigEndian.getLong(bytes, offset)), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        long bits = Double.doubleToRawLongBits(in.getDouble());
        if (bits != NAN && Double.isNaN(Double.longBitsToDouble(bits))) {
            throw unreadable("a floating-point number", "NaN of bits " + Long.toHexString(bits));
        }
        out.appendLong(bits);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (!fits(bytes, offset, length)) {
            return null;
        }
        double value = Double.longBitsToDouble(BigEndian.getLong(bytes, offset));
        return FloatText.show(value);
    }

    @Override
    void parse(String text, RowBatch out) {
        out.appendLong(Double.doubleToLongBits(Double.parseDouble(text)));
    }
}
