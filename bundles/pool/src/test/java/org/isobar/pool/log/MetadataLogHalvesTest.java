package org.isobar.pool.log;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

public class MetadataLogHalvesTest {
    private static final int HALF_BYTES = 508 << 10;

    private final LogWorld world = new LogWorld(3, 2);

    @Before
    public void open() {
        world.open(0, 1);
    }

    private int fill(final int records, final int lengthBytes) {
        int written = 0;
        for (int i = 0; i < records; i++) {
            final AppendResult result = world.append(ChainMachine.record(i, lengthBytes), false);
            written += result.ok() ? 1 : 0;
        }
        return written;
    }

    @Test
    public void switchesBackAndForthAndLosesNothing() {
        final int before = world.machine.checkpoints();
        assertEquals(400, fill(400, 10_000));
        assertTrue(world.machine.checkpoints() - before >= 8);
        final long hash = world.machine.hash();
        world.restart();
        world.open(0, 1);
        assertEquals(400, world.machine.count());
        assertEquals(hash, world.machine.hash());
    }

    @Test
    public void keepsOrderWhenLoadedAcrossSwitches() {
        final List<Integer> told = new ArrayList<>();
        final List<AppendResult> busy = new ArrayList<>();
        for (int round = 0; round < 40; round++) {
            final int first = round * 10;
            world.sim.onLane(0, () -> {
                for (int i = 0; i < 10; i++) {
                    final int value = first + i;
                    world.log.append(ChainMachine.record(value, 15_000), false, result -> {
                        if (result.ok()) {
                            told.add(value);
                        } else {
                            busy.add(result);
                        }
                    });
                }
            });
            world.sim.runFor(2_000_000);
        }
        world.sim.run();
        assertEquals(400, told.size() + busy.size());
        assertTrue("told=" + told.size(), told.size() > 100);
        assertTrue(busy.stream().allMatch(result -> result == AppendResult.BUSY));
        final List<Long> hashes = ChainMachine.hashes(told);
        assertEquals(hashes.get(told.size()).longValue(), world.machine.hash());
        world.restart();
        world.open(0, 1);
        assertEquals(hashes.get(told.size()).longValue(), world.machine.hash());
    }

    @Test
    public void refusesToGrowBeyondTheHalfButStillTakesWhatShrinks() {
        world.machine.ballast(HALF_BYTES);
        assertEquals(AppendResult.NO_SPACE, world.append(1));
        assertEquals(AppendResult.OK, world.appendFromReserve(2));
        world.machine.ballast(0);
        assertEquals(AppendResult.OK, world.append(3));
        assertEquals(2, world.machine.count());
    }

    @Test
    public void letsUrgentRecordsTakeHalfOfWhatIsKeptFree() {
        final int step = HALF_BYTES / 256;
        int ballast = 0;
        while (world.append(1).ok()) {
            ballast += step;
            world.machine.ballast(ballast);
        }
        final int ordinary = ballast;
        while (world.appendUrgently(2).ok()) {
            ballast += step;
            world.machine.ballast(ballast);
        }
        final int urgent = ballast;
        while (ballast < HALF_BYTES && world.appendFromReserve(3).ok()) {
            ballast += step;
            world.machine.ballast(ballast);
        }
        assertTrue("ordinary=" + ordinary + " urgent=" + urgent, urgent > ordinary + 4 * step);
        assertTrue("urgent=" + urgent + " all=" + ballast, ballast > urgent + 4 * step);
    }

    @Test
    public void countsRecordsNotYetAppliedAgainstTheSpace() {
        world.machine.ballast(HALF_BYTES / 4);
        final List<AppendResult> results = new ArrayList<>();
        world.sim.onLane(0, () -> {
            for (int i = 0; i < 5; i++) {
                world.log.append(ChainMachine.record(i, 45_000), false, results::add);
            }
        });
        world.sim.run();
        assertTrue(results.toString(), results.contains(AppendResult.OK) && results.contains(AppendResult.BUSY));
    }

    @Test
    public void outlivesCheckpointThatIsLargerThanItSaid() {
        world.machine.hidden(HALF_BYTES);
        int written = 0;
        while (world.append(ChainMachine.record(written, 10_000), false).ok()) {
            written++;
        }
        assertTrue("written=" + written, written > 10);
        assertEquals(AppendResult.NO_SPACE, world.append(0));
        assertEquals("what shrinks the state still goes", AppendResult.OK, world.appendFromReserve(1));
        final int kept = world.machine.count();
        world.machine.hidden(0);
        world.appendFromReserve(2);
        assertEquals(AppendResult.OK, world.append(3));
        world.restart();
        world.open(0, 1);
        assertEquals(kept + 2, world.machine.count());
    }

    @Test
    public void answersNoSpaceWhenEvenTheReserveIsUsedUp() {
        world.machine.hidden(HALF_BYTES);
        AppendResult result = AppendResult.OK;
        for (int i = 0; i < 1000 && result.ok(); i++) {
            result = world.append(ChainMachine.record(i, 10_000), false);
        }
        for (int i = 0; i < 1000 && (result.ok() || i == 0); i++) {
            result = world.appendFromReserve(i);
        }
        assertEquals(AppendResult.NO_SPACE, result);
        assertEquals(List.of(), world.fences);
        final int kept = world.machine.count();
        world.restart();
        world.open(0, 1);
        assertEquals(kept, world.machine.count());
    }

    @Test
    public void keepsRoomToDropDevicesWhenFull() {
        world.machine.hidden(HALF_BYTES);
        AppendResult result = AppendResult.OK;
        for (int i = 0; i < 1000 && (result.ok() || i == 0); i++) {
            result = world.append(ChainMachine.record(i, 10_000), false);
        }
        world.deactivate(1);
        assertEquals(world.uuids(0), world.active());
    }
}
