package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * {@code timestamptz} and {@code timestamp}: microseconds, counted from 2000 on the wire and from 1970 in Parquet. The
 * infinities, and the last years before 294277 that 64 bits cannot count from 1970, do not fit.
 */
final class TimestampLeaf extends Leaf {

    private static final long EPOCH_DIFFERENCE = 946_684_800_000_000L;
    private static final long INFINITY = Long.MAX_VALUE;
    private static final long MINUS_INFINITY = Long.MIN_VALUE;

    private final String zone;

    TimestampLeaf(boolean withTimeZone) {
        super(PrimitiveTypeName.INT64, LogicalTypeAnnotation.timestampType(withTimeZone, TimeUnit.MICROS));
        this.zone = withTimeZone ? "+00" : "";
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        if (length != Long.BYTES) {
            return false;
        }
        long micros = BigEndian.getLong(bytes, offset);
        return micros != MINUS_INFINITY && micros <= Long.MAX_VALUE - EPOCH_DIFFERENCE;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(BigEndian.getLong(bytes, offset) + EPOCH_DIFFERENCE, repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        long micros = in.getLong();
        if (micros <= MINUS_INFINITY + EPOCH_DIFFERENCE) {
            throw unreadable("a timestamp", Long.toString(micros));
        }
        out.appendLong(micros - EPOCH_DIFFERENCE);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (length != Long.BYTES) {
            return null;
        }
        long micros = BigEndian.getLong(bytes, offset);
        if (micros == INFINITY || micros == MINUS_INFINITY) {
            return micros > 0 ? "infinity" : "-infinity";
        }
        long day = Math.floorDiv(micros, DateTimeText.MICROS_PER_DAY);
        String time = DateTimeText.time(Math.floorMod(micros, DateTimeText.MICROS_PER_DAY));
        return DateTimeText.date(day) + " " + time + zone + DateTimeText.era(day);
    }

    @Override
    void parse(String text, RowBatch out) {
        if (text.endsWith("infinity")) {
            out.appendLong(text.startsWith("-") ? MINUS_INFINITY : INFINITY);
            return;
        }
        String[] words = text.split(" ", -1);
        long day = DateTimeText.parseDate(words[0], words.length > 2);
        long time = DateTimeText.parseTime(words[1].substring(0, words[1].length() - zone.length()));
        out.appendLong(day * DateTimeText.MICROS_PER_DAY + time);
    }
}
