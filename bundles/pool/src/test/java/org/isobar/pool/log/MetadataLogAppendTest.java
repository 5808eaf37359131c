package org.isobar.pool.log;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.Before;
import org.junit.Test;

public class MetadataLogAppendTest {
    private static final int LONG_RECORD = 60 << 10;

    private final LogWorld world = new LogWorld(2, 3);

    @Before
    public void open() {
        world.open(0, 1, 2);
    }

    private List<AppendResult> appendTogether(final int count, final int lengthBytes, final boolean durable) {
        final List<AppendResult> results = new ArrayList<>();
        world.sim.onLane(0, () -> IntStream.range(0, count)
                .forEach(value -> world.log.append(ChainMachine.record(value, lengthBytes), durable, results::add)));
        world.sim.run();
        return results;
    }

    private long writes() {
        return world.devices.stream().mapToLong(device -> device.writes()).sum();
    }

    @Test
    public void writesAllRecordsOfOneTurnInOneBatch() {
        final long before = writes();
        assertEquals(20, appendTogether(20, 16, false).size());
        assertEquals(3, writes() - before);
        assertEquals(20, world.machine.count());
    }

    @Test
    public void collectsRecordsWhileBatchIsInFlight() {
        world.devices.forEach(device -> device.hold());
        world.sim.onLane(0, () -> world.log.append(ChainMachine.record(0, 4), false, result -> {}));
        world.sim.runUntil(() -> world.devices.stream().allMatch(device -> device.heldCount() == 1));
        final long before = writes();
        for (int i = 1; i < 10; i++) {
            appendTogether(1, 4, false);
        }
        assertEquals(0, writes() - before);
        assertEquals(0, world.machine.count());
        world.devices.forEach(device -> device.release());
        world.sim.run();
        assertEquals(3, writes() - before);
        assertEquals(10, world.machine.count());
    }

    @Test
    public void neverCrossesRecordsAndAppliesThemInOrder() {
        final List<Integer> order = new ArrayList<>();
        world.sim.onLane(0, () -> IntStream.range(0, 50)
                .forEach(value -> world.log.append(
                        ChainMachine.record(value, value % 7 == 0 ? 20_000 : 4), value % 3 == 0, result -> {
                            order.add(value);
                            assertEquals(order.size(), world.machine.count());
                        })));
        world.sim.run();
        assertEquals(IntStream.range(0, 50).boxed().toList(), order);
        assertEquals(ChainMachine.hashes(order).get(50).longValue(), world.machine.hash());
    }

    @Test
    public void takesLongestRecord() {
        assertEquals(AppendResult.OK, world.append(ChainMachine.record(1, LONG_RECORD), true));
        world.restart();
        world.open(0, 1, 2);
        assertEquals(1, world.machine.count());
    }

    @Test
    public void refusesWithBusyWhenTheQueueIsFull() {
        final int limit = LogWorld.SETTINGS.queuedRecordsMax();
        final List<AppendResult> results = appendTogether(limit + 3, 4, false);
        assertEquals(
                3,
                results.stream().filter(result -> result == AppendResult.BUSY).count());
        assertEquals(limit, world.machine.count());
        assertEquals(AppendResult.OK, world.append(1));
    }

    @Test
    public void durableRecordTakesAllBeforeItToStableMedia() {
        appendTogether(5, 4, false);
        assertTrue(world.media.stream().allMatch(media -> media.unstableWrites() == 1));
        assertEquals(AppendResult.OK, world.append(ChainMachine.record(9, 4), true));
        assertTrue(world.media.stream().allMatch(media -> media.unstableWrites() == 0));
    }

    @Test
    public void durableRecordNeedsNoFlushWhenNothingIsBeforeIt() {
        final long before = world.devices.get(0).flushes();
        assertEquals(AppendResult.OK, world.append(ChainMachine.record(9, 4), true));
        assertEquals(0, world.devices.get(0).flushes() - before);
        assertEquals(0, world.media.get(0).unstableWrites());
    }

    @Test
    public void flushTakesAllBeforeItToStableMedia() {
        world.append(1);
        assertEquals(AppendResult.OK, world.flush());
        assertTrue(world.media.stream().allMatch(media -> media.unstableWrites() == 0));
    }

    @Test
    public void flushCoversRecordsThatAreNotWrittenYet() {
        final List<AppendResult> results = new ArrayList<>();
        world.sim.onLane(0, () -> {
            world.log.append(ChainMachine.record(1, 4), false, result -> {});
            world.log.flush(results::add);
        });
        world.sim.run();
        assertEquals(List.of(AppendResult.OK), results);
        assertTrue(world.media.stream().allMatch(media -> media.unstableWrites() == 0));
    }

    @Test
    public void flushCostsNothingWhenAllIsStable() {
        world.append(1);
        world.flush();
        final long before = world.devices.get(0).flushes();
        assertEquals(AppendResult.OK, world.flush());
        assertEquals(0, world.devices.get(0).flushes() - before);
    }

    @Test
    public void flushCoversBatchInFlight() {
        world.devices.forEach(device -> device.hold());
        final List<String> order = new ArrayList<>();
        world.sim.onLane(0, () -> world.log.append(ChainMachine.record(0, 4), false, result -> order.add("append")));
        world.sim.runUntil(() -> world.devices.stream().allMatch(device -> device.heldCount() == 1));
        world.sim.onLane(0, () -> world.log.flush(result -> order.add("flush")));
        world.devices.forEach(device -> device.release());
        world.sim.run();
        assertEquals(List.of("append", "flush"), order);
        assertTrue(world.media.stream().allMatch(media -> media.unstableWrites() == 0));
    }

    @Test
    public void closeWritesWhatIsQueuedAndRefusesMore() {
        final List<AppendResult> results = new ArrayList<>();
        world.await(() -> {
            world.log.append(ChainMachine.record(1, 4), false, results::add);
            return world.log.close();
        });
        assertEquals(List.of(AppendResult.OK), results);
        assertTrue(world.media.stream().allMatch(media -> media.unstableWrites() == 0));
        assertEquals(AppendResult.CLOSED, world.append(2));
        assertEquals(AppendResult.CLOSED, world.flush());
        assertEquals(List.of(), world.active());
    }

    @Test
    public void opensAgainAfterClose() {
        world.append(1);
        world.await(() -> world.log.close());
        assertEquals(Opened.State.OPEN, world.open(0, 1, 2).state());
        assertEquals(1, world.machine.count());
        assertEquals(AppendResult.OK, world.append(2));
    }
}
