package dev.firn.types;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * A one-dimensional array as a three-level LIST. An array of more dimensions, one that does not start at 1, and one with
 * an element that the element's column cannot hold do not fit.
 */
final class ListCodec implements ColumnCodec {

    /** Added to a column's field id for the id of its elements. */
    static final int ELEMENT_FIELD_ID_OFFSET = 1_000_000;

    private static final int ELEMENT_PRESENT = 3;
    private static final int ELEMENT_NULL = 2;
    private static final int LIST_EMPTY = 1;
    private static final int LIST_NULL = 0;

    private final Leaf element;
    private final ArrayText arrayText;
    private final TextForm textForm;

    ListCodec(Leaf element) {
        this.element = element;
        this.arrayText = new ArrayText(element);
        this.textForm = new TextForm(arrayText::show, arrayText::parse);
    }

    @Override
    public String selectExpression(String quotedColumn) {
        return quotedColumn;
    }

    @Override
    public Type parquetType(String parquetName, int fieldId) {
        return Types.optionalGroup()
                .as(LogicalTypeAnnotation.listType())
                .repeatedGroup()
                .addField(element.type("element", fieldId + ELEMENT_FIELD_ID_OFFSET))
                .named("list")
                .id(fieldId)
                .named(parquetName);
    }

    @Override
    public void normalise(byte[] bytes, int offset, int length) {
        localise(bytes, offset, length, 0);
        ArrayWire.normaliseHasNull(bytes, offset, length);
    }

    @Override
    public void localise(byte[] bytes, int offset, int length, int elementOid) {
        if (length >= ArrayWire.HEADER_BYTES) {
            BigEndian.putInt(bytes, offset + ArrayWire.ELEMENT_OID, elementOid);
        }
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length, ColumnWriter out) {
        if (!fits(bytes, offset, length)) {
            return false;
        }
        if (length == ArrayWire.HEADER_BYTES) {
            out.writeNull(0, LIST_EMPTY);
            return true;
        }
        int repetition = 0;
        int at = offset + ArrayWire.VECTOR_HEADER_BYTES;
        while (at < offset + length) {
            int size = BigEndian.getInt(bytes, at);
            at += Integer.BYTES;
            if (size < 0) {
                out.writeNull(repetition, ELEMENT_NULL);
            } else {
                element.write(bytes, at, size, out, repetition, ELEMENT_PRESENT);
                at += size;
            }
            repetition = 1;
        }
        return true;
    }

    @Override
    public boolean read(ColumnReader in, RowBatch out) {
        int definition = in.getCurrentDefinitionLevel();
        if (definition == LIST_NULL || definition == LIST_EMPTY) {
            if (definition == LIST_EMPTY) {
                ArrayWire.appendEmpty(out);
            }
            in.consume();
            return definition == LIST_EMPTY;
        }
        ArrayWire.appendVectorHeader(out);
        int elements = 0;
        boolean hasNull = false;
        do {
            if (in.getCurrentDefinitionLevel() == ELEMENT_PRESENT) {
                int size = ArrayWire.beginElement(out);
                element.read(in, out);
                ArrayWire.endElement(out, size);
            } else {
                out.appendInt(ArrayWire.NULL);
                hasNull = true;
            }
            elements++;
            in.consume();
        } while (in.getCurrentRepetitionLevel() > 0);
        ArrayWire.completeVectorHeader(out, elements, hasNull);
        return true;
    }

    @Override
    public String toText(byte[] bytes, int offset, int length) {
        return textForm.toText(bytes, offset, length);
    }

    @Override
    public String show(byte[] bytes, int offset, int length) {
        return arrayText.show(bytes, offset, length);
    }

    @Override
    public void fromText(String text, RowBatch out) {
        textForm.fromText(text, out);
    }

    private boolean fits(byte[] bytes, int offset, int length) {
        if (length == ArrayWire.HEADER_BYTES) {
            return ArrayWire.isEmpty(bytes, offset);
        }
        if (length <= ArrayWire.VECTOR_HEADER_BYTES || !ArrayWire.isVector(bytes, offset)) {
            return false;
        }
        int end = offset + length;
        int at = offset + ArrayWire.VECTOR_HEADER_BYTES;
        int elements = 0;
        boolean hasNull = false;
        while (at + Integer.BYTES <= end) {
            int size = BigEndian.getInt(bytes, at);
            at += Integer.BYTES;
            if (size == ArrayWire.NULL) {
                hasNull = true;
            } else if (size >= 0 && size <= end - at && element.fits(bytes, at, size)) {
                at += size;
            } else {
                return false;
            }
            elements++;
        }
        return at == end
                && elements == ArrayWire.vectorSize(bytes, offset)
                && hasNull == ArrayWire.saysHasNull(bytes, offset);
    }
}
