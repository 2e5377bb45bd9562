package dev.firn.copy;

import dev.firn.types.BigEndian;
import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Puts batches together into a COPY BINARY stream for one particular database: {@link #begin}, {@link #write} for each
 * batch, {@link #end}.
 */
public final class CopyEncoder {

    private static final int PIECE_BYTES = 1 << 16;

    private final ColumnCodec[] codecs;
    private final int[] elementOids;
    private final int[] fields;
    private final int batchColumns;
    private final Sink sink;
    private byte[] piece = new byte[2 * PIECE_BYTES];
    private int used;
    private long rows;

    /** Takes the stream piece by piece, as {@code CopyIn.writeToCopy} does. */
    @FunctionalInterface
    public interface Sink {

        void write(byte[] bytes, int offset, int length) throws SQLException;
    }

    /** @param elementOids for each column that is an array, the OID of its element type in the database written to */
    public CopyEncoder(List<ColumnCodec> codecs, int[] elementOids, Sink sink) {
        this(codecs, elementOids, IntStream.range(0, codecs.size()).toArray(), sink);
    }

    /**
     * For a table that takes only some of the columns, computing the others itself.
     *
     * @param codecs of all columns of the batches
     * @param elementOids for each field written
     * @param fields the columns written, in their order
     */
    public CopyEncoder(List<ColumnCodec> codecs, int[] elementOids, int[] fields, Sink sink) {
        if (fields.length != elementOids.length) {
            throw new IllegalArgumentException(
                    "%d columns, %d element types".formatted(fields.length, elementOids.length));
        }
        this.codecs = Arrays.stream(fields).mapToObj(codecs::get).toArray(ColumnCodec[]::new);
        this.elementOids = elementOids.clone();
        this.fields = fields.clone();
        this.batchColumns = codecs.size();
        this.sink = sink;
    }

    public void begin() throws SQLException {
        byte[] header = CopyFormat.header();
        sink.write(header, 0, header.length);
    }

    /** Writes the rows of a batch, which is left as it is. */
    public void write(RowBatch batch) throws SQLException {
        if (batch.columns() != batchColumns) {
            throw new IllegalArgumentException("%d columns, not %d".formatted(batch.columns(), batchColumns));
        }
        for (int row = 0; row < batch.rows(); row++) {
            ensure(Short.BYTES);
            BigEndian.putShort(piece, used, codecs.length);
            used += Short.BYTES;
            for (int field = 0; field < codecs.length; field++) {
                field(batch, row, field);
            }
            rows++;
            if (used >= PIECE_BYTES) {
                flush();
            }
        }
    }

    /** Ends the stream, and answers how many rows it has. */
    public long end() throws SQLException {
        ensure(Short.BYTES);
        BigEndian.putShort(piece, used, CopyFormat.TRAILER);
        used += Short.BYTES;
        flush();
        return rows;
    }

    private void field(RowBatch batch, int row, int field) {
        int length = batch.length(row, fields[field]);
        ensure(Integer.BYTES + Math.max(length, 0));
        BigEndian.putInt(piece, used, length);
        used += Integer.BYTES;
        if (length != CopyFormat.NULL) {
            System.arraycopy(batch.bytes(), batch.start(row, fields[field]), piece, used, length);
            codecs[field].localise(piece, used, length, elementOids[field]);
            used += length;
        }
    }

    private void flush() throws SQLException {
        sink.write(piece, 0, used);
        used = 0;
        if (piece.length > 4 * PIECE_BYTES) {
            piece = new byte[2 * PIECE_BYTES];
        }
    }

    private void ensure(int more) {
        int needed = Math.addExact(used, more);
        if (needed > piece.length) {
            piece = Arrays.copyOf(piece, (int) Math.min(Math.max(needed, 2L * piece.length), Integer.MAX_VALUE - 8));
        }
    }
}
