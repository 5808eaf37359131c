package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.isobar.api.block.IoOp;
import org.junit.Test;

/** WRITE SAME. */
public final class WriteSameTest {
    private static final int UNMAP = 0x08;
    private static final int NO_DATA = 0x01;
    private static final byte[] ZEROS = new byte[512];

    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void aPatternIsWrittenOverTheRangeAndNowhereElse() {
        Arrays.fill(scsi.volume.content(), (byte) 'x');
        for (final int blocks : new int[] {1, 2, 2048, 2049, 5000}) {
            final byte[] block = scsi.randomBytes(512);
            scsi.out(ScsiFixture.cdb10(0x41, 0, 7, blocks), block).assertGood();
            final byte[] content = scsi.volume.content();
            assertEquals('x', content[7 * 512 - 1]);
            assertEquals('x', content[(7 + blocks) * 512]);
            for (int i = 7; i < 7 + blocks; i++) {
                assertArrayEquals("block " + i, block, Arrays.copyOfRange(content, i * 512, (i + 1) * 512));
            }
            Arrays.fill(content, (byte) 'x');
        }
    }

    @Test
    public void zerosAreZeroedOrDiscarded() {
        scsi.out(ScsiFixture.cdb10(0x41, 0, 0, 128), ZEROS).assertGood();
        scsi.out(ScsiFixture.cdb10(0x41, UNMAP, 0, 128), ZEROS).assertGood();
        scsi.run(ScsiFixture.cdb16(0x93, NO_DATA, 0, 128)).assertGood();
        scsi.run(ScsiFixture.cdb16(0x93, NO_DATA | UNMAP, 0, 128)).assertGood();
        assertEquals(List.of(IoOp.ZERO, IoOp.DISCARD, IoOp.ZERO, IoOp.DISCARD), scsi.volume.takeOps());
    }

    @Test
    public void unmapWithAPatternWritesThePattern() {
        final byte[] block = scsi.randomBytes(512);
        scsi.out(ScsiFixture.cdb16(0x93, UNMAP, 3, 2), block).assertGood();
        assertArrayEquals(block, scsi.in(ScsiFixture.cdb10(0x28, 0, 4, 1)).received);
    }

    @Test
    public void badFieldsAreRefused() {
        scsi.out(ScsiFixture.cdb10(0x41, 0x10, 0, 1), ZEROS).assertInvalidCdb();
        scsi.out(ScsiFixture.cdb10(0x41, 0x04, 0, 1), ZEROS).assertInvalidCdb();
        scsi.out(ScsiFixture.cdb10(0x41, 0x02, 0, 1), ZEROS).assertInvalidCdb();
        scsi.run(ScsiFixture.cdb10(0x41, NO_DATA, 0, 1)).assertInvalidCdb();
        scsi.out(ScsiFixture.cdb16(0x93, 0, 0, BlockLimits.MAX_WRITE_SAME_BLOCKS + 1), ZEROS)
                .assertInvalidCdb();
        scsi.out(ScsiFixture.cdb10(0x41, UNMAP, 0, 1), new byte[256]).assertInvalidCdb();
        scsi.out(ScsiFixture.cdb10(0x41, UNMAP, 0, 1), new byte[1024]).assertInvalidCdb();
        scsi.out(ScsiFixture.cdb10(0x41, 0, ScsiFixture.BLOCKS - 1, 2), ZEROS).assertBeyondEnd();
        scsi.out(ScsiFixture.cdb16(0x93, 0, -1, 1), ZEROS).assertBeyondEnd();
        assertEquals(List.of(), scsi.volume.takeOps());
    }

    @Test
    public void zeroBlocksAreAllToTheEnd() {
        final byte[] block = scsi.randomBytes(512);
        scsi.out(ScsiFixture.cdb10(0x41, 0, ScsiFixture.BLOCKS - 3, 0), block).assertGood();
        scsi.out(ScsiFixture.cdb16(0x93, 0, ScsiFixture.BLOCKS - 2, 0), ZEROS).assertGood();
        assertArrayEquals(block, scsi.in(ScsiFixture.cdb10(0x28, 0, ScsiFixture.BLOCKS - 3, 1)).received);
        assertArrayEquals(new byte[1024], scsi.in(ScsiFixture.cdb10(0x28, 0, ScsiFixture.BLOCKS - 2, 2)).received);
        scsi.out(ScsiFixture.cdb10(0x41, 0, ScsiFixture.BLOCKS, 0), ZEROS).assertGood();
        scsi.out(ScsiFixture.cdb10(0x41, 0, ScsiFixture.BLOCKS + 1, 0), ZEROS).assertBeyondEnd();
        scsi.out(ScsiFixture.cdb16(0x93, 0, -1, 0), ZEROS).assertBeyondEnd();
    }

    @Test
    public void zeroBlocksAreRefusedWhereThatIsTooMuch() {
        scsi.volume.grow((BlockLimits.MAX_WRITE_SAME_BLOCKS + 2) * 512);
        assertEquals(
                7,
                scsi.out(ScsiFixture.cdb10(0x41, 0, 1, 0), ZEROS)
                        .assertInvalidCdb()
                        .field());
        scsi.out(ScsiFixture.cdb16(0x93, 0, 1, 0), ZEROS).assertInvalidCdb();
        scsi.out(ScsiFixture.cdb16(0x93, 0, 2, 0), ZEROS).assertGood();
    }
}
