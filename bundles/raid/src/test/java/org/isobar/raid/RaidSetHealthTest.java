package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.HealthState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.common.buffer.Buffers;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.Simulation;
import org.junit.Test;

/** Devices that are slow, that do not answer, and that are told of what they spoilt. */
public class RaidSetHealthTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;

    @Test
    public void mirrorsAreReadFromTheFasterCopy() {
        final SetWorld world = new SetWorld(1, "10", 2);
        final byte[] model = filled(world);
        world.device(0).health(HealthState.SLOW);
        final long before = world.device(0).reads();
        assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
        assertEquals(before, world.device(0).reads());
        world.device(1).health(HealthState.SUSPECT);
        assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
        assertTrue("of two slow ones both", world.device(0).reads() > before);
    }

    @Test
    public void aSlowCopyIsReadWhenItIsTheOnlyOne() {
        final SetWorld world = new SetWorld(2, "10", 2);
        final byte[] model = filled(world);
        world.device(0).health(HealthState.SLOW);
        world.lose(1);
        assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
    }

    @Test
    public void aReadThatADeviceDoesNotAnswerEndsSoAndTheNextOneDoesWithoutIt() {
        for (final String level : new String[] {"10", "5", "50"}) {
            for (int column = 0; column < 6; column++) {
                aborted(level, column);
            }
        }
    }

    private static void aborted(final String level, final int column) {
        final SetWorld world = new SetWorld(3, level, 6);
        final byte[] model = filled(world);
        world.fault(column).failWhen(request -> true, IoStatus.ABORTED);
        assertEquals(level + " " + column, IoStatus.ABORTED, read(world, model.length));
        world.lose(column);
        assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
    }

    @Test
    public void aWriteGoesOnWithoutADeviceThatDoesNotAnswer() {
        for (final String level : new String[] {"10", "5", "50"}) {
            final SetWorld world = new SetWorld(4, level, 6);
            final byte[] model = filled(world);
            world.fault(0).failWhen(request -> true, IoStatus.ABORTED);
            new Random(5).nextBytes(model);
            assertEquals(level, IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, model));
            assertEquals(level, IoStatus.OK, Blocks.flush(world.sim(), world.set()));
            assertEquals(RaidSetState.DEGRADED, world.set().info().state());
            assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
        }
    }

    @Test
    public void aDeviceIsToldOfTheBlocksThatWereMended() {
        final SetWorld world = new SetWorld(6, "10", 2);
        final byte[] model = filled(world);
        world.corrupt(1, 0, 1, 100);
        world.corrupt(2, 0, 0, STRIP - 1);
        assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
        final long told =
                world.devices().stream().mapToLong(device -> device.corrected()).sum();
        assertEquals(world.set().info().mendedBlocks(), told);
        assertTrue(told > 0);
    }

    @Test
    public void onlyBlocksThatWereWrongCountWhoeverMendsThem() {
        for (final String level : new String[] {"10", "5", "50"}) {
            final SetWorld world = new SetWorld(new Simulation(7), level, 6, 2 * STRIP, 0);
            final byte[] model = filled(world);
            final int redundancy = world.set().geometry().dataStripsPerGroup();
            world.corrupt(1, 0, 0, STRIP + 100);
            world.corrupt(2, 0, redundancy, 5);
            world.corrupt(3, 0, redundancy, 6);
            world.corrupt(3, 0, redundancy, STRIP + 7);
            assertArrayEquals(model, Blocks.read(world.sim(), world.set(), 0, model.length));
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            assertEquals(level, 4, world.set().info().mendedBlocks());
            final long told =
                    world.devices().stream().mapToLong(SimDevice::corrected).sum();
            assertEquals(level, 4, told);
            assertEquals(0, world.set().info().unrepairable());
        }
    }

    private static byte[] filled(final SetWorld world) {
        final byte[] model = new byte[(int) world.set().sizeBytes()];
        new Random(1).nextBytes(model);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, model));
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        return model;
    }

    private static IoStatus read(final SetWorld world, final int length) {
        final ByteBuf data = Buffers.allocate(length);
        final IoStatus[] end = new IoStatus[1];
        world.sim().onLane(1, () -> {
            final IoRequest request = new IoRequest() {
                @Override
                protected void completed(final IoStatus status) {
                    end[0] = status;
                }
            };
            request.read(world.sim().lanes().lane(1), 0, length, data, 0);
            world.set().submit(request);
        });
        world.sim().runUntil(() -> end[0] != null);
        data.release();
        return end[0];
    }
}
