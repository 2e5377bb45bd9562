package dev.firn.types;

/** Checks that bytes are UTF-8: a reader of Parquet may refuse a whole file over one STRING that is not. */
final class Utf8 {

    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int SURROGATES_FROM = 0xd800;
    private static final int SURROGATES_TO = 0xdfff;
    private static final int LAST_CODE_POINT = 0x10_ffff;

    private Utf8() {}

    static boolean isValid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            while (at + Long.BYTES <= end && (BigEndian.getLong(bytes, at) & HIGH_BITS) == 0) {
                at += Long.BYTES;
            }
            if (at == end) {
                return true;
            }
            if (bytes[at] >= 0) {
                at++;
                continue;
            }
            int size = sequence(bytes, at, end);
            if (size == 0) {
                return false;
            }
            at += size;
        }
        return true;
    }

    /** Length of the sequence of two bytes or more at this place, 0 if there is no valid one. */
    private static int sequence(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first >= 0xc2 && first <= 0xdf) {
            return continues(bytes, at, end, 1) ? 2 : 0;
        }
        if ((first & 0xf0) == 0xe0 && continues(bytes, at, end, 2)) {
            int point = ((first & 0x0f) << 12) | ((bytes[at + 1] & 0x3f) << 6) | (bytes[at + 2] & 0x3f);
            return point >= 0x800 && (point < SURROGATES_FROM || point > SURROGATES_TO) ? 3 : 0;
        }
        if ((first & 0xf8) == 0xf0 && continues(bytes, at, end, 3)) {
            int point = ((first & 0x07) << 18) | ((bytes[at + 1] & 0x3f) << 12) | ((bytes[at + 2] & 0x3f) << 6);
            return point >= 0x1_0000 && point <= LAST_CODE_POINT ? 4 : 0;
        }
        return 0;
    }

    private static boolean continues(byte[] bytes, int at, int end, int more) {
        if (end - at <= more) {
            return false;
        }
        for (int i = at + 1; i <= at + more; i++) {
            if ((bytes[i] & 0xc0) != 0x80) {
                return false;
            }
        }
        return true;
    }
}
