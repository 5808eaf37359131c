package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.isobar.api.StorageException;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.Superblock;
import org.junit.Test;

public class LayoutsTest {
    private static final long MIB = 1L << 20;

    @Test
    public void smallDeviceHasTheLeastAreas() {
        final DeviceLayout layout = Layouts.of(1024 * MIB, 64 * MIB);
        assertEquals(64 << 10, layout.intentOffset());
        assertEquals(64 << 10, layout.intentLength());
        assertEquals(MIB, layout.systemOffset());
        assertEquals(16 * MIB, layout.systemLength());
        assertEquals(17 * MIB, layout.sumsOffset());
        assertEquals(2 * MIB, layout.sumsLength());
        assertEquals(19 * MIB, layout.dataOffset());
        assertEquals(15, layout.chunkletCount());
    }

    @Test
    public void hasNoRoomForChecksumsWhereNoneAreKept() {
        final DeviceLayout layout = Layouts.of(1024 * MIB, 64 * MIB, false);
        assertFalse(layout.hasSums());
        assertEquals(17 * MIB, layout.dataOffset());
        assertSound(layout, 1024 * MIB);
    }

    @Test
    public void areasNeverOverlapWhateverTheSize() {
        for (long size = 128 * MIB; size < 1L << 50; size = size * 3 / 2 / 4096 * 4096) {
            for (final long chunklet : new long[] {MIB, 64 * MIB}) {
                if (size / chunklet < Integer.MAX_VALUE) {
                    assertSound(Layouts.of(size, chunklet), size);
                }
            }
        }
    }

    @Test
    public void minimumIsExact() {
        for (final long chunklet : new long[] {MIB, 64 * MIB, 1024 * MIB}) {
            final long minimum = Layouts.minimumBytes(chunklet);
            assertEquals(1, Layouts.of(minimum, chunklet).chunkletCount());
            final StorageException refused =
                    assertThrows(StorageException.class, () -> Layouts.of(minimum - 4096, chunklet));
            assertEquals(StorageException.Code.INVALID, refused.code());
            assertTrue(refused.getMessage().contains("minimum=" + minimum));
        }
    }

    private static void assertSound(final DeviceLayout layout, final long size) {
        assertTrue(layout.intentLength() >= (layout.chunkletCount() + 127L) / 128 * 4096);
        assertTrue(layout.intentOffset() + layout.intentLength() <= layout.systemOffset());
        assertTrue(layout.systemLength() >= 16 * MIB && layout.systemLength() >= size / 2048);
        assertTrue(layout.systemOffset() + layout.systemLength() <= layout.sumsOffset());
        assertTrue(!layout.hasSums()
                || layout.chunkletSumsOffset(layout.chunkletCount()) <= layout.sumsOffset() + layout.sumsLength());
        assertTrue(layout.sumsOffset() + layout.sumsLength() <= layout.dataOffset());
        assertEquals(0, layout.dataOffset() % MIB);
        assertTrue(layout.chunkletCount() >= 1);
        assertTrue(layout.chunkletOffset(layout.chunkletCount()) <= size - Superblock.BYTES);
    }
}
