package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.common.job.JobState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.FailAtN;
import org.junit.Test;

/** Requests to devices that fail, one at a time and for good. */
public class RaidSetFailureTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;

    @Test
    public void keepsDataAndRedundancyWhicheverRequestFails() {
        whicheverFails("10", 2);
        whicheverFails("10", 3);
        whicheverFails("5", 3);
        whicheverFails("5", 5);
        whicheverFails("50", 6);
    }

    private static void whicheverFails(final String level, final int columns) {
        final int failed = FailAtN.untilClean(failure -> {
            final SetWorld world = new SetWorld(failure.n(), level, columns);
            world.devices().forEach(device -> device.failWhen(failure));
            final byte[] model = new byte[(int) world.set().sizeBytes()];
            scenario(world, model);
            failure.disarm();
            recover(world);
            assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
            world.assertConsistent();
            world.assertAtRest();
        });
        assertTrue("level " + level + " failed=" + failed, failed > 20);
    }

    private static void scenario(final SetWorld world, final byte[] model) {
        final int stripe = world.set().geometry().stripeDataBytes();
        write(world, model, 0, stripe);
        write(world, model, 512, 1024);
        write(world, model, STRIP - 512, 1024);
        write(world, model, stripe - STRIP, STRIP);
        write(world, model, stripe - 512, 2 * stripe);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        zero(world, model, 1024, STRIP);
        zero(world, model, 3 * stripe, 2 * stripe);
        final byte[] read = Blocks.read(world.sim(), world.set(), 0, 4 * stripe);
        for (int i = 0; i < read.length; i++) {
            assertEquals(model[i], read[i]);
        }
        write(world, model, 3 * stripe + 512, STRIP);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
    }

    private static void write(final SetWorld world, final byte[] model, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        new Random(offset).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), offset, bytes));
        System.arraycopy(bytes, 0, model, offset, length);
    }

    private static void zero(final SetWorld world, final byte[] model, final int offset, final int length) {
        assertEquals(IoStatus.OK, Blocks.zero(world.sim(), world.set(), offset, length));
        Arrays.fill(model, offset, offset + length, (byte) 0);
    }

    /** Attaches and catches up whatever was given up. */
    private static void recover(final SetWorld world) {
        for (int column = 0; column < world.columns(); column++) {
            if (world.journal().state(column) == ColumnState.STALE) {
                world.comeBack(column);
                world.catchUp(column);
            }
        }
        world.resync();
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        world.assertAtRest();
    }

    @Test
    public void answersFromTheOthersWhereAStripCannotBeRead() {
        for (final String level : new String[] {"10", "5", "50"}) {
            final SetWorld world = new SetWorld(1, level, 6);
            final byte[] model = new byte[(int) world.set().sizeBytes()];
            write(world, model, 0, model.length);
            for (int group = 0; group < world.set().geometry().groupsPerStripe(); group++) {
                final int column = world.set().geometry().column(2, group, 0);
                world.device(column).failReads(world.deviceOffset(2, group, 0), STRIP);
            }
            assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
            assertTrue(world.set().info().degradedReads() > 0);
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            final int stripe = world.set().geometry().stripeDataBytes();
            write(world, model, 2 * stripe + 512, 1024);
            write(world, model, 2 * stripe + STRIP + 512, 1024);
            assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
        }
    }

    @Test
    public void tellsWhenNoRedundancyIsLeftToReadFrom() {
        final SetWorld world = new SetWorld(1, "5", 4);
        for (int element = 0; element < 2; element++) {
            final int column = world.set().geometry().column(0, 0, element);
            world.device(column).failReads(world.deviceOffset(0, 0, element), STRIP);
        }
        assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), 0, 512));
        assertEquals(IoStatus.OK, Blocks.readStatus(world.sim(), world.set(), 2L * STRIP, 512));
        assertEquals(
                "one data strip and the parity are read or written, never both bad ones",
                IoStatus.OK,
                Blocks.write(world.sim(), world.set(), 0, new byte[3 * STRIP]));
        assertEquals(IoStatus.OK, Blocks.readStatus(world.sim(), world.set(), 0, 512));
        world.assertConsistent();
    }

    @Test
    public void neverAcknowledgesAMissedWriteBeforeTheColumnIsDurablyStale() {
        for (final String level : new String[] {"10", "5", "50"}) {
            holdsBack(level, false, false);
            holdsBack(level, false, true);
            holdsBack(level, true, false);
            holdsBack(level, true, true);
        }
    }

    /** The column is found missing by the write itself when the region is marked already, else by the marking. */
    private static void holdsBack(final String level, final boolean gone, final boolean marked) {
        final SetWorld world = new SetWorld(4, level, 6);
        final int stripe = world.set().geometry().stripeDataBytes();
        if (marked) {
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[stripe]));
        }
        world.journal().hold();
        if (gone) {
            world.device(0).lose();
        } else {
            world.device(0).failAll(true);
        }
        final Blocked write = new Blocked(world, 0, new byte[stripe]);
        write.start();
        world.sim().runFor(1_000_000_000L);
        assertEquals(1, world.journal().pendingCount());
        assertEquals("held back", null, write.status());
        world.journal().release();
        world.sim().run();
        assertEquals(IoStatus.OK, write.status());
        assertEquals(ColumnState.STALE, world.journal().state(0));
        world.assertAtRest();
    }

    @Test
    public void fencesItselfWhenAColumnCannotBeDeclaredStale() {
        final SetWorld world = new SetWorld(4, "5", 4);
        world.journal().fail(true);
        world.device(0).failAll(true);
        assertEquals(
                IoStatus.OFFLINE,
                Blocks.write(
                        world.sim(),
                        world.set(),
                        0,
                        new byte[world.set().geometry().stripeDataBytes()]));
        assertEquals(RaidSetState.OFFLINE, world.set().info().state());
        world.device(0).failAll(false);
        world.comeBack(0);
        assertEquals("fenced for good", IoStatus.OFFLINE, Blocks.readStatus(world.sim(), world.set(), 0, 512));
    }

    @Test
    public void goesOfflineWithoutARecordWhenTwoColumnsOfAGroupFailInOneWrite() {
        for (final String level : new String[] {"10", "5", "50"}) {
            final SetWorld world = new SetWorld(4, level, 6);
            world.device(0).failAll(true);
            world.device(1).failAll(true);
            final int stripe = world.set().geometry().stripeDataBytes();
            assertEquals(IoStatus.OFFLINE, Blocks.write(world.sim(), world.set(), 0, new byte[stripe]));
            assertEquals(RaidSetState.OFFLINE, world.set().info().state());
            assertEquals(0, world.journal().staleRecords());
            world.device(0).failAll(false);
            world.device(1).failAll(false);
            world.comeBack(0);
            world.comeBack(1);
            world.resync();
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            world.assertConsistent();
        }
    }

    @Test
    public void givesUpColumnsOfDifferentGroupsThatFailInOneWrite() {
        for (final String level : new String[] {"10", "50"}) {
            final SetWorld world = new SetWorld(4, level, 6);
            world.device(0).failAll(true);
            world.device(5).failAll(true);
            final int stripe = world.set().geometry().stripeDataBytes();
            final byte[] bytes = new byte[2 * stripe];
            new Random(1).nextBytes(bytes);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 512, bytes));
            assertEquals(ColumnState.STALE, world.journal().state(0));
            assertEquals(ColumnState.STALE, world.journal().state(5));
            assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 512, bytes.length));
        }
    }

    @Test
    public void declaresEveryColumnStaleThatADeviceLostWritesOf() {
        final SetWorld world = new SetWorld(4, "10", 2);
        Blocks.write(world.sim(), world.set(), 0, new byte[STRIP]);
        world.device(1).failWhen(request -> request.op() == IoOp.FLUSH);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        assertEquals(
                "the other column has it all",
                ColumnState.STALE,
                world.journal().state(1));
        assertEquals(RaidSetState.DEGRADED, world.set().info().state());
        world.device(1).failWhen(request -> false);
        recover(world);
        world.assertConsistent();
    }

    @Test
    public void failsACatchUpThatTheTargetDoesNotTake() {
        final SetWorld world = new SetWorld(4, "5", 4);
        Blocks.write(
                world.sim(), world.set(), 0, new byte[world.set().geometry().stripeDataBytes()]);
        world.lose(2);
        world.comeBack(2);
        world.device(2).failWhen(request -> request.op() == IoOp.WRITE);
        final var job = world.job("catch-up");
        try {
            world.await(() -> world.set().catchUp(2, job));
            throw new AssertionError("caught up on a device that takes no writes");
        } catch (final StorageException expected) {
            assertEquals(StorageException.Code.IO, expected.code());
        }
        assertEquals(JobState.FAILED, job.info().state());
        assertEquals(RaidSetState.DEGRADED, world.set().info().state());
        assertEquals(ColumnState.STALE, world.journal().state(2));
        world.device(2).failWhen(request -> false);
        recover(world);
        world.assertConsistent();
    }
}
