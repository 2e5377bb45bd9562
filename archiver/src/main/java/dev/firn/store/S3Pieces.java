package dev.firn.store;

import java.io.IOException;

/** One version of an object on S3: each request names it by its ETag. */
record S3Pieces(S3Connection connection, String key, long size, String etag) implements ObjectStore.Pieces {

    @Override
    public void read(long position, byte[] into, int offset, int length) {
        if (length == 0) {
            return;
        }
        try (S3Piece piece = new S3Piece(connection, key, position, length, etag)) {
            piece.readNBytes(into, offset, length);
        } catch (IOException e) {
            throw new IllegalStateException("a piece of an object fails by StoreException alone", e);
        }
    }

    @Override
    public void close() {
        // Each piece has closed its own connection.
    }
}
