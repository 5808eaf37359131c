package org.isobar.common.rng;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.Test;

public class RngTest {
    @Test
    public void uuidsAreRandomOnesWhateverTheBits() {
        for (final long bits : new long[] {0, -1, 0x5555555555555555L}) {
            final Rng fixed = () -> bits;
            final UUID uuid = fixed.nextUuid();
            assertEquals(4, uuid.version());
            assertEquals(2, uuid.variant());
        }
    }

    @Test
    public void uuidKeepsTheOtherBits() {
        final Rng zeros = () -> 0L;
        final Rng ones = () -> -1L;
        final UUID low = zeros.nextUuid();
        final UUID high = ones.nextUuid();
        assertEquals(60, Long.bitCount(low.getMostSignificantBits() ^ high.getMostSignificantBits()));
        assertEquals(62, Long.bitCount(low.getLeastSignificantBits() ^ high.getLeastSignificantBits()));
    }

    @Test
    public void secureOnesDoNotRepeat() {
        final Rng rng = new SecureRng();
        final Set<UUID> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            seen.add(rng.nextUuid());
        }
        assertEquals(1000, seen.size());
        assertNotEquals(rng.nextLong(), rng.nextLong());
    }
}
