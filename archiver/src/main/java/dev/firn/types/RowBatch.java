package dev.firn.types;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A few rows in one piece of memory, on their way in either direction: the bytes of each COPY BINARY field, addressed by
 * row and column. Reused, never shared by two threads at once; there are no row objects.
 *
 * <p>Filled field by field: {@code beginField()}, {@code append…}, {@code endField()} or {@code nullField()}, column by
 * column of a row, then {@code endRow()}.
 */
public final class RowBatch {

    private static final int NULL = -1;

    private final int columns;
    private final int maxRows;
    private final int targetBytes;
    private final int[] starts;
    private final int[] lengths;
    private byte[] bytes;
    private int used;
    private int rows;
    private int column;
    private int fieldStart;

    /**
     * @param maxRows rows it can hold
     * @param targetBytes it is {@link #full} once its fields take this much; one row may take more
     */
    public RowBatch(int columns, int maxRows, int targetBytes) {
        if (columns <= 0 || maxRows <= 0 || targetBytes <= 0) {
            throw new IllegalArgumentException(
                    "batch of %d columns, %d rows, %d bytes".formatted(columns, maxRows, targetBytes));
        }
        this.columns = columns;
        this.maxRows = maxRows;
        this.targetBytes = targetBytes;
        this.starts = new int[Math.multiplyExact(columns, maxRows)];
        this.lengths = new int[columns * maxRows];
        this.bytes = new byte[Math.min(targetBytes, 1 << 16)];
    }

    public int columns() {
        return columns;
    }

    public int rows() {
        return rows;
    }

    /** Bytes of all fields held. */
    public int size() {
        return used;
    }

    public boolean full() {
        return rows == maxRows || used >= targetBytes;
    }

    /** The memory that {@link #start} points into; valid until the next append. */
    public byte[] bytes() {
        return bytes;
    }

    public boolean isNull(int row, int columnIndex) {
        return lengths[row * columns + columnIndex] == NULL;
    }

    public int start(int row, int columnIndex) {
        return starts[row * columns + columnIndex];
    }

    /** Length of the field, -1 for NULL, as in COPY BINARY. */
    public int length(int row, int columnIndex) {
        return lengths[row * columns + columnIndex];
    }

    /** Empties it; memory that one large row made it grow to is given back. */
    public void clear() {
        rows = 0;
        used = 0;
        column = 0;
        if (bytes.length > 4L * targetBytes) {
            bytes = new byte[targetBytes];
        }
    }

    public void beginField() {
        fieldStart = used;
    }

    public void endField() {
        place(fieldStart, used - fieldStart);
    }

    public void nullField() {
        place(used, NULL);
    }

    /** Ends a row of which every column was given. */
    public void endRow() {
        if (column != columns) {
            throw new IllegalStateException("row ended after %d of %d columns".formatted(column, columns));
        }
        column = 0;
        rows++;
    }

    /** Appends a row of another batch. */
    public void appendRow(RowBatch from, int row) {
        for (int i = 0; i < columns; i++) {
            if (from.isNull(row, i)) {
                nullField();
            } else {
                beginField();
                append(from.bytes, from.start(row, i), from.length(row, i));
                endField();
            }
        }
        endRow();
    }

    /** Bytes appended to the current field so far. */
    public int fieldLength() {
        return used - fieldStart;
    }

    /** Position in {@link #bytes} at which the current field starts. */
    public int fieldStart() {
        return fieldStart;
    }

    public void append(byte[] from, int offset, int length) {
        ensure(length);
        System.arraycopy(from, offset, bytes, used, length);
        used += length;
    }

    /** Appends what remains of the buffer, without moving it. */
    public void append(ByteBuffer from) {
        int length = from.remaining();
        ensure(length);
        from.get(from.position(), bytes, used, length);
        used += length;
    }

    public void appendByte(int value) {
        ensure(1);
        bytes[used++] = (byte) value;
    }

    public void appendShort(int value) {
        ensure(2);
        BigEndian.putShort(bytes, used, value);
        used += 2;
    }

    public void appendInt(int value) {
        ensure(4);
        BigEndian.putInt(bytes, used, value);
        used += 4;
    }

    public void appendLong(long value) {
        ensure(8);
        BigEndian.putLong(bytes, used, value);
        used += 8;
    }

    private void place(int start, int length) {
        if (rows == maxRows || column == columns) {
            throw new IllegalStateException("no room for row %d, column %d".formatted(rows, column));
        }
        starts[rows * columns + column] = start;
        lengths[rows * columns + column] = length;
        column++;
    }

    private void ensure(int more) {
        int needed = Math.addExact(used, more);
        if (needed > bytes.length) {
            long grown = Math.max(needed, bytes.length + (bytes.length >> 1) + 64L);
            bytes = Arrays.copyOf(bytes, (int) Math.min(grown, Integer.MAX_VALUE - 8));
        }
    }
}
