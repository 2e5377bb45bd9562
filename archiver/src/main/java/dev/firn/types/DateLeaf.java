package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code date}: days, counted from 2000 on the wire and from 1970 in Parquet. The infinities do not fit. */
final class DateLeaf extends Leaf {

    private static final int EPOCH_DIFFERENCE = 10_957;
    private static final int INFINITY = Integer.MAX_VALUE;
    private static final int MINUS_INFINITY = Integer.MIN_VALUE;

    DateLeaf() {
        super(PrimitiveTypeName.INT32, LogicalTypeAnnotation.dateType());
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        if (length != Integer.BYTES) {
            return false;
        }
        int day = BigEndian.getInt(bytes, offset);
        return day != MINUS_INFINITY && day <= Integer.MAX_VALUE - EPOCH_DIFFERENCE;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(BigEndian.getInt(bytes, offset) + EPOCH_DIFFERENCE, repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        int day = in.getInteger();
        if (day <= MINUS_INFINITY + EPOCH_DIFFERENCE) {
            throw unreadable("a date", Integer.toString(day));
        }
        out.appendInt(day - EPOCH_DIFFERENCE);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (length != Integer.BYTES) {
            return null;
        }
        int day = BigEndian.getInt(bytes, offset);
        if (day == INFINITY || day == MINUS_INFINITY) {
            return day > 0 ? "infinity" : "-infinity";
        }
        return DateTimeText.date(day) + DateTimeText.era(day);
    }

    @Override
    void parse(String text, RowBatch out) {
        if (text.endsWith("infinity")) {
            out.appendInt(text.startsWith("-") ? MINUS_INFINITY : INFINITY);
            return;
        }
        String[] words = text.split(" ", -1);
        out.appendInt((int) DateTimeText.parseDate(words[0], words.length > 1));
    }
}
