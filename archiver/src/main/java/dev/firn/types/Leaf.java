package dev.firn.types;

import dev.firn.FirnException;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The four moves of one scalar type, wherever in the schema its leaf lies: a column of its own or the element of a list.
 *
 * <p>The one promise that everything else rests on: {@link #fits} answers true only for bytes that {@link #read} gives
 * back exactly. Whatever else arrives, malformed bytes included, is carried as an exception and comes back all the same.
 */
abstract class Leaf {

    /** Characters of a value that a message shows. */
    private static final int SHOWN = 60;

    private final PrimitiveTypeName primitive;
    private final LogicalTypeAnnotation annotation;

    Leaf(PrimitiveTypeName primitive, LogicalTypeAnnotation annotation) {
        this.primitive = primitive;
        this.annotation = annotation;
    }

    /** The optional Parquet field of this name and id. */
    final Type type(String name, int id) {
        Types.PrimitiveBuilder<PrimitiveType> type = Types.optional(primitive);
        if (fixedLength() > 0) {
            type.length(fixedLength());
        }
        if (annotation != null) {
            type.as(annotation);
        }
        return type.id(id).named(name);
    }

    /** Bytes of a FIXED_LEN_BYTE_ARRAY, 0 for every other primitive. */
    int fixedLength() {
        return 0;
    }

    /** Whether the Parquet column can hold the value such that the same bytes come back. */
    abstract boolean fits(byte[] bytes, int offset, int length);

    /** Writes a value that fits. */
    abstract void write(byte[] bytes, int offset, int length, ColumnWriter out, int repetition, int definition);

    /**
     * Appends the bytes of the value at which the reader stands, without moving it. Takes nothing that {@link #write}
     * would not have written: two different values in a file must never prove equal to one on the wire.
     */
    abstract void read(ColumnReader in, RowBatch out);

    /** PostgreSQL's text form, or null where it would not lead back to the same bytes. */
    abstract String text(byte[] bytes, int offset, int length);

    /** Appends the bytes of a {@link #text}. */
    abstract void parse(String text, RowBatch out);

    /** What stands in an archive is not what any version of this program writes there. */
    static FirnException unreadable(String what, String found) {
        return new FirnException(
                FirnException.Category.DATA,
                "archived value",
                "reading %s: found '%s'; the file was changed after it was proven, or is not one of Firn's"
                        .formatted(what, found.length() > SHOWN ? found.substring(0, SHOWN) + "…" : found),
                "compare the file's SHA-256 with the manifest's; `archiver scrub` names every file that differs");
    }
}
