package org.isobar.scsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

/** LUNs other than 0. */
public final class WrongLunTest {
    private static final long LUN_1 = 1L << 48;
    private static final long FLAT_LUN_0 = 0x4000_0000_0000_0000L;

    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void commandsAreRefused() {
        to("00 00 00 00 00 00").assertSense(0x5, 0x25, 0);
        to(ScsiFixture.cdb10(0x28, 0, 0, 1)).assertSense(0x5, 0x25, 0);
        to("02 00 00 00 00 00").assertSense(0x5, 0x25, 0);
        assertFalse(scsi.nexus.hasLogicalUnit(LUN_1));
    }

    @Test
    public void inquirySaysThatNothingIsThere() {
        final byte[] data = to("12 00 00 00 60 00").assertGood().received;
        assertEquals(0x7F, data[0]);
        assertEquals(96, data.length);
        assertEquals(0x7F, to("12 01 00 00 60 00").assertGood().received[0]);
        to("12 01 83 00 60 00").assertInvalidCdb();
    }

    @Test
    public void reportLunsListsLun0() {
        final byte[] luns = to("a0 00 02 00 00 00 00 00 01 00 00 00").assertGood().received;
        assertEquals(16, luns.length);
        assertEquals(8, BigEndian.unsignedInt(luns, 0));
        assertEquals(0, BigEndian.longAt(luns, 8));
    }

    @Test
    public void requestSenseTellsIt() {
        final byte[] sense = to("03 00 00 00 ff 00").assertGood().received;
        assertEquals(5, sense[2]);
        assertEquals(0x25, sense[12]);
    }

    @Test
    public void flatAddressingReachesLun0() {
        assertTrue(scsi.nexus.hasLogicalUnit(FLAT_LUN_0));
        scsi.run(scsi.nexus, scsi.task("00 00 00 00 00 00").to(FLAT_LUN_0)).assertGood();
    }

    private ScsiFixture.Task to(final String cdb) {
        return scsi.run(scsi.nexus, scsi.task(cdb).to(LUN_1).expectIn(4096));
    }
}
