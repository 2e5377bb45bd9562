package dev.firn.types;

import java.util.Optional;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.Type;

/**
 * One PostgreSQL type's four moves. The bytes are those of one COPY BINARY field without its length word, after
 * {@link #normalise}. Stateless apart from scratch memory: an instance serves one thread.
 *
 * <p>Every Parquet column is optional; a scalar is one leaf at definition level 1, a one-dimensional array a
 * three-level LIST. A value that the column cannot hold is written as NULL there, and its {@link #toText text} goes into
 * the row's entry of the map column {@code firn_exceptions}.
 */
public interface ColumnCodec {

    /** What stands for the column in the SELECT list of the export; the quoted name itself but for text fall-backs. */
    String selectExpression(String quotedColumn);

    /**
     * The type in which COPY carries the column, where that is not the column's own: a staging column of this type takes
     * it on the way in, and {@link #restoreExpression} makes the value of it.
     */
    default Optional<String> carrierType() {
        return Optional.empty();
    }

    /** The inverse of {@link #selectExpression} over a staging column. */
    default String restoreExpression(String quotedColumn) {
        return quotedColumn;
    }

    /** The Parquet field, optional, with this name and field id; ids of inner fields are derived from it. */
    Type parquetType(String parquetName, int fieldId);

    /** Overwrites, in place, what differs between two databases though the value is the same (type OIDs). */
    default void normalise(byte[] bytes, int offset, int length) {}

    /** Puts back what {@link #normalise} took, for a database in which the column's element type has this OID. */
    default void localise(byte[] bytes, int offset, int length, int elementOid) {}

    /**
     * Writes one field that is not NULL. Answers false, having written nothing, when the column cannot hold the value;
     * the caller then writes NULL and the exception.
     */
    boolean write(byte[] bytes, int offset, int length, ColumnWriter out);

    /** Writes NULL. */
    default void writeNull(ColumnWriter out) {
        out.writeNull(0, 0);
    }

    /**
     * Reads the value of the row at which the reader stands, appends its normalised COPY bytes to the batch's current
     * field, and moves the reader to the next row. Answers false for NULL, having appended nothing.
     */
    boolean read(ColumnReader in, RowBatch out);

    /**
     * The value as text, for {@code firn_exceptions}: PostgreSQL's own text form where
     * {@link #fromText} gives back the same bytes from it, else {@code \x} and the COPY bytes in hexadecimal.
     */
    String toText(byte[] bytes, int offset, int length);

    /** The value as PostgreSQL prints it, for people and for other programs; null for bytes that have no text. */
    String show(byte[] bytes, int offset, int length);

    /** Appends the normalised COPY bytes of what {@link #toText} made. */
    void fromText(String text, RowBatch out);
}
