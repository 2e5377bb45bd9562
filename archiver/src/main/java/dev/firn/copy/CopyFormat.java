package dev.firn.copy;

import dev.firn.FirnException;

/** The fixed parts of a COPY BINARY stream. */
final class CopyFormat {

    /** Signature, no flags, no header extension: what every server sends and Firn writes. */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    /** Stands where the next row's number of fields would. */
    static final int TRAILER = -1;

    /** Length of a field that is NULL. */
    static final int NULL = -1;

    private CopyFormat() {}

    static byte[] header() {
        return HEADER.clone();
    }

    static FirnException broken(long rows, String what) {
        return new FirnException(
                FirnException.Category.PASSING,
                "COPY stream",
                "decoding it after %d rows: %s; nothing of it counts as copied".formatted(rows, what),
                "the chunk is copied again on the next pass; if it happens again, look for a proxy between Firn and"
                        + " PostgreSQL");
    }
}
