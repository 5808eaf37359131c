package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** WRITE ATOMIC (16): all or nothing, whatever fails. */
public final class AtomicWriteTest {
    private static final int LBA = 248;
    private static final int BLOCKS = 256;
    private static final int BYTES = BLOCKS * 512;

    private final ScsiFixture scsi = new ScsiFixture();
    private final byte[] before = scsi.randomBytes(BYTES);
    private final byte[] after = scsi.randomBytes(BYTES);

    @Test
    public void writesDurablyAndKeepsNothing() {
        for (final int blocks : new int[] {8, 16, 96, 104, 256}) {
            final byte[] data = Arrays.copyOf(after, blocks * 512);
            scsi.out(atomic(0, LBA, blocks), data).assertGood();
            assertArrayEquals(data, content(blocks));
        }
        assertEquals(5, scsi.volume.durableWrites());
        assertTrue(scsi.catalog.all(AtomicWrites.TOPIC).isEmpty());
        scsi.out(atomic(0x18, LBA, 8), new byte[4096]).assertGood();
        scsi.out(atomic(0, ScsiFixture.BLOCKS, 0), new byte[0]).assertGood();
    }

    @Test
    public void badFieldsAreRefused() {
        assertEquals(
                2, scsi.out(atomic(0, 1, 8), new byte[4096]).assertInvalidCdb().field());
        assertEquals(
                12, scsi.out(atomic(0, 0, 4), new byte[2048]).assertInvalidCdb().field());
        assertEquals(
                12,
                scsi.out(atomic(0, 0, 264), new byte[264 * 512])
                        .assertInvalidCdb()
                        .field());
        assertEquals(
                12, scsi.out(atomic(0, 0, 8), new byte[2048]).assertInvalidCdb().field());
        assertEquals(
                1,
                scsi.out(atomic(0x20, 0, 8), new byte[4096]).assertInvalidCdb().field());
        final String bounded = ScsiFixture.cdb16(0x9C, 0, 0, 8 << 16 | 8);
        assertEquals(10, scsi.out(bounded, new byte[4096]).assertInvalidCdb().field());
        scsi.out(atomic(0, ScsiFixture.BLOCKS, 8), new byte[4096]).assertBeyondEnd();
        scsi.out(atomic(0, -8, 0), new byte[0]).assertBeyondEnd();
        assertEquals(0, scsi.catalog.changes());
    }

    @Test
    public void isWholeAfterAStopInTheMiddle() {
        ScsiNexus nexus = scsi.nexus;
        for (final int storedBytes : new int[] {0, 512, 4096, 65536, BYTES}) {
            scsi.run(nexus, scsi.task(ScsiFixture.cdb10(0x2A, 0, LBA, BLOCKS)).send(before))
                    .assertGood();
            scsi.volume.loseAfter(BYTES, storedBytes);
            final ScsiFixture.Task lost = scsi.task(atomic(0, LBA, BLOCKS)).send(after);
            scsi.start(nexus, lost);
            scsi.sim.run();
            assertEquals("not answered", 0, lost.completions);

            nexus = scsi.restart();
            scsi.run(nexus, scsi.task("00 00 00 00 00 00")).assertGood();
            assertArrayEquals("stored " + storedBytes, after, content(BLOCKS));
            assertTrue(scsi.catalog.all(AtomicWrites.TOPIC).isEmpty());
            scsi.volume.endLost();
            scsi.sim.run();
        }
    }

    @Test
    public void nothingIsWrittenWhenNotAllWasKept() {
        writeBefore();
        scsi.volume.loseAfter(BYTES, 0);
        scsi.start(scsi.nexus, scsi.task(atomic(0, LBA, BLOCKS)).send(after));
        scsi.sim.run();
        final String last =
                scsi.catalog.all(AtomicWrites.TOPIC).keySet().iterator().next();
        scsi.catalog.remove(AtomicWrites.TOPIC, last);
        scsi.sim.run();

        scsi.restart();
        assertArrayEquals(before, content(BLOCKS));
        assertTrue(scsi.catalog.all(AtomicWrites.TOPIC).isEmpty());
        scsi.volume.endLost();
        scsi.sim.run();
    }

    @Test
    public void damagedRecordsAreNotWritten() {
        writeBefore();
        final byte[] record = new byte[100];
        scsi.catalog.put(AtomicWrites.TOPIC, MemoryVolume.UUID_OF_ALL + ".0.0", record);
        scsi.sim.run();
        scsi.restart();
        assertArrayEquals(before, content(BLOCKS));
        assertTrue(scsi.catalog.all(AtomicWrites.TOPIC).isEmpty());
    }

