package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.isobar.api.access.AccessControl;
import org.isobar.api.access.Grant;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** EXTENDED COPY (LID1) within and between volumes, and RECEIVE COPY RESULTS. */
public final class ExtendedCopyTest {
    private static final UUID OURS = MemoryVolume.UUID_OF_ALL;
    private static final AccessControl ALL_MAY = (volume, who) -> Grant.READ_WRITE;

    private final ScsiFixture scsi = new ScsiFixture();
    private final MemoryVolume other = scsi.another("other");
    private final UUID others = other.info().uuid();

    @Test
    public void copiesWithinAVolume() {
        final byte[] data = write(0, 2048);
        copy(new CopyParameters(1, 2).target(OURS).blocks(0, 0, 2048, 0, ScsiFixture.BLOCKS - 2048))
                .assertGood();
        assertArrayEquals(data, content(scsi.volume, ScsiFixture.BLOCKS - 2048, 2048));
    }

    @Test
    public void copiesOverlappingRangesAsIfAtOnce() {
        final Random random = scsi.sim.random();
        for (int round = 0; round < 20; round++) {
            final int from = random.nextInt(9000);
            final int to = random.nextInt(9000);
            final int blocks = 1 + random.nextInt(9000);
            final byte[] data = write(from, blocks);
            copy(new CopyParameters(0, 3).target(OURS).blocks(0, 0, blocks, from, to))
                    .assertGood();
            assertArrayEquals(data, content(scsi.volume, to, blocks));
        }
    }

    @Test
    public void copiesBetweenVolumesThatTheInitiatorMayUse() {
        scsi.targets.bindAccess(ALL_MAY);
        final byte[] data = write(7, 5000);
        copy(new CopyParameters(1, 0)
                        .target(OURS)
                        .target(others)
                        .blocks(0, 1, 3000, 7, 1)
                        .bytes(0, 1, 2000 * 512, 3007, 3001)
                        .blocks(1, 0, 5000, 1, 20_000))
                .assertGood();
        assertArrayEquals(data, content(other, 1, 5000));
        assertArrayEquals(data, content(scsi.volume, 20_000, 5000));
    }

    @Test
    public void emptyPagesStayEmpty() {
        scsi.targets.bindAccess(ALL_MAY);
        write(128, 128);
        copy(new CopyParameters(1, 2).target(OURS).target(others).blocks(0, 1, 512, 0, 0))
                .assertGood();
        assertFalse(other.allocated(0));
        assertTrue(other.allocated(1));
        assertFalse(other.allocated(2));
    }

    @Test
    public void otherVolumesAreOutOfReachWithoutAGrant() {
        final CopyParameters read =
                new CopyParameters(1, 2).target(OURS).target(others).blocks(1, 0, 8, 0, 0);
        final CopyParameters write =
                new CopyParameters(1, 2).target(OURS).target(others).blocks(0, 1, 8, 0, 0);
        for (final Grant grant : new Grant[] {null, Grant.NONE, Grant.READ_ONLY}) {
            final AccessControl access = (volume, who) -> {
                assertEquals("other", volume);
                assertEquals(ScsiFixture.INITIATOR, who.name());
                return grant;
            };
            if (grant != null) {
                scsi.targets.bindAccess(access);
            }
            copy(write).assertSense(0xA, 0x0D, 0x02);
            if (grant == Grant.READ_ONLY) {
                copy(read).assertGood();
            } else {
                copy(read).assertSense(0xA, 0x0D, 0x02);
            }
            scsi.targets.unbindAccess(access);
        }
        assertEquals(
                List.of(),
                other.takeOps().stream().filter(op -> op != IoOp.READ).toList());
    }

