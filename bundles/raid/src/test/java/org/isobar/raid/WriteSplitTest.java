package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Random;
import org.junit.Test;

public class WriteSplitTest {
    private static final int STRIP = 4096;
    private static final int BLOCK = 512;

    @Test
    public void coversEveryByteOnceAndNothingElse() {
        final Random random = new Random(1);
        for (int columns = 3; columns < 8; columns++) {
            final SetLayout layout = new SetLayout(new Raid5Level().geometry(columns, STRIP), 16 * STRIP);
            for (int run = 0; run < 500; run++) {
                final int blocks = (int) (layout.sizeBytes() / BLOCK);
                final int first = random.nextInt(blocks);
                final int count = 1 + random.nextInt(blocks - first);
                check(layout, (long) first * BLOCK, (long) count * BLOCK);
            }
        }
    }

    private static void check(final SetLayout layout, final long offset, final long length) {
        final int[] covered = new int[(int) (layout.sizeBytes() / BLOCK)];
        final WriteSplit split = new WriteSplit();
        split.start(layout, offset, length);
        while (split.next()) {
            assertTrue(split.from() < split.to() && split.count() > 0);
            for (int element = 0; element < split.count(); element++) {
                final long groupStart =
                        split.stripe() * layout.stripeDataBytes() + (long) split.group() * layout.groupDataBytes();
                final long address = groupStart + (long) (split.first() + element) * STRIP + split.from();
                assertEquals(address, split.address() + (long) element * STRIP);
                for (int at = 0; at < split.to() - split.from(); at += BLOCK) {
                    covered[(int) ((address + at) / BLOCK)]++;
                }
            }
        }
        for (int block = 0; block < covered.length; block++) {
            final long at = (long) block * BLOCK;
            assertEquals(at >= offset && at < offset + length ? 1 : 0, covered[block]);
        }
    }

    @Test
    public void makesOneSliceOfWholeStrips() {
        final SetLayout layout = new SetLayout(new Raid5Level().geometry(5, STRIP), 16 * STRIP);
        final WriteSplit split = new WriteSplit();
        split.start(layout, STRIP, 2 * STRIP);
        assertTrue(split.next());
        assertEquals(1, split.first());
        assertEquals(2, split.count());
        assertFalse(split.next());
    }

    @Test
    public void touchesOnlyWhatIsWrittenAcrossAStripBoundary() {
        final SetLayout layout = new SetLayout(new Raid5Level().geometry(5, STRIP), 16 * STRIP);
        final WriteSplit split = new WriteSplit();
        split.start(layout, STRIP - BLOCK, 2 * BLOCK);
        assertTrue(split.next());
        assertEquals(1, split.first());
        assertEquals(BLOCK, split.to());
        assertTrue(split.next());
        assertEquals(0, split.first());
        assertEquals(STRIP - BLOCK, split.from());
        assertFalse(split.next());
    }
}
