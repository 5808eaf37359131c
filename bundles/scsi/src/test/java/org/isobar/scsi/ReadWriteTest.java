package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.isobar.api.block.IoOp;
import org.junit.Test;

/** READ and WRITE in all four lengths. */
public final class ReadWriteTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void everyLengthReadsWhatEveryLengthWrote() {
        final int lba = 1000;
        final int blocks = 16;
        final List<String> writes = List.of(
                "0a 00 03 e8 10 00",
                ScsiFixture.cdb10(0x2A, 0, lba, blocks),
                ScsiFixture.cdb12(0xAA, 0, lba, blocks),
                ScsiFixture.cdb16(0x8A, 0, lba, blocks));
        final List<String> reads = List.of(
                "08 00 03 e8 10 00",
                ScsiFixture.cdb10(0x28, 0, lba, blocks),
                ScsiFixture.cdb12(0xA8, 0, lba, blocks),
                ScsiFixture.cdb16(0x88, 0, lba, blocks));
        for (final String write : writes) {
            final byte[] data = scsi.randomBytes(blocks * 512);
            final ScsiFixture.Task written = scsi.out(write, data).assertGood();
            assertEquals(data.length, written.dataOutWantedBytes);
            assertArrayEquals(data, Arrays.copyOfRange(scsi.volume.content(), lba * 512, (lba + blocks) * 512));
            for (final String read : reads) {
                final ScsiFixture.Task task = scsi.in(read).assertGood();
                assertArrayEquals(data, task.received);
                assertEquals(data.length, task.dataInBytes);
            }
        }
    }

    @Test
    public void lengthZeroOfSixByteCommandsMeans256() {
        final byte[] data = scsi.randomBytes(256 * 512);
        scsi.out("0a 00 00 00 00 00", data).assertGood();
        assertArrayEquals(data, scsi.in("08 00 00 00 00 00").assertGood().received);
    }

    @Test
    public void lengthZeroOfOthersTransfersNothing() {
        for (final String cdb : List.of(
                ScsiFixture.cdb10(0x28, 0, 5, 0),
                ScsiFixture.cdb12(0xA8, 0, 5, 0),
                ScsiFixture.cdb16(0x88, 0, 5, 0),
                ScsiFixture.cdb10(0x2A, 0, 5, 0),
                ScsiFixture.cdb12(0xAA, 0, 5, 0),
                ScsiFixture.cdb16(0x8A, 0, 5, 0))) {
            final ScsiFixture.Task task = scsi.in(cdb).assertGood();
            assertEquals(0, task.dataInBytes);
            assertEquals(0, task.dataOutWantedBytes);
        }
        assertEquals(List.of(), scsi.volume.takeOps());
    }

    @Test
    public void upToTheLastBlockIsServedAndNotOneBeyond() {
        final long last = ScsiFixture.BLOCKS - 1;
        for (final int code : new int[] {0x28, 0x2A}) {
            scsi.run(
                            scsi.nexus,
                            scsi.task(ScsiFixture.cdb10(code, 0, last, 1))
                                    .send(new byte[512])
                                    .expectIn(512))
                    .assertGood();
            scsi.out(ScsiFixture.cdb10(code, 0, last, 2), new byte[1024]).assertBeyondEnd();
            scsi.out(ScsiFixture.cdb10(code, 0, last + 2, 0), new byte[0]).assertBeyondEnd();
            scsi.out(ScsiFixture.cdb10(code, 0, 0xFFFFFFFFL, 1), new byte[512]).assertBeyondEnd();
        }
        for (final int code : new int[] {0x88, 0x8A}) {
            scsi.out(ScsiFixture.cdb16(code, 0, last, 2), new byte[1024]).assertBeyondEnd();
            scsi.out(ScsiFixture.cdb16(code, 0, -1L, 1), new byte[512]).assertBeyondEnd();
            scsi.out(ScsiFixture.cdb16(code, 0, -1L, 0), new byte[512]).assertBeyondEnd();
            scsi.out(ScsiFixture.cdb16(code, 0, Long.MIN_VALUE, 1), new byte[512])
                    .assertBeyondEnd();
        }
        scsi.run("08 00 7f ff 02 00").assertBeyondEnd();
    }

    @Test
    public void theLongestTransferIsServedAndNotOneBlockMore() {
        final byte[] data = scsi.randomBytes(8192 * 512);
        scsi.out(ScsiFixture.cdb10(0x2A, 0, 8, 8192), data).assertGood();
        assertArrayEquals(data, scsi.in(ScsiFixture.cdb16(0x88, 0, 8, 8192)).assertGood().received);
        assertEquals(
                7,
                scsi.in(ScsiFixture.cdb10(0x28, 0, 8, 8193)).assertInvalidCdb().field());
        assertEquals(
                10,
                scsi.out(ScsiFixture.cdb16(0x8A, 0, 8, 8193), data)
                        .assertInvalidCdb()
                        .field());
    }

    @Test
    public void protectionInformationIsRefused() {
        for (int protect = 1; protect < 8; protect++) {
            for (final int code : new int[] {0x28, 0x2A, 0x2E, 0x2F, 0x41}) {
                final ScsiFixture.Task task = scsi.out(ScsiFixture.cdb10(code, protect << 5, 0, 1), new byte[512]);
                assertEquals(1, task.assertInvalidCdb().field());
            }
            for (final int code : new int[] {0x88, 0x89, 0x8A, 0x8B, 0x8E, 0x8F, 0x93}) {
                scsi.out(ScsiFixture.cdb16(code, protect << 5, 0, 1), new byte[512])
                        .assertInvalidCdb();
            }
            for (final int code : new int[] {0xA8, 0xAA, 0xAE, 0xAF}) {
                scsi.out(ScsiFixture.cdb12(code, protect << 5, 0, 1), new byte[512])
                        .assertInvalidCdb();
            }
        }
    }

    @Test
    public void forceUnitAccessWritesToStableMediaAndReadsAfterAFlush() {
        scsi.out(ScsiFixture.cdb10(0x2A, 0x10, 0, 1), new byte[512]).assertGood();
        assertEquals(0, scsi.volume.durableWrites());
        scsi.out(ScsiFixture.cdb10(0x2A, 0x18, 0, 1), new byte[512]).assertGood();
        assertEquals(1, scsi.volume.durableWrites());
        scsi.volume.takeOps();
        scsi.in(ScsiFixture.cdb10(0x28, 0x08, 0, 1)).assertGood();
        assertEquals(List.of(IoOp.FLUSH, IoOp.READ), scsi.volume.takeOps());
    }

    @Test
    public void aTaskObjectServesManyCommandsAndIsFreeAfterItsDataNeverCame() {
        final ScsiFixture.Task task = scsi.task(ScsiFixture.cdb10(0x2A, 0, 0, 1));
        task.send(new byte[512]).withholdData();
        scsi.start(scsi.nexus, task);
        scsi.sim.run();
        assertEquals(0, task.completions);
        task.cdb(new byte[] {0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0}).send(new byte[0]).expectIn(512);
        scsi.run(scsi.nexus, task).assertGood();
        assertEquals(512, task.received.length);
    }

    @Test
    public void normalAutoContingentAllegianceIsNotSupported() {
        assertEquals(
                9, scsi.in("28 00 00 00 00 00 00 00 01 04").assertInvalidCdb().field());
        assertEquals(5, scsi.in("00 00 00 00 00 04").assertInvalidCdb().field());
    }
}
