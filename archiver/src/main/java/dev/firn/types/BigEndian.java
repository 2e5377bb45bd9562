package dev.firn.types;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers as they travel on PostgreSQL's wire. */
public final class BigEndian {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    public static short getShort(byte[] from, int offset) {
        return (short) SHORT.get(from, offset);
    }

    public static int getInt(byte[] from, int offset) {
        return (int) INT.get(from, offset);
    }

    public static long getLong(byte[] from, int offset) {
        return (long) LONG.get(from, offset);
    }

    public static void putShort(byte[] into, int offset, int value) {
        SHORT.set(into, offset, (short) value);
    }

    public static void putInt(byte[] into, int offset, int value) {
        INT.set(into, offset, value);
    }

    public static void putLong(byte[] into, int offset, long value) {
        LONG.set(into, offset, value);
    }
}
