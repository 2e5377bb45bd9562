package dev.firn.parquet;

import dev.firn.store.ObjectStore;
import java.util.Arrays;

/** A file of which only pieces are read. Its end, where footer and indexes are, is read at once and kept. */
final class RangedPieces implements FileBytes, AutoCloseable {

    /** The footer and the indexes of a file of ordinary size. */
    private static final int TAIL_BYTES = 64 << 10;

    private final ObjectStore.Pieces pieces;
    private byte[] tail;
    private long tailStart;
    private long bytesRead;

    RangedPieces(ObjectStore.Pieces pieces) {
        this.pieces = pieces;
        this.tailStart = pieces.size();
        this.tail = new byte[0];
        keepFrom(Math.max(0, pieces.size() - TAIL_BYTES));
    }

    @Override
    public long size() {
        return pieces.size();
    }

    /** That came from the store so far. */
    long bytesRead() {
        return bytesRead;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) {
        if (position < 0 || length < 0 || position + length > size()) {
            throw new IllegalArgumentException("bytes %d to %d of %d".formatted(position, position + length, size()));
        }
        int fromStore = (int) Math.max(0, Math.min(length, tailStart - position));
        if (fromStore > 0) {
            pieces.read(position, into, offset, fromStore);
            bytesRead += fromStore;
        }
        if (fromStore < length) {
            int at = (int) (position + fromStore - tailStart);
            System.arraycopy(tail, at, into, offset + fromStore, length - fromStore);
        }
    }

    /** Makes what is kept begin here at the latest. */
    void keepFrom(long position) {
        if (position >= tailStart || position < 0) {
            return;
        }
        byte[] longer = new byte[Math.toIntExact(size() - position)];
        int more = longer.length - tail.length;
        pieces.read(position, longer, 0, more);
        bytesRead += more;
        System.arraycopy(tail, 0, longer, more, tail.length);
        tail = longer;
        tailStart = position;
    }

    byte[] lastBytes(int count) {
        return Arrays.copyOfRange(tail, Math.max(0, tail.length - count), tail.length);
    }

    @Override
    public void close() {
        pieces.close();
    }
}
