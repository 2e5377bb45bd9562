package dev.firn.types;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code numeric} that no DECIMAL can hold for sure, as text: every digit and the display scale, NaN and infinities. */
final class NumericLeaf extends Leaf {

    private final NumericText numeric = new NumericText();

    NumericLeaf() {
        super(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return numeric.show(bytes, offset, length);
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        numeric.show(bytes, offset, length);
        out.write(Binary.fromReusedByteArray(numeric.text(), 0, numeric.length()), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        numeric.parse(in.getBinary().toStringUsingUTF8(), out);
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        if (!numeric.show(bytes, offset, length)) {
            return null;
        }
        return new String(numeric.text(), 0, numeric.length(), StandardCharsets.US_ASCII);
    }

    @Override
    void parse(String text, RowBatch out) {
        numeric.parse(text, out);
    }
}
