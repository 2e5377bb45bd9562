package dev.firn.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

/**
 * A long piece of an object, in order, by several requests at a time: what is asked for now as it comes, the parts after
 * it ahead, as far as {@link S3Ahead} has places. All of them are of one version of the object.
 */
final class S3Stream extends InputStream {

    private final S3Connection connection;
    private final S3Ahead ahead;
    private final String key;
    private final long end;
    private final int partBytes;
    private final Deque<S3Ahead.Piece> coming = new ArrayDeque<>();
    private final String etag;
    private S3Ahead.Piece used;
    private InputStream current;
    private long next;
    private boolean closed;

    S3Stream(S3Connection connection, S3Ahead ahead, String key, long position, long length) {
        this.connection = connection;
        this.ahead = ahead;
        this.key = key;
        this.end = Math.addExact(position, length);
        this.partBytes = connection.settings().writing().partSizeBytes();
        this.next = position;
        S3Piece first = new S3Piece(connection, key, position, partFrom(position));
        this.current = first;
        this.etag = first.etag();
        this.next = position + partFrom(position);
        fetchAhead();
    }

    private int partFrom(long position) {
        return (int) Math.min(partBytes, end - position);
    }

    /** From the end of what is coming already. */
    private void fetchAhead() {
        long from = coming.isEmpty() ? next : coming.getLast().position() + partBytes;
        while (from < end) {
            Optional<S3Ahead.Piece> piece = ahead.fetch(key, from, partFrom(from), etag);
            if (piece.isEmpty()) {
                return;
            }
            coming.add(piece.get());
            from += partBytes;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (closed) {
            throw new IllegalStateException("'%s' was closed before".formatted(key));
        }
        if (length == 0) {
            return 0;
        }
        int read = current.read(into, offset, length);
        while (read < 0 && next < end) {
            goOn();
            read = current.read(into, offset, length);
        }
        return read;
    }

    private void goOn() throws IOException {
        leave();
        int length = partFrom(next);
        S3Ahead.Piece fetched = coming.poll();
        if (fetched == null) {
            current = new S3Piece(connection, key, next, length, etag);
        } else {
            used = fetched;
            current = new ByteArrayInputStream(fetched.bytes());
        }
        next += length;
        fetchAhead();
    }

    private void leave() throws IOException {
        InputStream left = current;
        current = InputStream.nullInputStream();
        left.close();
        if (used != null) {
            used.close();
            used = null;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        coming.forEach(S3Ahead.Piece::close);
        coming.clear();
        leave();
    }
}
