package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.Test;

/** Initiators that expect more or less than the command transfers. */
public final class ResidualTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void aReadGivesWhatIsExpectedAndTellsHowMuchThereIs() {
        final byte[] data = scsi.randomBytes(1024);
        scsi.out(ScsiFixture.cdb10(0x2A, 0, 0, 2), data).assertGood();
        for (final int expected : new int[] {0, 200, 512, 700, 1024, 10000}) {
            final ScsiFixture.Task task = scsi.run(
                            scsi.nexus,
                            scsi.task(ScsiFixture.cdb10(0x28, 0, 0, 2)).expectIn(expected))
                    .assertGood();
            assertEquals(1024, task.dataInBytes);
            assertArrayEquals(Arrays.copyOf(data, Math.min(expected, 1024)), task.received);
        }
    }

    @Test
    public void aWriteStoresTheWholeBlocksThatAreSent() {
        for (final int sent : new int[] {0, 512, 1024, 10000}) {
            Arrays.fill(scsi.volume.content(), 0, 2048, (byte) 'a');
            final byte[] data = new byte[sent];
            Arrays.fill(data, (byte) 'b');
            final ScsiFixture.Task task =
                    scsi.out(ScsiFixture.cdb10(0x2A, 0, 0, 2), data).assertGood();
            assertEquals(1024, task.dataOutWantedBytes);
            for (int at = 0; at < 2048; at++) {
                assertEquals(
                        "byte " + at,
                        at < Math.min(sent, 1024) ? 'b' : 'a',
                        scsi.volume.content()[at]);
            }
        }
    }

    @Test
    public void aWriteThatWouldCutABlockTransfersNothing() {
        final ScsiFixture.Task task =
                scsi.out(ScsiFixture.cdb10(0x2A, 0, 0, 1), new byte[200]).assertSense(0x5, 0x0E, 0x03);
        assertEquals(512, task.dataOutWantedBytes);
        assertEquals(List.of(), scsi.volume.takeOps());
    }

    @Test
    public void allocationLengthIsNoResidual() {
        final ScsiFixture.Task task = scsi.in("1a 00 3f 00 04 00").assertGood();
        assertEquals(4, task.dataInBytes);
        assertEquals(4, task.received.length);
    }
}
