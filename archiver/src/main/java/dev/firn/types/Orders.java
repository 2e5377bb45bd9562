package dev.firn.types;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Comparisons of COPY bytes. */
final class Orders {

    private static final int SIGN = 0x80;

    private Orders() {}

    /** As unsigned bytes; of text and labels only zero means anything. */
    static int bytes(byte[] one, int offset, int length, byte[] other) {
        return Arrays.compareUnsigned(one, offset, offset + length, other, 0, other.length);
    }

    /** Two's complement, the infinities of times at its ends. */
    static int signed(byte[] one, int offset, int length, byte[] other) {
        requireSameLength(length, other);
        int first = Integer.compare((one[offset] & 0xff) ^ SIGN, (other[0] & 0xff) ^ SIGN);
        return first != 0 ? first : Arrays.compareUnsigned(one, offset + 1, offset + length, other, 1, other.length);
    }

    /** {@code character(n)}: spaces at the end do not count. */
    static int padded(byte[] one, int offset, int length, byte[] other) {
        return bytes(
                one, offset, unpadded(one, offset, length), Arrays.copyOf(other, unpadded(other, 0, other.length)));
    }

    private static int unpadded(byte[] bytes, int offset, int length) {
        int end = length;
        while (end > 0 && bytes[offset + end - 1] == ' ') {
            end--;
        }
        return end;
    }

    /** NaN is equal to itself and above all others; zero is zero, whatever its sign. */
    static int floats(byte[] one, int offset, int length, byte[] other) {
        requireSameLength(length, other);
        double left = floating(one, offset, length);
        double right = floating(other, 0, other.length);
        if (Double.isNaN(left) || Double.isNaN(right)) {
            return Boolean.compare(Double.isNaN(left), Double.isNaN(right));
        }
        return left < right ? -1 : left > right ? 1 : 0;
    }

    private static double floating(byte[] bytes, int offset, int length) {
        return length == Float.BYTES
                ? Float.intBitsToFloat(BigEndian.getInt(bytes, offset))
                : Double.longBitsToDouble(BigEndian.getLong(bytes, offset));
    }

    /** By value, not by digits shown; NaN is above infinity. */
    static int numeric(byte[] one, int offset, int length, byte[] other) {
        String left = shown(one, offset, length);
        String right = shown(other, 0, other.length);
        int ranks = Integer.compare(rank(left), rank(right));
        return ranks != 0 || rank(left) != 0 ? ranks : new BigDecimal(left).compareTo(new BigDecimal(right));
    }

    private static int rank(String shown) {
        return switch (shown) {
            case "-Infinity" -> -1;
            case "Infinity" -> 1;
            case "NaN" -> 2;
            default -> 0;
        };
    }

    private static String shown(byte[] bytes, int offset, int length) {
        NumericText text = new NumericText();
        if (!text.show(bytes, offset, length)) {
            throw Leaf.unreadable("a number", "bytes that are none");
        }
        return new String(text.text(), 0, text.length(), StandardCharsets.US_ASCII);
    }

    private static void requireSameLength(int length, byte[] other) {
        if (length != other.length) {
            throw new IllegalArgumentException("a value of %d bytes beside one of %d".formatted(length, other.length));
        }
    }
}
