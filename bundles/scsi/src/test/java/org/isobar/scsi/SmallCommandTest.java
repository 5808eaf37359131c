package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.HexFormat;
import java.util.List;
import org.isobar.api.block.IoOp;
import org.junit.Test;

/** Commands of few words. */
public final class SmallCommandTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void capacityIsToldShortAndLong() {
        assertIn("25 00 00 00 00 00 00 00 00 00", "00007fff00000200");
        assertIn(ScsiFixture.cdb16(0x9E, 0x10, 0, 255), "0000000000007fff00000200" + "0003c000" + "00".repeat(16));
        for (int length = 0; length < 33; length++) {
            assertEquals(
                    Math.min(length, 32),
                    scsi.in(ScsiFixture.cdb16(0x9E, 0x10, 0, length)).assertGood().received.length);
        }
    }

    @Test
    public void lunsAreListedAsAskedFor() {
        assertIn("a0 00 00 00 00 00 00 00 00 10 00 00", "00000008000000000000000000000000");
        assertIn("a0 00 01 00 00 00 00 00 00 10 00 00", "0000000000000000");
        assertEquals(
                2,
                scsi.in("a0 00 03 00 00 00 00 00 00 10 00 00")
                        .assertInvalidCdb()
                        .field());
        assertEquals(
                6,
                scsi.in("a0 00 00 00 00 00 00 00 00 0f 00 00")
                        .assertInvalidCdb()
                        .field());
    }

    @Test
    public void synchronizeCacheFlushesAfterCheckingTheRange() {
        scsi.run(ScsiFixture.cdb10(0x35, 0, 0, 0)).assertGood();
        scsi.run(ScsiFixture.cdb10(0x35, 2, 5, 100)).assertGood();
        scsi.run(ScsiFixture.cdb16(0x91, 0, ScsiFixture.BLOCKS - 1, 1)).assertGood();
        assertEquals(List.of(IoOp.FLUSH, IoOp.FLUSH, IoOp.FLUSH), scsi.volume.takeOps());
        scsi.run(ScsiFixture.cdb10(0x35, 0, ScsiFixture.BLOCKS, 1)).assertBeyondEnd();
        scsi.run(ScsiFixture.cdb16(0x91, 0, -1, 0)).assertBeyondEnd();
        assertEquals(List.of(), scsi.volume.takeOps());
    }

    @Test
    public void preFetchChecksTheRange() {
        scsi.run(ScsiFixture.cdb10(0x34, 0, 0, 0)).assertGood();
        scsi.run(ScsiFixture.cdb10(0x34, 2, 0, 100)).assertGood();
        scsi.run(ScsiFixture.cdb16(0x90, 0, ScsiFixture.BLOCKS - 1, 1)).assertGood();
        scsi.run(ScsiFixture.cdb10(0x34, 0, ScsiFixture.BLOCKS + 1, 0)).assertBeyondEnd();
        scsi.run(ScsiFixture.cdb16(0x90, 0, ScsiFixture.BLOCKS - 1, 2)).assertBeyondEnd();
    }

    @Test
    public void stoppingFlushesUnlessToldNotTo() {
        scsi.run("1b 00 00 00 01 00").assertGood();
        scsi.run("1b 01 00 00 04 00").assertGood();
        assertEquals(List.of(), scsi.volume.takeOps());
        scsi.run("1b 00 00 00 00 00").assertGood();
        assertEquals(List.of(IoOp.FLUSH), scsi.volume.takeOps());
        for (int condition = 1; condition < 16; condition++) {
            assertEquals(
                    4,
                    scsi.run(String.format("1b 00 00 00 %x0 00", condition))
                            .assertInvalidCdb()
                            .field());
        }
        scsi.run("1b 00 00 00 02 00").assertInvalidCdb();
    }

    @Test
    public void mediumRemovalIsPreventedAndAllowed() {
        scsi.run("1e 00 00 00 01 00").assertGood();
        scsi.run("1e 00 00 00 00 00").assertGood();
        scsi.run("1e 00 00 00 02 00").assertInvalidCdb();
    }

    @Test
    public void thereAreNoDefects() {
        assertIn("37 00 1d 00 00 00 00 00 ff 00", "001d0000");
        assertIn("b7 0d 00 00 00 00 00 00 00 ff 00 00", "000d000000000000");
    }

    @Test
    public void theOnePortGroupIsActive() {
        assertIn("a3 0a 00 00 00 00 00 00 00 ff 00 00", "0000000c" + "000100010000000100000001");
        assertIn("a3 2a 00 00 00 00 00 00 00 ff 00 00", "00000010" + "10000000" + "000100010000000100000001");
        scsi.in("a3 4a 00 00 00 00 00 00 00 ff 00 00").assertInvalidCdb();
        assertEquals(8, scsi.in("a3 0a 00 00 00 00 00 00 00 08 00 00").assertGood().received.length);
    }

    private void assertIn(final String cdb, final String expected) {
        assertArrayEquals(HexFormat.of().parseHex(expected), scsi.in(cdb).assertGood().received);
    }
}
