package dev.firn.types;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code uuid}, in Parquet as the 36 characters that every engine can compare: Athena has no such type. */
final class UuidLeaf extends Leaf {

    private static final int WIRE_BYTES = 16;
    private static final int TEXT_BYTES = 36;
    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private static final int NO_DIGIT = -1;
    private static final byte[] VALUES = values();

    private final byte[] text = new byte[TEXT_BYTES];

    UuidLeaf() {
        super(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return length == WIRE_BYTES;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        int at = 0;
        for (int i = 0; i < WIRE_BYTES; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                text[at++] = '-';
            }
            int value = bytes[offset + i];
            text[at++] = DIGITS[(value >> 4) & 0xf];
            text[at++] = DIGITS[value & 0xf];
        }
        out.write(Binary.fromReusedByteArray(text, 0, TEXT_BYTES), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        ByteBuffer from = in.getBinary().toByteBuffer();
        if (from.remaining() != TEXT_BYTES) {
            throw unreadable("a uuid", in.getBinary().toStringUsingUTF8());
        }
        int at = from.position();
        for (int i = 0; i < WIRE_BYTES; i++) {
            boolean dash = i == 4 || i == 6 || i == 8 || i == 10;
            int value = dash && from.get(at++) != '-'
                    ? NO_DIGIT
                    : (VALUES[from.get(at++) & 0xff] << 4) | VALUES[from.get(at++) & 0xff];
            if (value < 0) {
                throw unreadable("a uuid", in.getBinary().toStringUsingUTF8());
            }
            out.appendByte(value);
        }
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (length != WIRE_BYTES) {
            return null;
        }
        return new UUID(BigEndian.getLong(bytes, offset), BigEndian.getLong(bytes, offset + 8)).toString();
    }

    @Override
    void parse(String text, RowBatch out) {
        UUID uuid = UUID.fromString(text);
        out.appendLong(uuid.getMostSignificantBits());
        out.appendLong(uuid.getLeastSignificantBits());
    }

    /** By character; upper case is left out, because it is never written. */
    private static byte[] values() {
        byte[] values = new byte[1 << Byte.SIZE];
        Arrays.fill(values, (byte) NO_DIGIT);
        for (int i = 0; i < DIGITS.length; i++) {
            values[DIGITS[i]] = (byte) i;
        }
        return values;
    }
}
