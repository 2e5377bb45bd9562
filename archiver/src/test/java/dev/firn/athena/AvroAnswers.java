package dev.firn.athena;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;

/** Values of Avro records as the text that {@link Probe#values} asks of engines. */
final class AvroAnswers {

    private static final long MICROS = 1_000_000;

    private AvroAnswers() {}

    /** The value of a column; of a list its length and what is first, second and third. */
    static List<String> of(GenericRecord row, String column) {
        Schema schema = present(row.getSchema().getField(column).schema());
        Object value = row.get(column);
        List<String> answers = new ArrayList<>();
        if (schema.getType() != Schema.Type.ARRAY) {
            answers.add(text(schema, value));
            return answers;
        }
        List<?> list = (List<?>) value;
        answers.add(list == null ? null : Integer.toString(list.size()));
        for (int i = 0; i < 3; i++) {
            answers.add(list == null || i >= list.size() ? null : text(present(schema.getElementType()), list.get(i)));
        }
        return answers;
    }

    private static Schema present(Schema schema) {
        return schema.isUnion()
                ? schema.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow()
                : schema;
    }

    private static String text(Schema schema, Object value) {
        if (value == null) {
            return null;
        }
        LogicalType logical = schema.getLogicalType();
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (logical instanceof LogicalTypes.Decimal decimal) {
            byte[] bytes = value instanceof GenericFixed fixed ? fixed.bytes() : bytes((ByteBuffer) value);
            return new BigDecimal(new BigInteger(bytes), decimal.getScale()).toPlainString();
        }
        if (logical != null && logical.getName().endsWith("timestamp-micros")) {
            long micros = (Long) value;
            return "%d.%06d".formatted(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS));
        }
        if (value instanceof Float real) {
            return "%08x".formatted(Float.floatToRawIntBits(real));
        }
        if (value instanceof Double real) {
            return "%016x".formatted(Double.doubleToRawLongBits(real));
        }
        return value instanceof ByteBuffer bytes ? HexFormat.of().formatHex(bytes(bytes)) : value.toString();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
