package dev.firn.store;

import java.util.HexFormat;

/**
 * What an object must consist of, byte for byte.
 *
 * @param sha256 lower-case hexadecimal
 * @param crc32 of the whole object, which S3 can be asked to compute by itself
 */
public record Content(long size, String sha256, int crc32) {

    public Content {
        if (size < 0) {
            throw new IllegalArgumentException("size %d is negative".formatted(size));
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("'%s' is not a SHA-256".formatted(sha256));
        }
    }

    /** What these bytes are. */
    public static Content of(byte[] bytes) {
        ContentDigest digest = new ContentDigest();
        digest.update(bytes, 0, bytes.length);
        return digest.finish();
    }

    public String crc32Hex() {
        return HexFormat.of().toHexDigits(crc32);
    }
}
