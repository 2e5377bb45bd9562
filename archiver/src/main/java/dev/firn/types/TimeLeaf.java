package dev.firn.types;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * {@code time}, in Parquet as text: Athena has no such type, Parquet's own one ends before 24:00:00, and text compares
 * as the time does.
 */
final class TimeLeaf extends Leaf {

    TimeLeaf() {
        super(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        if (length != Long.BYTES) {
            return false;
        }
        long micros = BigEndian.getLong(bytes, offset);
        return micros >= 0 && micros <= DateTimeText.MICROS_PER_DAY;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        byte[] text = text(bytes, offset, length).getBytes(StandardCharsets.US_ASCII);
        out.write(Binary.fromConstantByteArray(text), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        String text = in.getBinary().toStringUsingUTF8();
        long micros = DateTimeText.parseTime(text);
        if (micros > DateTimeText.MICROS_PER_DAY || !DateTimeText.time(micros).equals(text)) {
            throw unreadable("a time", text);
        }
        out.appendLong(micros);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        return fits(bytes, offset, length) ? DateTimeText.time(BigEndian.getLong(bytes, offset)) : null;
    }

    @Override
    void parse(String text, RowBatch out) {
        out.appendLong(DateTimeText.parseTime(text));
    }
}