    @Test
    public void readOnlyNexusCopiesNothingToItsVolume() {
        final ScsiNexus reader = scsi.ready(scsi.open(ScsiFixture.INITIATOR, 2, 1, true));
        final byte[] list =
                new CopyParameters(1, 2).target(OURS).blocks(0, 0, 8, 0, 100).bytes();
        scsi.run(reader, scsi.task(cdb(list.length)).send(list)).assertSense(0xA, 0x0D, 0x02);
    }

    @Test
    public void reservationsOfTheOtherVolumeCount() {
        scsi.targets.bindAccess(ALL_MAY);
        final ScsiNexus holder = scsi.openReady(
                scsi.targets.find(scsi.targets.targets().get(0).name()).orElseThrow());
        scsi.run(holder, scsi.task("16 00 00 00 00 00")).assertGood();
        final ScsiNexus stranger = scsi.openReady("iqn.1994-05.com.example:stranger", 9, 1);
        final byte[] list = new CopyParameters(1, 2)
                .target(OURS)
                .target(others)
                .blocks(0, 1, 8, 0, 0)
                .bytes();
        scsi.run(stranger, scsi.task(cdb(list.length)).send(list)).assertSense(0xA, 0x0D, 0x02);
        copy(new CopyParameters(1, 2).target(OURS).target(others).blocks(0, 1, 8, 0, 0))
                .assertGood();
    }

    @Test
    public void nothingToCopyEndsWell() {
        scsi.run(cdb(0)).assertGood();
        copy(new CopyParameters(1, 2)).assertGood();
        copy(new CopyParameters(1, 2).target(OURS).blocks(0, 0, 0, 5, ScsiFixture.BLOCKS))
                .assertGood();
    }

    @Test
    public void listsThatAreTooShortAreRefused() {
        final byte[] list =
                new CopyParameters(1, 2).target(OURS).blocks(0, 0, 8, 0, 8).bytes();
        for (final int cut : new int[] {1, 15, 16, 47, 48, list.length - 1}) {
            scsi.out(cdb(cut), Arrays.copyOf(list, cut)).assertSense(0x5, 0x1A, 0);
        }
        scsi.out(cdb(list.length), Arrays.copyOf(list, list.length - 1)).assertSense(0x5, 0x1A, 0);
    }

    @Test
    public void limitsAreThoseReported() {
        final byte[] limits =
                scsi.in("84 03 00 00 00 00 00 00 00 00 00 00 04 00 00 00").assertGood().received;
        assertEquals(limits.length - 4, BigEndian.unsignedInt(limits, 0));
        assertEquals(Copies.MAX_TARGETS, BigEndian.unsignedShort(limits, 8));
        assertEquals(Copies.MAX_SEGMENTS, BigEndian.unsignedShort(limits, 10));
        assertEquals(Copies.MAX_LIST_BYTES, BigEndian.unsignedInt(limits, 12));
        assertArrayEquals(new byte[] {3, 0x02, 0x0A, (byte) 0xE4}, Arrays.copyOfRange(limits, 43, 47));
        final CopyParameters targets = new CopyParameters(1, 2).blocks(0, 0, 0, 0, 0);
        final CopyParameters segments = new CopyParameters(1, 2).target(OURS);
        for (int i = 0; i <= Copies.MAX_TARGETS; i++) {
            targets.target(OURS);
        }
        copy(targets).assertSense(0x5, 0x26, 0x06);
        for (int i = 0; i < Copies.MAX_SEGMENTS; i++) {
            segments.blocks(0, 0, 1, 0, i);
        }
        copy(segments).assertGood();
        copy(segments.blocks(0, 0, 1, 0, 0)).assertSense(0x5, 0x26, 0x08);
        for (int i = 0; i < 2 * Copies.MAX_TARGETS; i++) {
            segments.target(OURS);
        }
        copy(segments).assertSense(0x5, 0x1A, 0);
    }

