package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** SANITIZE, what others meet meanwhile, and what a stop or a failure leaves. */
public final class SanitizeTest {
    private static final int IMMEDIATE = 0x80;
    private static final int UNRESTRICTED = 0x20;
    private static final String TEST_UNIT_READY = "00 00 00 00 00 00";
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(60);

    private final ScsiFixture scsi = new ScsiFixture();
    private VolumeTargets slowTargets;

    @Test
    public void overwritesEveryBlockWithThePattern() {
        scsi.out(ScsiFixture.cdb10(0x2A, 0, 0, 256), scsi.randomBytes(256 * 512))
                .assertGood();
        for (final int length : new int[] {1, 3, 256, 512}) {
            final byte[] pattern = scsi.randomBytes(length);
            finished(overwrite(0, 1, pattern)).assertGood();
            assertOverwritten(pattern);
        }
        assertTrue(scsi.catalog.all(Sanitize.TOPIC).isEmpty());
        scsi.run(TEST_UNIT_READY).assertGood();
    }

    @Test
    public void invertsThePatternInEveryOtherPass() {
        finished(overwrite(0, 0x80 | 2, new byte[] {0x0F})).assertGood();
        assertOverwritten(new byte[] {(byte) 0xF0});
        finished(overwrite(0, 0x80 | 3, new byte[] {0x0F})).assertGood();
        assertOverwritten(new byte[] {0x0F});
    }

    @Test
    public void blockEraseLeavesNothingAllocated() {
        scsi.out(ScsiFixture.cdb10(0x2A, 0, 5, 256), scsi.randomBytes(256 * 512))
                .assertGood();
        finished(scsi.task(cdb(0x02, 0))).assertGood();
        assertArrayEquals(new byte[ScsiFixture.SIZE_BYTES], scsi.volume.content());
        for (int page = 0; page < ScsiFixture.SIZE_BYTES / MemoryVolume.PAGE_BYTES; page++) {
            assertFalse(scsi.volume.allocated(page));
        }
    }

    @Test
    public void keepsOthersOut() {
        begin();
        scsi.run(TEST_UNIT_READY).assertSense(0x2, 0x04, 0x1B);
        scsi.in(ScsiFixture.cdb10(0x28, 0, 0, 1)).assertSense(0x2, 0x04, 0x1B);
        scsi.out(ScsiFixture.cdb10(0x2A, 0, 0, 1), new byte[512]).assertSense(0x2, 0x04, 0x1B);
        scsi.run(scsi.nexus, overwrite(IMMEDIATE, 1, new byte[1])).assertSense(0x2, 0x04, 0x1B);
        scsi.run(cdb(0x1F, 0)).assertSense(0x2, 0x04, 0x1B);
        scsi.in("12 00 00 00 ff 00").assertGood();
        scsi.in("a0 00 00 00 00 00 00 00 00 ff 00 00").assertGood();
        scsi.in("a3 0c 00 00 00 00 00 00 00 ff 00 00").assertGood();
        scsi.sim.runFor(LONG_NS);
        scsi.run(TEST_UNIT_READY).assertGood();
        assertEquals(0, scsi.in("03 00 00 00 20 00").assertGood().received[2]);
    }

    @Test
    public void writeThatWaitedForItsDataComesTooLate() {
        final ScsiFixture.Task late = scsi.task(ScsiFixture.cdb10(0x2A, 0, 0, 1))
                .send(scsi.randomBytes(512))
                .withholdData();
        scsi.start(scsi.nexus, late);
        scsi.sim.run();
        begin();
        late.lane.execute(late::sendNow);
        scsi.sim.runFor(LONG_NS);
        late.assertSense(0x2, 0x04, 0x1B);
        assertOverwritten(new byte[] {0x55});
    }

    @Test
    public void abortEndsTheCommandButNotTheOperation() {
        final ScsiFixture.Task task = overwrite(0, 1, new byte[] {0x55});
        scsi.start(scsi.nexus, task);
        scsi.sim.run();
        assertEquals(0, task.completions);
        task.lane.execute(task::abort);
        scsi.sim.run();
        assertEquals(1, task.completions);
        assertEquals(ScsiStatus.TASK_ABORTED, task.status);
        scsi.run(TEST_UNIT_READY).assertSense(0x2, 0x04, 0x1B);
        scsi.sim.runFor(LONG_NS);
        assertOverwritten(new byte[] {0x55});
        scsi.run(TEST_UNIT_READY).assertGood();
    }

    @Test
    public void goesOnAfterAStop() {
        scsi.volume.loseAfter(1, 100);
        begin();
        scsi.run(TEST_UNIT_READY).assertSense(0x2, 0x04, 0x1B);
        final ScsiNexus nexus = scsi.restart();
        scsi.run(nexus, scsi.task(TEST_UNIT_READY)).assertSense(0x2, 0x04, 0x1B);
        scsi.sim.runFor(LONG_NS);
        scsi.run(nexus, scsi.task(TEST_UNIT_READY)).assertGood();
        assertOverwritten(new byte[] {0x55});
        scsi.volume.endLost();
        scsi.sim.run();
    }

