package org.isobar.common.rng;

import java.util.UUID;

/** Randomness enters the product only through this seam, so that a simulated member replays from its seed. */
public interface Rng {
    /** Any 64-bit value, uniformly. */
    long nextLong();

    /** This many random bytes. */
    default byte[] nextBytes(final int count) {
        final byte[] bytes = new byte[count];
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = i % Long.BYTES == 0 ? nextLong() : value >>> Byte.SIZE;
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** A fresh random (version 4) UUID. */
    default UUID nextUuid() {
        final long high = (nextLong() & 0xFFFFFFFFFFFF0FFFL) | 0x4000L;
        final long low = (nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