    @Test
    public void badListsAreRefused() {
        final byte[] unknownTarget = new byte[32];
        unknownTarget[0] = (byte) 0xE0;
        assertEquals(
                16,
                copy(new CopyParameters(1, 2).target(unknownTarget))
                        .assertSense(0x5, 0x26, 0x07)
                        .field());
        final byte[] unknownSegment = {0x03, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        assertEquals(
                48,
                copy(new CopyParameters(1, 2).target(OURS).segment(unknownSegment))
                        .assertSense(0x5, 0x26, 0x09)
                        .field());
        copy(new CopyParameters(1, 1)).assertSense(0x5, 0x26, 0);
        copy(new CopyParameters(1, 3)).assertSense(0x5, 0x26, 0);
        final byte[] wrongLength = new byte[28];
        wrongLength[0] = 0x02;
        wrongLength[3] = 20;
        copy(new CopyParameters(1, 2).target(OURS).segment(wrongLength)).assertSense(0x5, 0x26, 0);
        copy(new CopyParameters(1, 2).target(OURS).segment(new byte[] {0x02})).assertSense(0x5, 0x26, 0);
        copy(new CopyParameters(1, 2).target(new byte[] {(byte) 0xE4})).assertSense(0x5, 0x26, 0);
        final byte[] inline = Arrays.copyOf(new CopyParameters(1, 2).bytes(), 20);
        inline[15] = 4;
        scsi.out(cdb(20), inline).assertSense(0x5, 0x26, 0x0B);
    }

    @Test
    public void badSegmentsAbortTheCopyAndAreNamed() {
        final CopyParameters good = new CopyParameters(1, 0).target(OURS).blocks(0, 0, 8, 0, 64);
        assertAborted(good.blocks(1, 0, 8, 0, 0), 0x08, 0x04, 1, 4);
        assertAborted(new CopyParameters(1, 0).target(OURS).blocks(0, 9, 8, 0, 0), 0x08, 0x04, 0, 6);
        assertAborted(new CopyParameters(1, 0).target(OURS).bytes(0, 0, 513, 0, 8), 0x26, 0x00, 0, 8);
        assertAborted(new CopyParameters(1, 0).target(UUID.randomUUID()).blocks(0, 0, 1, 0, 8), 0x0D, 0x02, 0, 4);
        final byte[] tape = new byte[32];
        tape[0] = (byte) 0xE4;
        tape[1] = 0x01;
        assertAborted(new CopyParameters(1, 0).target(tape).blocks(0, 0, 1, 0, 8), 0x0D, 0x03, 0, 4);
        final byte[] noDesignator = new byte[32];
        noDesignator[0] = (byte) 0xE4;
        assertAborted(new CopyParameters(1, 0).target(noDesignator).blocks(0, 0, 1, 0, 8), 0x0D, 0x02, 0, 4);
    }

    @Test
    public void whatALogicalUnitSaysIsPassedOn() {
        final ScsiFixture.Task beyondSource =
                copy(new CopyParameters(1, 0).target(OURS).blocks(0, 0, 2, ScsiFixture.BLOCKS - 1, 0));
        assertThirdParty(beyondSource, 8, 0x5, 0x21, 0x00);
        assertThirdParty(copy(new CopyParameters(1, 0).target(OURS).blocks(0, 0, 2, 0, -1)), 9, 0x5, 0x21, 0x00);
        write(0, 8);
        scsi.volume.fail(IoOp.READ, IoStatus.IO_ERROR);
        assertThirdParty(copy(new CopyParameters(1, 0).target(OURS).blocks(0, 0, 2, 0, 8)), 8, 0x3, 0x11, 0x00);
        scsi.volume.fail(IoOp.WRITE, IoStatus.NO_SPACE);
        assertThirdParty(copy(new CopyParameters(1, 0).target(OURS).blocks(0, 0, 2, 0, 8)), 9, 0x7, 0x27, 0x07);
        scsi.volume.fail(IoOp.WRITE, IoStatus.OFFLINE);
        assertThirdParty(copy(new CopyParameters(1, 0).target(OURS).blocks(0, 0, 2, 0, 8)), 9, 0x2, 0x04, 0x00);
    }

    @Test
    public void resultsAreKeptUnderTheListIdentifier() {
        write(0, 2048);
        assertEquals(2, status(1).assertInvalidCdb().field());
        copy(new CopyParameters(1, 0).target(OURS).blocks(0, 0, 2048, 0, 4096).blocks(0, 0, 8, 0, 8))
                .assertGood();
        final byte[] done = status(1).assertGood().received;
        assertArrayEquals(new byte[] {0, 0, 0, 8, 1, 0, 2, 1, 0, 0, 4, 4}, done);
        assertArrayEquals(new byte[4], results(1, 1).assertGood().received);
        assertArrayEquals(new byte[4], results(4, 1).assertGood().received);

        copy(new CopyParameters(2, 0).target(OURS).blocks(0, 0, 8, 0, 8).blocks(0, 1, 8, 0, 0))
                .assertSense(0xA, 0x08, 0x04);
        final byte[] failed = status(2).assertGood().received;
        assertArrayEquals(new byte[] {2, 0, 1}, Arrays.copyOfRange(failed, 4, 7));
        final byte[] details = results(4, 2).assertGood().received;
        assertEquals(details.length - 4, BigEndian.unsignedInt(details, 0));
        assertEquals(0x02, details[56]);
        assertEquals(details.length - 60, BigEndian.unsignedShort(details, 58));
        assertEquals(0xA, details[62] & 0xF);
        assertEquals("segment", 1, BigEndian.unsignedShort(details, 70));

        copy(new CopyParameters(3, 2).target(OURS).blocks(0, 0, 8, 0, 8)).assertGood();
        status(3).assertInvalidCdb();
        copy(new CopyParameters(0, 3).target(OURS).blocks(0, 0, 8, 0, 8)).assertGood();
        status(0).assertInvalidCdb();
        final ScsiNexus stranger = scsi.openReady();
        scsi.run(stranger, scsi.task(resultsCdb(0, 1)).expectIn(64)).assertInvalidCdb();
    }

    @Test
    public void oldestResultsGoFirst() {
        for (int id = 0; id <= Copies.MAX_RESULTS; id++) {
            copy(new CopyParameters(id, 0)).assertGood();
        }
        status(0).assertInvalidCdb();
        status(1).assertGood();
    }

    @Test
    public void listIdentifierInUseIsRefused() {
        write(0, 4096);
        final ScsiFixture.Task first =
                start(new CopyParameters(5, 0).target(OURS).blocks(0, 0, 30_000, 0, 1));
        final ScsiFixture.Task second =
                start(new CopyParameters(5, 0).target(OURS).blocks(0, 0, 8, 0, 8));
        scsi.sim.run();
        first.assertGood();
        second.assertSense(0x5, 0x00, 0x16);
    }

    @Test
    public void moreCopiesThanTheLimitAreBusy() {
        write(0, 4096);
        final ScsiFixture.Task[] copies = new ScsiFixture.Task[Copies.MAX_AT_A_TIME + 1];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = start(new CopyParameters(0, 3).target(OURS).blocks(0, 0, 16_000, 0, 16_000));
        }
        scsi.sim.run();
        assertEquals(
                1,
                Arrays.stream(copies)
                        .filter(copy -> copy.status == ScsiStatus.BUSY)
                        .count());
        copy(new CopyParameters(0, 3).target(OURS).blocks(0, 0, 8, 0, 8)).assertGood();
    }

