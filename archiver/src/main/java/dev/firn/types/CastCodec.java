package dev.firn.types;

import java.util.Optional;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.Type;

/**
 * A column that leaves the database as something else than its own binary form (text, or an array of text), and is cast
 * back to its type on the way in.
 */
final class CastCodec implements ColumnCodec {

    private final ColumnCodec carrier;
    private final String before;
    private final String after;
    private final String type;

    /**
     * @param carrier of what the expression yields
     * @param before what stands before the column in the expression
     * @param after what stands behind it
     * @param type what to cast back to
     */
    CastCodec(ColumnCodec carrier, String before, String after, String type) {
        this.carrier = carrier;
        this.before = before;
        this.after = after;
        this.type = type;
    }

    @Override
    public String selectExpression(String quotedColumn) {
        return before + quotedColumn + after;
    }

    @Override
    public String restoreExpression(String quotedColumn) {
        return "CAST(" + quotedColumn + " AS " + type + ")";
    }

    @Override
    public Optional<String> carrierType() {
        return Optional.of(carrier instanceof ListCodec ? "pg_catalog.text[]" : "pg_catalog.text");
    }

    @Override
    public Type parquetType(String parquetName, int fieldId) {
        return carrier.parquetType(parquetName, fieldId);
    }

    @Override
    public void normalise(byte[] bytes, int offset, int length) {
        carrier.normalise(bytes, offset, length);
    }

    @Override
    public void localise(byte[] bytes, int offset, int length, int elementOid) {
        carrier.localise(bytes, offset, length, elementOid);
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length, ColumnWriter out) {
        return carrier.write(bytes, offset, length, out);
    }

    @Override
    public boolean read(ColumnReader in, RowBatch out) {
        return carrier.read(in, out);
    }

    @Override
    public String toText(byte[] bytes, int offset, int length) {
        return carrier.toText(bytes, offset, length);
    }

    @Override
    public String show(byte[] bytes, int offset, int length) {
        return carrier.show(bytes, offset, length);
    }

    @Override
    public void fromText(String text, RowBatch out) {
        carrier.fromText(text, out);
    }
}
