package org.isobar.scsi;

import static org.junit.Assert.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.junit.Test;

/** UNMAP and GET LBA STATUS. */
public final class UnmapTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void rangesReadAsZerosAfterwards() {
        Arrays.fill(scsi.volume.content(), (byte) 'x');
        unmap(list(10, 5, 20, 0, 30, 1)).assertGood();
        for (int block = 0; block < 40; block++) {
            final boolean zero = (block >= 10 && block < 15) || block == 30;
            assertEquals("block " + block, zero ? 0 : 'x', scsi.volume.content()[block * 512 + 100]);
        }
        assertEquals(List.of(IoOp.DISCARD, IoOp.DISCARD), scsi.volume.takeOps());
    }

    @Test
    public void emptyListsDoNothing() {
        scsi.run("42 00 00 00 00 00 00 00 00 00").assertGood();
        unmap(list()).assertGood();
        unmap(list(ScsiFixture.BLOCKS, 0)).assertGood();
    }

    @Test
    public void aListWithOneBadRangeChangesNothing() {
        unmap(list(0, 1, ScsiFixture.BLOCKS - 1, 2)).assertBeyondEnd();
        unmap(list(0, 1, -1, 1)).assertBeyondEnd();
        unmap(list(0, 1, 0, BlockLimits.MAX_UNMAP_BLOCKS + 1)).assertBeyondEnd();
        final long[] tooMany = new long[2 * (BlockLimits.MAX_UNMAP_DESCRIPTORS + 1)];
        unmap(list(tooMany)).assertSense(0x5, 0x26, 0);
        unmap(list(Arrays.copyOf(tooMany, 2 * BlockLimits.MAX_UNMAP_DESCRIPTORS)))
                .assertGood();
        assertEquals(List.of(), scsi.volume.takeOps());
    }

    @Test
    public void moreBlocksInAllThanTheLimitAreRefused() {
        final long[] all = new long[2 * 64];
        for (int i = 0; i < 64; i++) {
            all[2 * i + 1] = ScsiFixture.BLOCKS;
        }
        unmap(list(Arrays.copyOf(all, 64))).assertGood();
        assertEquals(8 + 16 * 32 + 8, unmap(list(all)).assertSense(0x5, 0x26, 0).field());
    }

    @Test
    public void truncatedListsAreRefused() {
        scsi.out("42 00 00 00 00 00 00 00 07 00", new byte[7]).assertSense(0x5, 0x1A, 0);
        scsi.out("42 00 00 00 00 00 00 00 18 00", new byte[7]).assertSense(0x5, 0x1A, 0);
        scsi.out("42 00 00 00 00 00 00 00 18 00", new byte[0]).assertSense(0x5, 0x1A, 0);
        final byte[] full = list(0, 1, 2, 1);
        scsi.out("42 00 00 00 00 00 00 00 18 00", full).assertSense(0x5, 0x1A, 0);
        scsi.out("42 01 00 00 00 00 00 00 18 00", full).assertInvalidCdb();
        assertEquals(List.of(), scsi.volume.takeOps());
    }

    @Test
    public void aFailureEndsTheList() {
        scsi.volume.fail(IoOp.DISCARD, IoStatus.OFFLINE);
        unmap(list(0, 1, 2, 1)).assertSense(0x2, 0x04, 0);
        assertEquals(List.of(IoOp.DISCARD), scsi.volume.takeOps());
    }

    @Test
    public void lbaStatusTellsRunsOfPagesWithAndWithoutSpace() {
        final int pageBlocks = MemoryVolume.PAGE_BYTES / 512;
        scsi.out(ScsiFixture.cdb10(0x2A, 0, 2 * pageBlocks + 5, 1), new byte[512])
                .assertGood();
        final ScsiFixture.Task task = scsi.in(status(3, 8 + 10 * 16)).assertGood();
        final ByteBuffer data = ByteBuffer.wrap(task.received);
        assertEquals(4 + 3 * 16, data.getInt(0));
        assertEquals(8 + 3 * 16, task.received.length);
        assertDescriptor(data, 0, 3, 2 * pageBlocks - 3, 1);
        assertDescriptor(data, 1, 2 * pageBlocks, pageBlocks, 0);
        assertDescriptor(data, 2, 3 * pageBlocks, ScsiFixture.BLOCKS - 3 * pageBlocks, 1);
        final ScsiFixture.Task shorter =
                scsi.in(status(ScsiFixture.BLOCKS - 1, 24)).assertGood();
        assertDescriptor(ByteBuffer.wrap(shorter.received), 0, ScsiFixture.BLOCKS - 1, 1, 1);
        scsi.in(status(ScsiFixture.BLOCKS, 24)).assertBeyondEnd();
        scsi.in(status(-1, 24)).assertBeyondEnd();
        assertEquals(0, scsi.in(status(0, 0)).assertGood().received.length);
    }

    private static void assertDescriptor(
            final ByteBuffer data, final int index, final long lba, final int blocks, final int state) {
        final int at = 8 + 16 * index;
        assertEquals(lba, data.getLong(at));
        assertEquals(blocks, data.getInt(at + 8));
        assertEquals(state, data.get(at + 12));
    }

    private static String status(final long lba, final int allocation) {
        return ScsiFixture.cdb16(0x9E, 0x12, lba, allocation);
    }

    private ScsiFixture.Task unmap(final byte[] list) {
        return scsi.out(ScsiFixture.cdb10(0x42, 0, 0, list.length), list);
    }

    /** A parameter list of pairs of block and count. */
    private static byte[] list(final long... pairs) {
        final ByteBuffer list = ByteBuffer.allocate(8 + 8 * pairs.length);
        list.putShort((short) (6 + 8 * pairs.length)).putShort((short) (8 * pairs.length));
        list.position(8);
        for (int i = 0; i < pairs.length; i += 2) {
            list.putLong(pairs[i]).putInt((int) pairs[i + 1]).putInt(0);
        }
        return list.array();
    }
}
