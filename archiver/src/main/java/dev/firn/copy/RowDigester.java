package dev.firn.copy;

import dev.firn.types.RowBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Digests rows: a 128-bit hash of each, summed. A row's hash runs through its fields in order, each behind its length, so
 * that NULL differs from the empty value, and no two rows are told apart by where one field ends and the next begins.
 *
 * <p>The first block of a field is its first 8 bytes and its length, the others are the 16 bytes that follow, the last one
 * filled up with zeros. The function is part of the archive's format: a manifest is compared with it years later.
 */
public final class RowDigester {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int HEAD_BYTES = Long.BYTES;
    private static final int BLOCK_BYTES = 2 * Long.BYTES;

    private final int columns;
    private long h1;
    private long h2;
    private long rows;
    private long high;
    private long low;

    public RowDigester(int columns) {
        if (columns <= 0) {
            throw new IllegalArgumentException("%d columns".formatted(columns));
        }
        this.columns = columns;
    }

    /** Adds the rows of a batch; their fields are normalised already. */
    public void add(RowBatch batch) {
        if (batch.columns() != columns) {
            throw new IllegalArgumentException("%d columns, not %d".formatted(batch.columns(), columns));
        }
        byte[] bytes = batch.bytes();
        for (int row = 0; row < batch.rows(); row++) {
            h1 = 0;
            h2 = 0;
            for (int column = 0; column < columns; column++) {
                field(bytes, batch.start(row, column), batch.length(row, column));
            }
            addRow();
        }
        rows += batch.rows();
    }

    public Digest digest() {
        return new Digest(rows, high, low);
    }

    private void field(byte[] bytes, int start, int length) {
        long first = h1;
        long second = h2;
        int size = Math.max(length, 0);
        int end = start + size;
        first = Murmur3.mixFirst(first, second, word(bytes, start, end));
        second = Murmur3.mixSecond(first, second, length);
        int at = start + HEAD_BYTES;
        for (; at + BLOCK_BYTES <= end; at += BLOCK_BYTES) {
            first = Murmur3.mixFirst(first, second, (long) LONG.get(bytes, at));
            second = Murmur3.mixSecond(first, second, (long) LONG.get(bytes, at + Long.BYTES));
        }
        if (at < end) {
            first = Murmur3.mixFirst(first, second, word(bytes, at, end));
            second = Murmur3.mixSecond(first, second, word(bytes, at + Long.BYTES, end));
        }
        h1 = first;
        h2 = second;
    }

    private void addRow() {
        h1 ^= columns;
        h2 ^= columns;
        h1 += h2;
        h2 += h1;
        h1 = Murmur3.finish(h1);
        h2 = Murmur3.finish(h2);
        h1 += h2;
        h2 += h1;
        long sum = low + h2;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        high += h1 + carry;
        low = sum;
    }

    /** The 8 bytes from here on, with zeros in place of those from {@code end} on. */
    private static long word(byte[] bytes, int from, int end) {
        int size = end - from;
        if (size >= Long.BYTES) {
            return (long) LONG.get(bytes, from);
        }
        if (size <= 0) {
            return 0;
        }
        if (from + Long.BYTES <= bytes.length) {
            return (long) LONG.get(bytes, from) & ((1L << (size * Byte.SIZE)) - 1);
        }
        long word = 0;
        for (int i = size - 1; i >= 0; i--) {
            word = (word << Byte.SIZE) | (bytes[from + i] & 0xff);
        }
        return word;
    }
}