    @Test
    public void abortStopsACopyBetweenPieces() {
        write(0, 30_000);
        scsi.volume.takeOps();
        final ScsiFixture.Task task =
                start(new CopyParameters(1, 0).target(OURS).blocks(0, 0, 30_000, 0, 1));
        task.lane.execute(task::abort);
        scsi.sim.run();
        assertEquals(1, task.completions);
        assertEquals(ScsiStatus.TASK_ABORTED, task.status);
        assertTrue(scsi.volume.takeOps().size() < 10);
        assertEquals(2, status(1).assertGood().received[4]);
    }

    @Test
    public void sanitizedDestinationIsLeftAlone() {
        scsi.targets.bindAccess(ALL_MAY);
        final ScsiNexus there = scsi.openReady(scsi.targets.targets().get(0));
        other.fail(IoOp.WRITE, IoStatus.OFFLINE);
        final byte[] overwrite = {1, 0, 0, 1, 0x55};
        scsi.run(there, scsi.task("48 81 00 00 00 00 00 00 05 00").send(overwrite))
                .assertGood();
        write(0, 8);
        assertThirdParty(
                copy(new CopyParameters(1, 0).target(OURS).target(others).blocks(0, 1, 8, 0, 0)), 9, 0x2, 0x04, 0x1B);
        other.fail(IoOp.WRITE, IoStatus.OK);
        scsi.sim.runFor(60_000_000_000L);
    }

