package dev.firn.types;

/**
 * PostgreSQL's {@code numeric} on the wire, taken apart and put together: groups of four decimal digits, the weight of the
 * first one, a sign, and the digits to display after the point. Holds the last value taken apart.
 */
final class NumericWire {

    private static final int HEADER_BYTES = 8;
    private static final int GROUP = 4;
    private static final int BASE = 10_000;
    private static final int NEGATIVE = 0x4000;
    private static final int MAX_SCALE = 0x3fff;

    /** The values that have no digits. */
    enum Special {
        NAN("NaN", 0xc000_0000L),
        INFINITY("Infinity", 0xd000_0020L),
        MINUS_INFINITY("-Infinity", 0xf000_0020L);

        private final String text;
        private final long wire;

        Special(String text, long wire) {
            this.text = text;
            this.wire = wire;
        }

        static Special of(byte[] bytes, int offset, int length) {
            if (length == HEADER_BYTES) {
                long wire = BigEndian.getLong(bytes, offset);
                for (Special special : values()) {
                    if (special.wire == wire) {
                        return special;
                    }
                }
            }
            return null;
        }

        static Special of(String text) {
            for (Special special : values()) {
                if (special.text.equals(text)) {
                    return special;
                }
            }
            return null;
        }

        String text() {
            return text;
        }

        void append(RowBatch out) {
            out.appendLong(wire);
        }
    }

    private boolean negative;
    private int scale;
    private int first;
    private int end;
    private byte[] digits = new byte[64];

    /**
     * Takes a value apart. Answers false for one that {@link #append} would not put together again the same: NaN, the
     * infinities, and what no server sends.
     */
    boolean take(byte[] bytes, int offset, int length) {
        if (length < HEADER_BYTES) {
            return false;
        }
        int groups = BigEndian.getShort(bytes, offset);
        int weight = BigEndian.getShort(bytes, offset + 2);
        int sign = BigEndian.getShort(bytes, offset + 4) & 0xffff;
        scale = BigEndian.getShort(bytes, offset + 6) & 0xffff;
        if (groups < 0 || length != HEADER_BYTES + 2 * groups || scale > MAX_SCALE) {
            return false;
        }
        negative = sign == NEGATIVE;
        first = 0;
        end = 0;
        if (groups == 0) {
            return weight == 0 && sign == 0;
        }
        return (sign == 0 || negative) && takeDigits(bytes, offset + HEADER_BYTES, groups, weight);
    }

    /** Digits in decimal without leading zeros, as ASCII; the value times ten to the power of {@link #scale}. */
    byte[] digits() {
        return digits;
    }

    /** Where the first digit stands in {@link #digits}. */
    int first() {
        return first;
    }

    /** How many digits there are; none for zero. */
    int count() {
        return end - first;
    }

    int scale() {
        return scale;
    }

    boolean negative() {
        return negative;
    }

    /** Puts a value together from what {@link #digits} would have held. */
    static void append(boolean negative, byte[] digits, int first, int count, int scale, RowBatch out) {
        int significant = count;
        while (significant > 0 && digits[first + significant - 1] == '0') {
            significant--;
        }
        if (significant == 0) {
            out.appendLong(scale);
            return;
        }
        int beforePoint = count - scale;
        int weight = Math.floorDiv(beforePoint - 1, GROUP);
        int lead = beforePoint - weight * GROUP;
        int groups = 1 + Math.max(0, Math.floorDiv(significant - lead + GROUP - 1, GROUP));
        out.appendShort(groups);
        out.appendShort(weight);
        out.appendShort(negative ? NEGATIVE : 0);
        out.appendShort(scale);
        for (int group = 0, at = lead - GROUP; group < groups; group++, at += GROUP) {
            int value = 0;
            for (int i = at; i < at + GROUP; i++) {
                value = value * 10 + (i >= 0 && i < count ? digits[first + i] - '0' : 0);
            }
            out.appendShort(value);
        }
    }

    private boolean takeDigits(byte[] bytes, int offset, int groups, int weight) {
        int wanted = GROUP * (weight + 1) + scale;
        int given = GROUP * groups;
        if (wanted <= 0 || wanted + GROUP <= given) {
            return false;
        }
        int room = Math.max(wanted, given);
        if (digits.length < room) {
            digits = new byte[room];
        }
        int at = 0;
        for (int group = 0; at < room; group++) {
            int value = group < groups ? BigEndian.getShort(bytes, offset + 2 * group) : 0;
            boolean edge = group == 0 || group == groups - 1;
            if (value < 0 || value >= BASE || (edge && value == 0)) {
                return false;
            }
            at = put(value, at, room);
        }
        for (int beyond = wanted; beyond < given; beyond++) {
            if (digits[beyond] != '0') {
                return false;
            }
        }
        end = wanted;
        while (first < end && digits[first] == '0') {
            first++;
        }
        return first < end;
    }

    private int put(int value, int at, int room) {
        int place = BASE / 10;
        int next = at;
        for (int i = 0; i < GROUP && next < room; i++) {
            digits[next++] = (byte) ('0' + value / place % 10);
            place /= 10;
        }
        return next;
    }
}
