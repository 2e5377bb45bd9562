package dev.firn.store;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** Size, SHA-256 and CRC32 of bytes as they pass by. */
public final class ContentDigest {

    private final MessageDigest sha256 = messageDigest("SHA-256");
    private final CRC32 crc32 = new CRC32();
    private long size;

    public void update(byte[] bytes, int offset, int length) {
        sha256.update(bytes, offset, length);
        crc32.update(bytes, offset, length);
        size += length;
    }

    /** What passed by; ends this digest. */
    public Content finish() {
        return new Content(size, HexFormat.of().formatHex(sha256.digest()), (int) crc32.getValue());
    }

    /** Reads the stream to its end, and closes it. */
    static Content ofStream(InputStream stream) throws IOException {
        ContentDigest digest = new ContentDigest();
        byte[] buffer = new byte[1 << 18];
        try (stream) {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return digest.finish();
    }

    static MessageDigest messageDigest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
