package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.junit.Test;

/** VERIFY and WRITE AND VERIFY. */
public final class VerifyTest {
    private static final int COMPARE = 0x02;
    private static final int COMPARE_ONE = 0x06;

    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void withoutByteCheckTheMediumIsRead() {
        for (final String cdb : List.of(
                ScsiFixture.cdb10(0x2F, 0, 0, 8192),
                ScsiFixture.cdb12(0xAF, 0, 3, 100),
                ScsiFixture.cdb16(0x8F, 0, ScsiFixture.BLOCKS - 1, 1))) {
            scsi.run(cdb).assertGood();
        }
        scsi.volume.fail(IoOp.READ, IoStatus.IO_ERROR);
        assertEquals(
                77,
                scsi.run(ScsiFixture.cdb10(0x2F, 0, 77, 2))
                        .assertSense(0x3, 0x11, 0)
                        .information());
    }

    @Test
    public void byteCheckComparesAndTellsWhereItDiffers() {
        final byte[] data = scsi.randomBytes(5000 * 512);
        scsi.out(ScsiFixture.cdb10(0x2A, 0, 0, 5000), data).assertGood();
        scsi.out(ScsiFixture.cdb10(0x2F, COMPARE, 0, 5000), data).assertGood();
        scsi.out(ScsiFixture.cdb12(0xAF, COMPARE, 0, 5000), data).assertGood();
        scsi.out(ScsiFixture.cdb16(0x8F, COMPARE, 0, 5000), data).assertGood();
        for (final int at : new int[] {0, 511, 1 << 20, (1 << 20) + 1, 5000 * 512 - 1}) {
            data[at] ^= 1;
            final ScsiFixture.Task task = scsi.out(ScsiFixture.cdb10(0x2F, COMPARE, 0, 5000), data);
            assertEquals(at, task.assertSense(0xE, 0x1D, 0).information());
            data[at] ^= 1;
        }
    }

    @Test
    public void byteCheck3ComparesEveryBlockWithOne() {
        final byte[] block = scsi.randomBytes(512);
        scsi.out(ScsiFixture.cdb16(0x93, 0, 0, 3000), block).assertGood();
        scsi.out(ScsiFixture.cdb16(0x8F, COMPARE_ONE, 0, 3000), block).assertGood();
        scsi.volume.content()[2999 * 512 + 7] ^= 1;
        assertEquals(
                2999 * 512 + 7,
                scsi.out(ScsiFixture.cdb16(0x8F, COMPARE_ONE, 0, 3000), block)
                        .assertSense(0xE, 0x1D, 0)
                        .information());
        scsi.out(ScsiFixture.cdb16(0x8F, COMPARE_ONE, 0, 3000), new byte[511]).assertInvalidCdb();
        scsi.out(ScsiFixture.cdb16(0x8F, COMPARE_ONE, 0, 0), block).assertGood();
    }

    @Test
    public void byteCheck2IsRefused() {
        assertEquals(
                1,
                scsi.out(ScsiFixture.cdb10(0x2F, 0x04, 0, 1), new byte[512])
                        .assertInvalidCdb()
                        .field());
        scsi.out(ScsiFixture.cdb10(0x2E, 0x04, 0, 1), new byte[512]).assertInvalidCdb();
    }

    @Test
    public void nothingBeyondTheEndIsVerified() {
        scsi.run(ScsiFixture.cdb10(0x2F, 0, ScsiFixture.BLOCKS - 1, 2)).assertBeyondEnd();
        scsi.run(ScsiFixture.cdb10(0x2F, COMPARE, ScsiFixture.BLOCKS + 1, 0)).assertBeyondEnd();
        scsi.run(ScsiFixture.cdb16(0x8F, COMPARE, -1, 0)).assertBeyondEnd();
        scsi.run(ScsiFixture.cdb10(0x2E, COMPARE, ScsiFixture.BLOCKS - 1, 2)).assertBeyondEnd();
    }

    @Test
    public void writeAndVerifyWritesToStableMediaAndReadsBack() {
        for (final int check : new int[] {0, COMPARE}) {
            for (final String cdb : List.of(
                    ScsiFixture.cdb10(0x2E, check, 9, 3000),
                    ScsiFixture.cdb12(0xAE, check, 9, 3000),
                    ScsiFixture.cdb16(0x8E, check, 9, 3000))) {
                scsi.volume.takeOps();
                final int durable = scsi.volume.durableWrites();
                final byte[] data = scsi.randomBytes(3000 * 512);
                scsi.out(cdb, data).assertGood();
                assertArrayEquals(data, Arrays.copyOfRange(scsi.volume.content(), 9 * 512, 3009 * 512));
                assertEquals(List.of(IoOp.WRITE, IoOp.READ, IoOp.READ), scsi.volume.takeOps());
                assertEquals(durable + 1, scsi.volume.durableWrites());
            }
        }
    }
}
