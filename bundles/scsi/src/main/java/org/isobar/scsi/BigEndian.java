package org.isobar.scsi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in CDBs and parameter data: unsigned, most significant byte first. */
final class BigEndian {
    static final long MAX_UNSIGNED_INT = 0xFFFF_FFFFL;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    static int unsignedByte(final byte[] bytes, final int at) {
        return bytes[at] & 0xFF;
    }

    static int unsignedShort(final byte[] bytes, final int at) {
        return (short) SHORT.get(bytes, at) & 0xFFFF;
    }

    static int unsignedTriple(final byte[] bytes, final int at) {
        return unsignedByte(bytes, at) << 16 | unsignedShort(bytes, at + 1);
    }

    static long unsignedInt(final byte[] bytes, final int at) {
        return (int) INT.get(bytes, at) & MAX_UNSIGNED_INT;
    }

    static long longAt(final byte[] bytes, final int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putShort(final byte[] bytes, final int at, final int value) {
        SHORT.set(bytes, at, (short) value);
    }

    static void putTriple(final byte[] bytes, final int at, final int value) {
        bytes[at] = (byte) (value >>> 16);
        putShort(bytes, at + 1, value);
    }

    static void putInt(final byte[] bytes, final int at, final int value) {
        INT.set(bytes, at, value);
    }

    static void putLong(final byte[] bytes, final int at, final long value) {
        LONG.set(bytes, at, value);
    }

    /** A 64-bit number in a field of 32 bits that is all ones when it does not fit. */
    static void putClamped(final byte[] bytes, final int at, final long value) {
        putInt(bytes, at, (int) Math.min(value, MAX_UNSIGNED_INT));
    }
}
