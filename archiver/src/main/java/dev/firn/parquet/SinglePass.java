package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.store.Content;
import dev.firn.store.ContentDigest;
import dev.firn.store.ObjectStore;
import dev.firn.store.StoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * An object read front to back once, its end first: what is read is digested on the way, so that to decode a file and to
 * know its checksums costs each byte one transfer.
 */
final class SinglePass implements FileBytes, AutoCloseable {

    static final int READ_BYTES = 8 << 20;
    private static final int TAIL_BYTES = 512 << 10;

    private final ObjectStore store;
    private final String key;
    private final long size;
    private final ContentDigest digest = new ContentDigest();
    private byte[] tail;
    private long tailStart;
    private long digestedTo;
    private InputStream body;
    private Content content;

    SinglePass(ObjectStore store, String key, long size) {
        this.store = store;
        this.key = key;
        this.size = size;
        this.tailStart = Math.max(0, size - TAIL_BYTES);
        this.tail = new byte[(int) (size - tailStart)];
        store.read(key, tailStart, tail, 0, tail.length);
    }

    @Override
    public long size() {
        return size;
    }

    /** Reads exactly this piece; pieces of the body in the order in which they lie, of the tail at any time. */
    @Override
    public void read(long position, byte[] into, int offset, int length) {
        if (position < 0 || length < 0 || position + length > size) {
            throw new IllegalArgumentException("bytes %d to %d of %d".formatted(position, position + length, size));
        }
        int fromBody = (int) Math.max(0, Math.min(length, tailStart - position));
        if (fromBody > 0) {
            readBody(position, into, offset, fromBody);
        }
        if (fromBody < length) {
            int at = (int) (position + fromBody - tailStart);
            System.arraycopy(tail, at, into, offset + fromBody, length - fromBody);
        }
    }

    /** Makes the tail begin here at the latest, before anything of the body is read. */
    void keepFrom(long position) {
        if (position >= tailStart || position < 0 || digestedTo > 0) {
            return;
        }
        byte[] longer = new byte[Math.toIntExact(size - position)];
        int more = longer.length - tail.length;
        store.read(key, position, longer, 0, more);
        System.arraycopy(tail, 0, longer, more, tail.length);
        tail = longer;
        tailStart = position;
    }

    /** Reads what is left and says what the object consists of. */
    Content content() {
        byte[] buffer = new byte[(int) Math.min(READ_BYTES, Math.max(0, tailStart - digestedTo))];
        while (digestedTo < tailStart) {
            int now = (int) Math.min(buffer.length, tailStart - digestedTo);
            readBody(digestedTo, buffer, 0, now);
        }
        if (content == null) {
            digest.update(tail, 0, tail.length);
            content = digest.finish();
        }
        return content;
    }

    private void readBody(long position, byte[] into, int offset, int length) {
        if (position < digestedTo) {
            store.read(key, position, into, offset, length);
            return;
        }
        try {
            if (body == null) {
                body = store.stream(key, digestedTo, tailStart - digestedTo);
            }
            if (position > digestedTo) {
                skipTo(position);
            }
            readOn(into, offset, length);
        } catch (IOException e) {
            throw new StoreException(
                    FirnException.Category.PASSING,
                    store.url(),
                    "reading '%s' from byte %d on: %s; nothing was changed".formatted(key, digestedTo, e.getMessage()),
                    "the next run reads it again",
                    e);
        }
    }

    private void skipTo(long position) throws IOException {
        byte[] skipped = new byte[(int) Math.min(READ_BYTES, position - digestedTo)];
        while (digestedTo < position) {
            readOn(skipped, 0, (int) Math.min(skipped.length, position - digestedTo));
        }
    }

    private void readOn(byte[] into, int offset, int length) throws IOException {
        int read = body.readNBytes(into, offset, length);
        if (read != length) {
            throw new EOFException("it ended %d bytes before its size of %d".formatted(length - read, size));
        }
        digest.update(into, offset, length);
        digestedTo += length;
    }

    @Override
    public void close() throws IOException {
        if (body != null) {
            body.close();
        }
    }

    byte[] lastBytes(int count) {
        return Arrays.copyOfRange(tail, Math.max(0, tail.length - count), tail.length);
    }
}
