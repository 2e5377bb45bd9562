package dev.firn.store;

import dev.firn.FirnException.Category;
import java.util.Objects;

/** An object being written to S3: one request if it turns out to be small, else a multipart upload. */
final class S3Upload extends Upload {

    private static final int FIRST_BUFFER_BYTES = 1 << 16;

    private final S3Connection connection;
    private final S3Writer writer;
    private final S3Requests requests;
    private final S3Parts sender;
    private final String key;
    private final int partSizeBytes;
    private final ContentDigest digest = new ContentDigest();
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int buffered;
    private long sent;
    private S3Multipart multipart;
    private Content content;
    private boolean committed;
    private boolean closed;

    S3Upload(S3Connection connection, S3Writer writer, S3Requests requests, S3Parts sender, String key) {
        this.connection = connection;
        this.writer = writer;
        this.requests = requests;
        this.sender = sender;
        this.key = key;
        this.partSizeBytes = connection.settings().writing().partSizeBytes();
    }

    @Override
    public long position() {
        return sent + buffered;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        checkOpen();
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (buffered == partSizeBytes) {
                sendPart();
            }
            if (buffered == buffer.length) {
                grow();
            }
            int taken = Math.min(end - at, buffer.length - buffered);
            System.arraycopy(bytes, at, buffer, buffered, taken);
            buffered += taken;
            at += taken;
        }
    }

    /** Small objects need small buffers only. */
    private void grow() {
        byte[] larger = buffer.length * 4L >= partSizeBytes ? sender.takeBuffer() : new byte[buffer.length * 4];
        System.arraycopy(buffer, 0, larger, 0, buffered);
        buffer = larger;
    }

    private void sendPart() {
        if (multipart == null) {
            multipart = new S3Multipart(connection, requests, sender, key);
        }
        digest.update(buffer, 0, buffered);
        byte[] full = buffer;
        int length = buffered;
        buffer = new byte[0];
        buffered = 0;
        sent += length;
        closed = true; // and so it stays if this part fails: what follows must never be taken for the whole
        multipart.send(full, length);
        closed = false;
        buffer = sender.takeBuffer();
    }

    @Override
    public Content commit() {
        checkOpen();
        boolean mine = multipart == null ? put() : complete();
        if (!mine) {
            throw new StoreException(
                    Category.REFUSED,
                    connection.settings().url(),
                    "committing '%s': the key was taken by another write, which was left alone".formatted(key),
                    "two writers use the same key: find the other one",
                    null);
        }
        return content;
    }

    private boolean put() {
        digest.update(buffer, 0, buffered);
        content = digest.finish();
        closed = true;
        committed = writer.putIfAbsent(key, buffer, buffered, () -> content);
        return committed;
    }

    private boolean complete() {
        sendPart();
        content = digest.finish();
        closed = true;
        multipart.completedParts();
        committed = writer.onlyIfAbsent(
                "committing", key, multipart.token(), () -> content, () -> multipart.complete(content));
        return committed;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("'%s' was committed, closed or broken before".formatted(key));
        }
    }

    @Override
    public void close() {
        closed = true;
        sender.giveBack(buffer);
        buffer = new byte[0];
        if (multipart == null) {
            return;
        }
        S3Multipart ended = multipart;
        multipart = null;
        if (committed) {
            ended.finish();
        } else {
            ended.abort();
        }
    }
}
