package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Whole numbers of every width, and object identifiers, which are unsigned. */
final class IntegerLeaf extends Leaf {

    /** How wide the number is on the wire, and in Parquet. */
    enum Width {
        SMALLINT(2, PrimitiveTypeName.INT32),
        INTEGER(4, PrimitiveTypeName.INT32),
        OID(4, PrimitiveTypeName.INT64),
        BIGINT(8, PrimitiveTypeName.INT64);

        private final int bytes;
        private final PrimitiveTypeName primitive;

        Width(int bytes, PrimitiveTypeName primitive) {
            this.bytes = bytes;
            this.primitive = primitive;
        }
    }

    private final Width width;

    IntegerLeaf(Width width) {
        super(width.primitive, null);
        this.width = width;
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return length == width.bytes;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        if (width.primitive == PrimitiveTypeName.INT32) {
            out.write((int) get(bytes, offset), repetition, definition);
        } else {
            out.write(get(bytes, offset), repetition, definition);
        }
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        long value = width.primitive == PrimitiveTypeName.INT32 ? in.getInteger() : in.getLong();
        boolean narrow =
                width == Width.SMALLINT ? value == (short) value : value == Integer.toUnsignedLong((int) value);
        if (!narrow && (width == Width.SMALLINT || width == Width.OID)) {
            throw unreadable("a number of type " + width, Long.toString(value));
        }
        append(value, out);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        return fits(bytes, offset, length) ? Long.toString(get(bytes, offset)) : null;
    }

    @Override
    void parse(String text, RowBatch out) {
        append(Long.parseLong(text), out);
    }

    private long get(byte[] bytes, int offset) {
        return switch (width) {
            case SMALLINT -> BigEndian.getShort(bytes, offset);
            case INTEGER -> BigEndian.getInt(bytes, offset);
            case OID -> Integer.toUnsignedLong(BigEndian.getInt(bytes, offset));
            case BIGINT -> BigEndian.getLong(bytes, offset);
        };
    }

    private void append(long value, RowBatch out) {
        switch (width) {
            case SMALLINT -> out.appendShort((int) value);
            case INTEGER, OID -> out.appendInt((int) value);
            case BIGINT -> out.appendLong(value);
        }
    }
}
