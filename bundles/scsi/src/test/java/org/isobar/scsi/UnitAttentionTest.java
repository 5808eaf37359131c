package org.isobar.scsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** What a nexus is told of what happened meanwhile. */
public final class UnitAttentionTest {
    private static final String READY = "00 00 00 00 00 00";
    private static final String SENSE = "03 00 00 00 12 00";

    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void aNewNexusIsToldOfThePowerOnOnce() {
        final ScsiNexus fresh = scsi.open();
        scsi.run(fresh, scsi.task(READY)).assertSense(0x6, 0x29, 0x00);
        scsi.run(fresh, scsi.task(READY)).assertGood();
    }

    @Test
    public void someCommandsWorkAndLeaveItPending() {
        final ScsiNexus fresh = scsi.open();
        scsi.run(fresh, scsi.task("12 00 00 00 60 00").expectIn(96)).assertGood();
        scsi.run(fresh, scsi.task("a0 00 00 00 00 00 00 00 00 10 00 00").expectIn(16))
                .assertGood();
        scsi.run(fresh, scsi.task(ScsiFixture.cdb10(0x28, 0, 0, 1)).expectIn(512))
                .assertSense(0x6, 0x29, 0x00);
    }

    @Test
    public void itComesBeforeAnInvalidCommandIsLookedAt() {
        scsi.run(scsi.open(), scsi.task("02 00 00 00 00 00")).assertSense(0x6, 0x29, 0x00);
        scsi.run(scsi.open(), scsi.task("28 e0 00 00 00 00 00 00 01 00")).assertSense(0x6, 0x29, 0x00);
    }

    @Test
    public void requestSenseTellsItAsDataAndClearsIt() {
        final ScsiNexus fresh = scsi.open();
        final ScsiFixture.Task task =
                scsi.run(fresh, scsi.task(SENSE).expectIn(18)).assertGood();
        assertEquals(0x70, task.received[0]);
        assertEquals(6, task.received[2]);
        assertEquals(0x29, task.received[12]);
        scsi.run(fresh, scsi.task(READY)).assertGood();
        assertEquals(0, scsi.run(fresh, scsi.task(SENSE).expectIn(18)).assertGood().received[2]);
    }

    @Test
    public void requestSenseGivesDescriptorFormatWhenAsked() {
        final ScsiFixture.Task task = scsi.in("03 01 00 00 ff 00").assertGood();
        assertEquals(8, task.received.length);
        assertEquals(0x72, task.received[0]);
    }

    @Test
    public void aGrownVolumeIsToldToAllNexuses() {
        final ScsiNexus other = scsi.openReady();
        scsi.volume.grow(ScsiFixture.SIZE_BYTES * 2);
        scsi.volumes.listener.volumeGrown(scsi.volume);
        scsi.run(READY).assertSense(0x6, 0x2A, 0x09);
        scsi.run(other, scsi.task(READY)).assertSense(0x6, 0x2A, 0x09);
        final byte[] capacity = scsi.in("25 00 00 00 00 00 00 00 00 00").assertGood().received;
        assertEquals(2 * ScsiFixture.BLOCKS - 1, BigEndian.unsignedInt(capacity, 0));
        scsi.in(ScsiFixture.cdb10(0x28, 0, 2 * ScsiFixture.BLOCKS - 1, 1)).assertGood();
    }

    @Test
    public void aResetIsToldToAllNexusesTheMostUrgentFirst() {
        final ScsiNexus other = scsi.openReady();
        scsi.volumes.listener.volumeGrown(scsi.volume);
        assertTrue(other.resetLogicalUnit(0));
        assertFalse(other.resetLogicalUnit(1L << 48));
        for (final ScsiNexus nexus : new ScsiNexus[] {scsi.nexus, other}) {
            scsi.run(nexus, scsi.task(READY)).assertSense(0x6, 0x29, 0x03);
            scsi.run(nexus, scsi.task(READY)).assertSense(0x6, 0x2A, 0x09);
            scsi.run(nexus, scsi.task(READY)).assertGood();
        }
        scsi.nexus.resetTarget();
        scsi.run(other, scsi.task(READY)).assertSense(0x6, 0x29, 0x03);
    }
}
