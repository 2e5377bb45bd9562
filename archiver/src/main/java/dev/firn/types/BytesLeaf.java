package dev.firn.types;

import java.util.HexFormat;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code bytea}. */
final class BytesLeaf extends Leaf {

    private static final String HEX = "\\x";

    BytesLeaf() {
        super(PrimitiveTypeName.BINARY, null);
    }

    @Override
    boolean fits(byte[] bytes, int offset, int length) {
        return true;
    }

    @Override
    void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition) {
        out.write(Binary.fromReusedByteArray(bytes, offset, length), repetition, definition);
    }

    @Override
    void read(ColumnReader in, RowBatch out) {
        out.append(in.getBinary().toByteBuffer());
    }

    @Override
    String text(byte[] bytes, int offset, int length) {
        return HEX + HexFormat.of().formatHex(bytes, offset, offset + length);
    }

    @Override
    void parse(String text, RowBatch out) {
        byte[] bytes = HexFormat.of().parseHex(text, HEX.length(), text.length());
        out.append(bytes, 0, bytes.length);
    }
}
