package org.isobar.testkit;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceListener;
import org.isobar.common.buffer.Buffers;
import org.junit.Test;

public final class SimDeviceTest {
    private static final long SIZE = 4L << 20;
    private static final int BLOCK = 512;

    private final Simulation sim = new Simulation(42);
    private final SimMedia media = newMedia(1);
    private final SimDevice device = new SimDevice(sim, media);

    @Test
    public void readsWhatWasWritten() {
        final byte[] bytes = filled(3 * BLOCK, 7);
        assertEquals(IoStatus.OK, Blocks.write(sim, device, 5 * BLOCK, bytes));
        assertArrayEquals(bytes, Blocks.read(sim, device, 5 * BLOCK, 3 * BLOCK));
        assertEquals(IoStatus.OK, Blocks.zero(sim, device, 6 * BLOCK, BLOCK));
        assertArrayEquals(new byte[BLOCK], Blocks.read(sim, device, 6 * BLOCK, BLOCK));
        assertArrayEquals(filled(BLOCK, 7), Blocks.read(sim, device, 7 * BLOCK, BLOCK));
    }

    @Test
    public void refusesWhatLiesBeyondItsEndOrBetweenBlocks() {
        assertEquals(IoStatus.OK, Blocks.readStatus(sim, device, SIZE - BLOCK, BLOCK));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(sim, device, SIZE - BLOCK, 2 * BLOCK));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(sim, device, SIZE, BLOCK));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(sim, device, 1, BLOCK));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(sim, device, 0, 100));
    }

    @Test
    public void acknowledgesAWriteThatItLoses() {
        device.loseWrite(request -> request.offsetBytes() == BLOCK);
        assertEquals(IoStatus.OK, Blocks.write(sim, device, 0, filled(BLOCK, 1)));
        assertEquals(IoStatus.OK, Blocks.write(sim, device, BLOCK, filled(BLOCK, 2)));
        assertArrayEquals(filled(BLOCK, 1), Blocks.read(sim, device, 0, BLOCK));
        assertArrayEquals(new byte[BLOCK], Blocks.read(sim, device, BLOCK, BLOCK));
        assertEquals(IoStatus.OK, Blocks.write(sim, device, BLOCK, filled(BLOCK, 3)));
        assertArrayEquals(filled(BLOCK, 3), Blocks.read(sim, device, BLOCK, BLOCK));
        assertEquals(1, media.faults().of(Fault.LOST_WRITE));
    }

    @Test
    public void acknowledgesAWriteThatItDoesElsewhere() {
        device.misdirectWrite(request -> true, 8 * BLOCK);
        assertEquals(IoStatus.OK, Blocks.write(sim, device, 0, filled(BLOCK, 1)));
        assertArrayEquals(new byte[BLOCK], Blocks.read(sim, device, 0, BLOCK));
        assertArrayEquals(filled(BLOCK, 1), Blocks.read(sim, device, 8 * BLOCK, BLOCK));
        assertEquals(1, media.faults().of(Fault.MISDIRECTED_WRITE));
    }

    @Test
    public void readsBadSectorsAgainWhenItBehaves() {
        device.failReads(0, BLOCK);
        assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(sim, device, 0, BLOCK));
        device.behave();
        assertEquals(IoStatus.OK, Blocks.readStatus(sim, device, 0, BLOCK));
        assertEquals(1, media.faults().of(Fault.BAD_SECTOR));
    }

    @Test
    public void endsShortWritesOnTheSpotThatNeedNotBeStable() {
        device.endShortWritesOnTheSpot();
        assertTrue(endsOnTheSpot(4096, false));
        assertArrayEquals(filled(4096, 3), media.peek(4096, 4096));
        assertFalse(endsOnTheSpot(4096, true));
        assertFalse(endsOnTheSpot(BLOCK, false));
        assertFalse(endsOnTheSpot(64 << 10, false));
        sim.restart();
        media.kill(sim.random());
        assertArrayEquals(filled(4096, 3), media.peek(4096, 4096));
    }

    private boolean endsOnTheSpot(final int length, final boolean durable) {
        final ByteBuf data = Buffers.allocate(length);
        data.setBytes(0, filled(length, 3));
        final boolean[] ended = new boolean[2];
        sim.onLane(0, () -> {
            final IoRequest request = new IoRequest() {
                @Override
                protected void completed(final IoStatus status) {
                    ended[0] = status == IoStatus.OK;
                }
            };
            request.write(sim.lanes().control(), 4096, length, data, 0, durable);
            device.submit(request);
            ended[1] = ended[0];
        });
        sim.run();
        assertTrue(ended[0]);
        data.release();
        return ended[1];
    }

    @Test
    public void copiesAMediumWithWhatIsNotStable() {
        Blocks.write(sim, device, 0, filled(BLOCK, 1));
        final SimMedia copy = media.copy();
        Blocks.write(sim, device, 0, filled(BLOCK, 2));
        assertArrayEquals(filled(BLOCK, 1), copy.peek(0, BLOCK));
    }

    @Test
    public void keepsCompletedWritesWhenTheProcessDies() {
        Blocks.write(sim, device, 0, filled(BLOCK, 1));
        sim.restart();
        media.kill(sim.random());
        assertArrayEquals(filled(BLOCK, 1), media.peek(0, BLOCK));
    }

    @Test
    public void keepsFlushedAndDurableWritesThroughPowerLossAndMayLoseOthers() {
        boolean lost = false;
        boolean kept = false;
        boolean torn = false;
        for (int seed = 0; seed < 60; seed++) {
            final Simulation world = new Simulation(seed);
            final SimMedia disk = newMedia(2);
            final SimDevice dev = new SimDevice(world, disk);
            Blocks.write(world, dev, 0, filled(4 * BLOCK, 1));
            Blocks.flush(world, dev);
            Blocks.write(world, dev, 0, filled(4 * BLOCK, 2));
            Blocks.writeDurable(world, dev, 8 * BLOCK, filled(BLOCK, 3));
            world.stop();
            disk.powerLoss(world.random());
            assertArrayEquals(filled(BLOCK, 3), disk.peek(8 * BLOCK, BLOCK));
            final byte[] now = disk.peek(0, 4 * BLOCK);
            lost |= Arrays.equals(now, filled(4 * BLOCK, 1));
            kept |= Arrays.equals(now, filled(4 * BLOCK, 2));
            torn |= now[0] != now[BLOCK] || now[BLOCK] != now[2 * BLOCK];
            for (int i = 0; i < now.length; i++) {
                assertEquals(now[i / BLOCK * BLOCK], now[i]);
                assertTrue(now[i] == 1 || now[i] == 2);
            }
        }
        assertTrue(lost && kept && torn);
    }

    @Test
    public void letsALaterDurableWriteWinOverAnEarlierOneThatWasNotFlushed() {
        for (int seed = 0; seed < 40; seed++) {
            final Simulation world = new Simulation(seed);
            final SimMedia disk = newMedia(2);
            final SimDevice dev = new SimDevice(world, disk);
            Blocks.write(world, dev, 0, filled(4 * BLOCK, 1));
            Blocks.writeDurable(world, dev, BLOCK, filled(BLOCK, 2));
            world.stop();
            disk.powerLoss(world.random());
            assertArrayEquals(filled(BLOCK, 2), disk.peek(BLOCK, BLOCK));
        }
    }

    @Test
    public void mayLeavePartOfAWriteThatWasInFlight() {
        boolean partly = false;
        for (int seed = 0; seed < 200; seed++) {
            final Simulation world = new Simulation(seed);
            final SimMedia disk = newMedia(3);
            final SimDevice dev = new SimDevice(world, disk);
            final ByteBuf buffer = Buffers.allocate(8 * BLOCK).setBytes(0, filled(8 * BLOCK, 5));
            final Recorder request = new Recorder();
            world.onLane(0, () -> {
                request.write(world.lanes().lane(0), 0, 8 * BLOCK, buffer, 0, false);
                dev.submit(request);
            });
            world.runFor(150_000);
            world.stop();
            disk.kill(world.random());
            buffer.release();
            final byte[] now = disk.peek(0, 8 * BLOCK);
            partly |= request.statuses.isEmpty()
                    && !Arrays.equals(now, new byte[8 * BLOCK])
                    && !Arrays.equals(now, filled(8 * BLOCK, 5));
        }
        assertTrue(partly);
    }

    @Test
    public void failsTheNthRequestAndTheNextFlushAfterAFailedWrite() {
        device.failNth(2);
        assertEquals(IoStatus.OK, Blocks.write(sim, device, 0, filled(BLOCK, 1)));
        assertEquals(IoStatus.IO_ERROR, Blocks.write(sim, device, 0, filled(BLOCK, 1)));
        assertEquals(IoStatus.IO_ERROR, Blocks.flush(sim, device));
        assertEquals(IoStatus.OK, Blocks.flush(sim, device));
    }

    @Test
    public void failsReadsOfABadRangeUntilItIsWrittenAgain() {
        device.failReads(4 * BLOCK, BLOCK);
        assertEquals(IoStatus.OK, Blocks.readStatus(sim, device, 3 * BLOCK, BLOCK));
        assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(sim, device, 3 * BLOCK, 2 * BLOCK));
        Blocks.write(sim, device, 4 * BLOCK, filled(BLOCK, 1));
        assertEquals(IoStatus.OK, Blocks.readStatus(sim, device, 3 * BLOCK, 2 * BLOCK));
    }

    @Test
    public void isOfflineWhileLostAndTellsTheDirectorysListeners() {
        final SimDevices directory = new SimDevices(sim, List.of(device));
        final List<String> heard = new ArrayList<>();
        directory.addListener(new DeviceListener() {
            @Override
            public void deviceAdded(final Device which) {
                assertTrue(sim.lanes().control().current());
                heard.add("added");
            }

            @Override
            public void deviceLost(final Device which) {
                heard.add("lost");
            }

            @Override
            public void deviceReturned(final Device which) {
                heard.add("returned");
            }
        });
        directory.lose(device.uuid());
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(sim, device, 0, BLOCK));
        directory.comeBack(device.uuid());
        assertEquals(IoStatus.OK, Blocks.readStatus(sim, device, 0, BLOCK));
        sim.run();
        assertEquals(List.of("added", "lost", "returned"), heard);
    }

    @Test
    public void keepsCompletionsBackWhileHeld() {
        device.hold();
        final Recorder request = new Recorder();
        sim.onLane(0, () -> {
            request.flush(sim.lanes().lane(0));
            device.submit(request);
        });
        sim.run();
        assertEquals(1, device.heldCount());
        assertEquals(List.of(), request.statuses);
        device.release();
        sim.run();
        assertEquals(List.of(IoStatus.OK), request.statuses);
    }

    @Test
    public void catchesABufferThatChangesWhileItIsWritten() {
        device.hold();
        final ByteBuf buffer = Buffers.allocateZeroed(BLOCK);
        final Recorder request = new Recorder();
        sim.onLane(0, () -> {
            request.write(sim.lanes().lane(0), 0, BLOCK, buffer, 0, false);
            device.submit(request);
        });
        sim.run();
        buffer.setByte(9, 1);
        device.release();
        assertThrows(AssertionError.class, sim::run);
        buffer.release();
    }

    @Test
    public void replaysAnyPrefixOfAWriteLog() {
        final WriteLog log = new WriteLog();
        final Device logged = new WriteLogDevice(new DelayDevice(sim, device, 10, 1000), log);
        Blocks.write(sim, logged, 0, filled(BLOCK, 1));
        Blocks.flush(sim, logged);
        Blocks.write(sim, logged, 0, filled(BLOCK, 2));
        Blocks.zero(sim, logged, 0, BLOCK);
        assertEquals(4, log.size());
        assertEquals(IoOp.FLUSH, log.entries().get(1).op());
        final int[] expected = {0, 1, 1, 2, 0};
        for (int count = 0; count <= log.size(); count++) {
            final SimMedia copy = newMedia(1);
            log.replay(count, Map.of(device.uuid(), copy));
            assertArrayEquals(filled(BLOCK, expected[count]), copy.peek(0, BLOCK));
        }
    }

    @Test
    public void failsEachRequestOfAScenarioOnce() {
        final List<IoStatus> ends = new ArrayList<>();
        final int failed = FailAtN.untilClean(failure -> {
            final Simulation world = new Simulation(failure.n());
            final FaultDevice faulty = new FaultDevice(new SimDevice(world, newMedia(1)));
            faulty.failWhen(failure, IoStatus.IO_ERROR);
            ends.add(Blocks.write(world, faulty, 0, filled(BLOCK, 1)));
            ends.add(Blocks.flush(world, faulty));
        });
        assertEquals(2, failed);
        assertEquals(
                List.of(
                        IoStatus.IO_ERROR, IoStatus.OK,
                        IoStatus.OK, IoStatus.IO_ERROR,
                        IoStatus.OK, IoStatus.OK),
                ends);
    }

    @Test
    public void tellsATestThatItsProcessWasStopped() {
        device.failWhen(request -> {
            sim.stop();
            return false;
        });
        assertThrows(Simulation.StoppedException.class, () -> Blocks.write(sim, device, 0, filled(BLOCK, 1)));
    }

    private static SimMedia newMedia(final long id) {
        return new SimMedia(new UUID(0, id), SIZE, SimMedia.layoutFor(SIZE, 64 * 1024));
    }

    private static byte[] filled(final int length, final int value) {
        final byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static final class Recorder extends IoRequest {
        private final List<IoStatus> statuses = new ArrayList<>();

        @Override
        protected void completed(final IoStatus status) {
            statuses.add(status);
        }
    }
}
