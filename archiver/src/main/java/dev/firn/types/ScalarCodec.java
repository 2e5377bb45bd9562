package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.Type;

/** A column of one value per row: one optional leaf. */
class ScalarCodec implements ColumnCodec {

    private final Leaf leaf;
    private final TextForm textForm;

    ScalarCodec(Leaf leaf) {
        this.leaf = leaf;
        this.textForm = new TextForm(leaf::text, leaf::parse);
    }

    @Override
    public String selectExpression(String quotedColumn) {
        return quotedColumn;
    }

    @Override
    public Type parquetType(String parquetName, int fieldId) {
        return leaf.type(parquetName, fieldId);
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length, ColumnWriter out) {
        if (!leaf.fits(bytes, offset, length)) {
            return false;
        }
        leaf.write(bytes, offset, length, out, 0, 1);
        return true;
    }

    @Override
    public boolean read(ColumnReader in, RowBatch out) {
        boolean present = in.getCurrentDefinitionLevel() == 1;
        if (present) {
            leaf.read(in, out);
        }
        in.consume();
        return present;
    }

    @Override
    public String toText(byte[] bytes, int offset, int length) {
        return textForm.toText(bytes, offset, length);
    }

    @Override
    public String show(byte[] bytes, int offset, int length) {
        return leaf.text(bytes, offset, length);
    }

    @Override
    public void fromText(String text, RowBatch out) {
        textForm.fromText(text, out);
    }
}