    @Test
    public void stopsWithItsTargetAndGoesOnWithTheNextOne() {
        final ScsiNexus slow = slowly();
        scsi.run(slow, overwrite(IMMEDIATE, 1, new byte[] {0x55})).assertGood();
        scsi.sim.runFor(TimeUnit.SECONDS.toNanos(1));
        slowTargets.close();
        scsi.sim.runFor(LONG_NS);
        assertFalse(scsi.catalog.all(Sanitize.TOPIC).isEmpty());
        assertEquals(0, scsi.volume.content()[ScsiFixture.SIZE_BYTES - 1]);
        scsi.restart();
        scsi.sim.runFor(LONG_NS);
        assertOverwritten(new byte[] {0x55});
        assertTrue(scsi.catalog.all(Sanitize.TOPIC).isEmpty());
    }

    @Test
    public void failureKeepsOthersOutUntilItIsLeft() {
        failWith(UNRESTRICTED);
        scsi.run(TEST_UNIT_READY).assertSense(0x3, 0x31, 0x03);
        final ScsiNexus nexus = scsi.restart();
        scsi.run(nexus, scsi.task(TEST_UNIT_READY)).assertSense(0x3, 0x31, 0x03);
        scsi.volume.fail(IoOp.WRITE, IoStatus.OK);
        scsi.run(nexus, scsi.task(cdb(0x1F, 0))).assertGood();
        scsi.run(nexus, scsi.task(TEST_UNIT_READY)).assertGood();
        assertTrue(scsi.catalog.all(Sanitize.TOPIC).isEmpty());
    }

    @Test
    public void restrictedFailureIsLeftBySuccessOnly() {
        failWith(0);
        scsi.volume.fail(IoOp.WRITE, IoStatus.OK);
        scsi.run(cdb(0x1F, 0)).assertSense(0x3, 0x31, 0x03);
        scsi.run(scsi.nexus, overwrite(UNRESTRICTED, 1, new byte[1])).assertSense(0x3, 0x31, 0x03);
        finished(overwrite(0, 1, new byte[] {1})).assertGood();
        scsi.run(TEST_UNIT_READY).assertGood();
    }

    @Test
    public void exitWithoutFailureIsHarmless() {
        scsi.run(cdb(0x1F, 0)).assertGood();
    }

    @Test
    public void waitsForDevicesThatComeBack() {
        scsi.volume.fail(IoOp.WRITE, IoStatus.OFFLINE);
        begin();
        scsi.sim.runFor(LONG_NS);
        scsi.run(TEST_UNIT_READY).assertSense(0x2, 0x04, 0x1B);
        scsi.volume.fail(IoOp.WRITE, IoStatus.OK);
        scsi.sim.runFor(LONG_NS);
        scsi.run(TEST_UNIT_READY).assertGood();
    }

    @Test
    public void doesNotBeginUnlessItIsNoted() {
        scsi.catalog.failFrom(0);
        scsi.run(scsi.nexus, overwrite(0, 1, new byte[] {1})).assertSense(0x3, 0x0C, 0);
        scsi.run(TEST_UNIT_READY).assertGood();
        assertArrayEquals(new byte[ScsiFixture.SIZE_BYTES], scsi.volume.content());
    }

    @Test
    public void unreadableNoteCountsAsAFailure() {
        scsi.catalog.put(Sanitize.TOPIC, MemoryVolume.UUID_OF_ALL.toString(), new byte[40]);
        scsi.sim.run();
        final ScsiNexus nexus = scsi.restart();
        scsi.run(nexus, scsi.task(TEST_UNIT_READY)).assertSense(0x3, 0x31, 0x03);
        scsi.start(nexus, overwrite(0, 1, new byte[] {1}));
        scsi.sim.runFor(LONG_NS);
        scsi.run(nexus, scsi.task(TEST_UNIT_READY)).assertGood();
    }

    @Test
    public void tellsHowFarItIs() {
        final ScsiNexus nexus = slowly();
        scsi.run(nexus, overwrite(IMMEDIATE, 2, new byte[] {1})).assertGood();
        int before = -1;
        for (int second = 0; second < 8; second++) {
            final byte[] sense =
                    scsi.run(nexus, scsi.task("03 00 00 00 20 00").expectIn(32)).assertGood().received;
            assertArrayEquals(new byte[] {0x02, 0x04, 0x1B}, new byte[] {sense[2], sense[12], sense[13]});
            assertEquals("SKSV", (byte) 0x80, sense[15]);
            final int progress = BigEndian.unsignedShort(sense, 16);
            assertTrue(before + " then " + progress, progress > before);
            assertEquals(second / 8.0, progress / 65536.0, 0.05);
            before = progress;
            scsi.sim.runFor(TimeUnit.SECONDS.toNanos(1));
        }
        scsi.sim.runFor(LONG_NS);
    }