    @Test
    public void othersWaitUntilAnInterruptedWriteIsWhole() {
        writeBefore();
        scsi.volume.loseAfter(BYTES, 4096);
        scsi.start(scsi.nexus, scsi.task(atomic(0, LBA, BLOCKS)).send(after));
        scsi.sim.run();
        scsi.volume.fail(IoOp.WRITE, IoStatus.OFFLINE);
        final ScsiNexus nexus = scsi.restart();
        scsi.run(nexus, scsi.task("00 00 00 00 00 00")).assertSense(0x2, 0x04, 0x01);
        scsi.run(nexus, scsi.task(ScsiFixture.cdb10(0x28, 0, LBA, 1)).expectIn(512))
                .assertSense(0x2, 0x04, 0x01);
        scsi.run(nexus, scsi.task("12 00 00 00 ff 00").expectIn(255)).assertGood();
        scsi.volume.fail(IoOp.WRITE, IoStatus.OK);
        scsi.sim.runFor(TimeUnit.SECONDS.toNanos(2));
        scsi.run(nexus, scsi.task("00 00 00 00 00 00")).assertGood();
        assertArrayEquals(after, content(BLOCKS));
        scsi.volume.endLost();
        scsi.sim.run();
    }

    @Test
    public void failedWriteIsFinishedBeforeAnythingElse() {
        writeBefore();
        scsi.volume.fail(IoOp.WRITE, IoStatus.IO_ERROR);
        scsi.out(atomic(0, LBA, BLOCKS), after).assertSense(0x3, 0x0C, 0);
        scsi.run("00 00 00 00 00 00").assertSense(0x2, 0x04, 0x01);
        scsi.volume.fail(IoOp.WRITE, IoStatus.OK);
        scsi.sim.runFor(TimeUnit.SECONDS.toNanos(2));
        scsi.run("00 00 00 00 00 00").assertGood();
        assertArrayEquals(after, content(BLOCKS));
    }

    @Test
    public void lackOfSpaceChangesNothing() {
        scsi.volume.fail(IoOp.WRITE, IoStatus.NO_SPACE);
        scsi.out(atomic(0, LBA, BLOCKS), after).assertSense(0x7, 0x27, 0x07);
        assertArrayEquals(new byte[BYTES], content(BLOCKS));
        scsi.run("00 00 00 00 00 00").assertGood();
    }

    @Test
    public void nothingIsWrittenWhenItCannotBeKept() {
        writeBefore();
        for (int failing = 0; failing < 3; failing++) {
            final ScsiFixture fresh = new ScsiFixture();
            fresh.catalog.failFrom(failing);
            fresh.out(atomic(0, LBA, BLOCKS), after).assertSense(0x3, 0x0C, 0);
            assertArrayEquals(
                    new byte[BYTES], Arrays.copyOfRange(fresh.volume.content(), LBA * 512, LBA * 512 + BYTES));
        }
    }

    @Test
    public void doneWriteWhoseRecordStaysKeepsOthersOut() {
        scsi.catalog.failFrom(3);
        scsi.out(atomic(0, LBA, BLOCKS), after).assertGood();
        scsi.run("00 00 00 00 00 00").assertSense(0x2, 0x04, 0x01);
        scsi.catalog.failFrom(Integer.MAX_VALUE);
        scsi.sim.runFor(TimeUnit.SECONDS.toNanos(2));
        scsi.run("00 00 00 00 00 00").assertGood();
        assertArrayEquals(after, content(BLOCKS));
    }

    @Test
    public void unavailableCatalogIsWaitedFor() {
        scsi.catalog.unreadable(true);
        ((VolumeTarget) scsi.target).unit().resume();
        scsi.run("00 00 00 00 00 00").assertSense(0x2, 0x04, 0x01);
        scsi.catalog.unreadable(false);
        scsi.sim.runFor(TimeUnit.SECONDS.toNanos(2));
        scsi.run("00 00 00 00 00 00").assertGood();
    }

    @Test
    public void removedVolumeLeavesNoRecord() {
        scsi.catalog.put(AtomicWrites.TOPIC, MemoryVolume.UUID_OF_ALL + ".7.0", new byte[1]);
        scsi.sim.run();
        assertFalse(scsi.catalog.all(AtomicWrites.TOPIC).isEmpty());
        scsi.volumes.listener.volumeRemoved(scsi.volume);
        scsi.sim.run();
        assertTrue(scsi.catalog.all(AtomicWrites.TOPIC).isEmpty());
    }

    private void writeBefore() {
        scsi.out(ScsiFixture.cdb10(0x2A, 0, LBA, BLOCKS), before).assertGood();
    }

    private byte[] content(final int blocks) {
        return Arrays.copyOfRange(scsi.volume.content(), LBA * 512, (LBA + blocks) * 512);
    }

    private static String atomic(final int flags, final long lba, final int blocks) {
        return ScsiFixture.cdb16(0x9C, flags, lba, blocks);
    }
}
