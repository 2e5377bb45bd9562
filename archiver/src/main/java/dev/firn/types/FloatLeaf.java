package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code real}. Of all the bit patterns that mean "not a number" the column holds PostgreSQL's own one only. */
final class FloatLeaf extends Leaf {

    private static final int NAN = 0x7fc0_0000;

    FloatLeaf() {
        super(PrimitiveTypeName.FLOAT, null);
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        if (length != Float.BYTES) {
            return false;
        }
        int bits = BigEndian.getInt(bytes, offset);
        return bits == NAN || !Float.isNaN(Float.intBitsToFloat(bits));
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(Float.intBitsToFloat(BigEndian.getInt(bytes, offset)), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        int bits = Float.floatToRawIntBits(in.getFloat());
        if (bits != NAN && Float.isNaN(Float.intBitsToFloat(bits))) {
            throw unreadable("a floating-point number", "NaN of bits " + Integer.toHexString(bits));
        }
        out.appendInt(bits);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (!fits(bytes, offset, length)) {
            return null;
        }
        float value = Float.intBitsToFloat(BigEndian.getInt(bytes, offset));
        return FloatText.show(value);
    }

    @Override
    void parse(String text, RowBatch out) {
        out.appendInt(Float.floatToIntBits(Float.parseFloat(text)));
    }
}
