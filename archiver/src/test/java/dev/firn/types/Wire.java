package dev.firn.types;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** COPY BINARY fields made independently of the code under test, straight from PostgreSQL's own definitions. */
public final class Wire {

    private Wire() {}

    public static byte[] int2(int value) {
        return ByteBuffer.allocate(2).putShort((short) value).array();
    }

    public static byte[] int4(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    public static byte[] int8(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    public static byte[] float4(int bits) {
        return int4(bits);
    }

    public static byte[] float8(long bits) {
        return int8(bits);
    }

    public static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] jsonb(String value) {
        byte[] text = text(value);
        return ByteBuffer.allocate(text.length + 1).put((byte) 1).put(text).array();
    }

    /** By repeated division of the digits around the point, as {@code make_result} leaves them. */
    public static byte[] numeric(BigDecimal value) {
        int scale = Math.max(value.scale(), 0);
        BigInteger base = BigInteger.valueOf(10_000);
        int fractionGroups = (scale + 3) / 4;
        BigInteger groups = value.abs().setScale(4 * fractionGroups).unscaledValue();
        Deque<Integer> digits = new ArrayDeque<>();
        for (BigInteger rest = groups; rest.signum() > 0; rest = rest.divide(base)) {
            digits.addFirst(rest.mod(base).intValue());
        }
        int weight = digits.size() - 1 - fractionGroups;
        while (!digits.isEmpty() && digits.getLast() == 0) {
            digits.removeLast();
        }
        boolean zero = digits.isEmpty();
        ByteBuffer wire = ByteBuffer.allocate(8 + 2 * digits.size());
        wire.putShort((short) digits.size());
        wire.putShort((short) (zero ? 0 : weight));
        wire.putShort((short) (value.signum() < 0 ? 0x4000 : 0));
        wire.putShort((short) scale);
        digits.forEach(digit -> wire.putShort(digit.shortValue()));
        return wire.array();
    }

    public static byte[] vector(int elementOid, List<byte[]> elements) {
        return array(elementOid, new int[] {elements.size()}, new int[] {1}, elements);
    }

    public static byte[] array(int elementOid, int[] sizes, int[] lowerBounds, List<byte[]> elements) {
        int bytes = 12 + 8 * sizes.length;
        boolean hasNull = false;
        for (byte[] element : elements) {
            bytes += 4 + (element == null ? 0 : element.length);
            hasNull |= element == null;
        }
        ByteBuffer wire = ByteBuffer.allocate(bytes);
        wire.putInt(sizes.length).putInt(hasNull ? 1 : 0).putInt(elementOid);
        for (int i = 0; i < sizes.length; i++) {
            wire.putInt(sizes[i]).putInt(lowerBounds[i]);
        }
        for (byte[] element : elements) {
            wire.putInt(element == null ? -1 : element.length);
            if (element != null) {
                wire.put(element);
            }
        }
        return wire.array();
    }

    public static byte[] emptyArray(int elementOid) {
        return array(elementOid, new int[0], new int[0], List.of());
    }
}
