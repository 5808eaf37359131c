package org.isobar.scsi;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.VolumeState;
import org.junit.Test;

/** How failures of the volume are told to the initiator. */
public final class FailureTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void everyStatusHasItsSense() {
        assertFails(IoStatus.OFFLINE, 0x2, 0x04, 0x00);
        assertFails(IoStatus.NO_SPACE, 0x7, 0x27, 0x07);
        assertFails(IoStatus.WRITE_PROTECTED, 0x7, 0x27, 0x00);
        assertFails(IoStatus.OUT_OF_RANGE, 0x5, 0x21, 0x00);
        assertFails(IoStatus.ABORTED, 0xB, 0x00, 0x00);
    }

    @Test
    public void mediumErrorsNameTheBlock() {
        scsi.volume.fail(IoOp.READ, IoStatus.IO_ERROR);
        assertEquals(
                99,
                scsi.in(ScsiFixture.cdb10(0x28, 0, 99, 2))
                        .assertSense(0x3, 0x11, 0)
                        .information());
        scsi.volume.fail(IoOp.WRITE, IoStatus.IO_ERROR);
        assertEquals(
                98,
                scsi.out(ScsiFixture.cdb10(0x2A, 0, 98, 2), new byte[1024])
                        .assertSense(0x3, 0x0C, 0)
                        .information());
    }

    @Test
    public void busyIsAStatus() {
        scsi.volume.fail(IoOp.WRITE, IoStatus.BUSY);
        assertEquals(8, scsi.out(ScsiFixture.cdb10(0x2A, 0, 98, 2), new byte[1024]).status);
    }

    @Test
    public void theLockIsLetGoAfterAFailure() {
        final byte[] both = new byte[1024];
        for (final IoOp op : List.of(IoOp.READ, IoOp.WRITE)) {
            scsi.volume.fail(op, IoStatus.OFFLINE);
            scsi.out("89 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00", both).assertSense(0x2, 0x04, 0);
        }
        scsi.volume.fail(IoOp.FLUSH, IoStatus.OK);
        scsi.out("89 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00", both).assertGood();
    }

    @Test
    public void anOfflineVolumeIsNotReady() {
        scsi.volume.state(VolumeState.OFFLINE);
        scsi.run("00 00 00 00 00 00").assertSense(0x2, 0x04, 0);
        scsi.volume.state(VolumeState.DEGRADED);
        scsi.run("00 00 00 00 00 00").assertGood();
    }

    private void assertFails(final IoStatus status, final int key, final int asc, final int ascq) {
        for (final String cdb : List.of(
                ScsiFixture.cdb10(0x2A, 0, 5, 1), ScsiFixture.cdb10(0x2E, 0, 5, 1), ScsiFixture.cdb16(0x8B, 0, 5, 1))) {
            scsi.volume.fail(IoOp.WRITE, status);
            scsi.out(cdb, new byte[512]).assertSense(key, asc, ascq);
        }
        scsi.out("89 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00", new byte[1024])
                .assertSense(key, asc, ascq);
        scsi.volume.fail(IoOp.READ, status);
        scsi.in(ScsiFixture.cdb10(0x28, 0, 5, 1)).assertSense(key, asc, ascq);
        scsi.run(ScsiFixture.cdb10(0x2F, 0, 5, 1)).assertSense(key, asc, ascq);
        scsi.volume.fail(IoOp.FLUSH, status);
        scsi.run(ScsiFixture.cdb10(0x35, 0, 0, 0)).assertSense(key, asc, ascq);
        scsi.run("1b 00 00 00 00 00").assertSense(key, asc, ascq);
        scsi.volume.fail(IoOp.ZERO, status);
        scsi.out(ScsiFixture.cdb10(0x41, 0, 5, 1), new byte[512]).assertSense(key, asc, ascq);
        scsi.volume.assertNoBufferHeld();
    }
}
