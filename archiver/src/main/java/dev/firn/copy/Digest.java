package dev.firn.copy;

import java.util.HexFormat;

/**
 * What a set of rows digests to: their count, and the sum modulo 2^128 of a 128-bit hash of each row. Independent of the
 * order of the rows and of how they are split into files.
 */
public record Digest(long rows, long high, long low) {

    public static final Digest EMPTY = new Digest(0, 0, 0);

    public Digest {
        if (rows < 0) {
            throw new IllegalArgumentException("%d rows".formatted(rows));
        }
    }

    /** Digest of the rows of both. */
    public Digest plus(Digest other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new Digest(Math.addExact(rows, other.rows), high + other.high + carry, sum);
    }

    /** The sum in 32 hexadecimal digits. */
    public String hex() {
        HexFormat format = HexFormat.of();
        return format.toHexDigits(high) + format.toHexDigits(low);
    }

    public static Digest of(long rows, String hex) {
        if (!hex.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("'%s' is not a row digest".formatted(hex));
        }
        return new Digest(
                rows, Long.parseUnsignedLong(hex.substring(0, 16), 16), Long.parseUnsignedLong(hex.substring(16), 16));
    }
}