    private byte[] write(final int lba, final int blocks) {
        final byte[] data = scsi.randomBytes(blocks * 512);
        for (int at = 0; at < blocks; at += 8192) {
            final int piece = Math.min(8192, blocks - at);
            scsi.out(
                            ScsiFixture.cdb10(0x2A, 0, lba + at, piece),
                            Arrays.copyOfRange(data, at * 512, (at + piece) * 512))
                    .assertGood();
        }
        return data;
    }

    private ScsiFixture.Task copy(final CopyParameters parameters) {
        final byte[] list = parameters.bytes();
        return scsi.out(cdb(list.length), list);
    }

    private ScsiFixture.Task start(final CopyParameters parameters) {
        final byte[] list = parameters.bytes();
        final ScsiFixture.Task task = scsi.task(cdb(list.length)).send(list).onLane(0);
        scsi.start(scsi.nexus, task);
        return task;
    }

    private ScsiFixture.Task status(final int listId) {
        return results(0, listId);
    }

    private ScsiFixture.Task results(final int action, final int listId) {
        return scsi.in(resultsCdb(action, listId));
    }

    private static String resultsCdb(final int action, final int listId) {
        return String.format("84 %02x %02x 00 00 00 00 00 00 00 00 00 04 00 00 00", action, listId);
    }

    private void assertAborted(
            final CopyParameters parameters, final int asc, final int ascq, final int segment, final int field) {
        final ScsiFixture.Task task = copy(parameters).assertSense(0xA, asc, ascq);
        assertEquals("segment", segment, BigEndian.unsignedShort(task.sense, 10));
        assertEquals("SKSV and SD", 0xA0, task.sense[15] & 0xFF);
        assertEquals(field, task.field());
    }

    /** The sense data of the source (its place in byte 8) or destination (byte 9) follows. */
    private static void assertThirdParty(
            final ScsiFixture.Task task, final int place, final int key, final int asc, final int ascq) {
        task.assertSense(0xA, 0x00, 0x00);
        final int at = task.sense[place];
        assertEquals("status", 0x02, task.sense[at]);
        assertEquals(key, task.sense[at + 1 + 2]);
        assertEquals(asc, task.sense[at + 1 + 12]);
        assertEquals(ascq, task.sense[at + 1 + 13]);
        assertEquals(task.senseBytes, at + 1 + 18);
        assertEquals(task.senseBytes - 8, task.sense[7]);
    }

    private static byte[] content(final MemoryVolume volume, final int lba, final int blocks) {
        return Arrays.copyOfRange(volume.content(), lba * 512, (lba + blocks) * 512);
    }

    private static String cdb(final int listBytes) {
        return String.format("83 00 00 00 00 00 00 00 00 00 00 00 %02x %02x 00 00", listBytes >> 8, listBytes & 0xFF);
    }
}