    /** A nexus to the unit that sanitizes 4 MiB per second. */
    private ScsiNexus slowly() {
        slowTargets = new VolumeTargets(
                ScsiFixture.config("iqn.2026-11.org.isobar:", 4), scsi.volumes, scsi.catalog, scsi.sim.lanes());
        scsi.volumes.listener.volumeAdded(scsi.volume);
        return scsi.openReady(slowTargets.find(ScsiFixture.TARGET).orElseThrow());
    }

    @Test
    public void paceIsKept() {
        final ScsiNexus nexus = slowly();
        scsi.run(nexus, overwrite(IMMEDIATE, 1, new byte[] {1})).assertGood();
        scsi.sim.runFor(TimeUnit.MILLISECONDS.toNanos(3900));
        scsi.run(nexus, scsi.task(TEST_UNIT_READY)).assertSense(0x2, 0x04, 0x1B);
        scsi.sim.runFor(TimeUnit.MILLISECONDS.toNanos(500));
        scsi.run(nexus, scsi.task(TEST_UNIT_READY)).assertGood();
    }

    @Test
    public void badFieldsAreRefused() {
        scsi.run(cdb(0x03, 0)).assertInvalidCdb(); // CRYPTO ERASE
        scsi.run(cdb(0x00, 0)).assertInvalidCdb();
        assertEquals(1, scsi.run(cdb(0x42, 0)).assertInvalidCdb().field());
        for (int at = 2; at < 7; at++) {
            final byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(cdb(0x02, 0));
            bytes[at] = 1;
            assertEquals(at, scsi.run(ScsiFixture.hex(bytes)).assertInvalidCdb().field());
        }
        assertEquals(7, scsi.out(cdb(0x02, 8), new byte[8]).assertInvalidCdb().field());
        assertEquals(7, scsi.out(cdb(0x1F, 8), new byte[8]).assertInvalidCdb().field());
        for (final int bytes : new int[] {0, 4, 517}) {
            assertEquals(
                    7,
                    scsi.out(cdb(0x01, bytes), new byte[bytes])
                            .assertInvalidCdb()
                            .field());
        }
        scsi.run(scsi.nexus, overwrite(0, 0, new byte[1])).assertSense(0x5, 0x26, 0);
        scsi.run(scsi.nexus, overwrite(0, 0x21, new byte[1])).assertSense(0x5, 0x26, 0);
        scsi.out(cdb(0x01, 5), HexFormat.of().parseHex("0100000000")).assertSense(0x5, 0x26, 0);
        scsi.out(cdb(0x01, 5), HexFormat.of().parseHex("0100000200")).assertSense(0x5, 0x26, 0);
        assertEquals(0, scsi.catalog.changes());
    }

    private void begin() {
        scsi.run(scsi.nexus, overwrite(IMMEDIATE, 1, new byte[] {0x55})).assertGood();
    }

    private void failWith(final int flags) {
        scsi.volume.fail(IoOp.WRITE, IoStatus.IO_ERROR);
        scsi.run(scsi.nexus, overwrite(flags, 1, new byte[] {1})).assertSense(0x3, 0x31, 0x03);
    }

    private ScsiFixture.Task finished(final ScsiFixture.Task task) {
        scsi.start(scsi.nexus, task);
        scsi.sim.runFor(LONG_NS);
        assertEquals(1, task.completions);
        return task;
    }

    private ScsiFixture.Task overwrite(final int flags, final int countAndInvert, final byte[] pattern) {
        final byte[] list = new byte[4 + pattern.length];
        list[0] = (byte) countAndInvert;
        BigEndian.putShort(list, 2, pattern.length);
        System.arraycopy(pattern, 0, list, 4, pattern.length);
        return scsi.task(cdb(flags | 0x01, list.length)).send(list);
    }

    private void assertOverwritten(final byte[] pattern) {
        final byte[] block = new byte[512];
        for (int at = 0; at < block.length; at++) {
            block[at] = pattern[at % pattern.length];
        }
        for (int lba = 0; lba < ScsiFixture.BLOCKS; lba++) {
            if (!Arrays.equals(scsi.volume.content(), lba * 512, lba * 512 + 512, block, 0, 512)) {
                throw new AssertionError("block " + lba + " is not overwritten");
            }
        }
    }

    private static String cdb(final int actionAndFlags, final int listBytes) {
        return String.format("48 %02x 00 00 00 00 00 %02x %02x 00", actionAndFlags, listBytes >> 8, listBytes & 0xFF);
    }
}
