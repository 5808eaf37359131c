package org.isobar.testkit;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.isobar.common.lane.Lane;
import org.junit.Test;

public final class SimulationTest {
    private final Simulation sim = new Simulation(1, 3);
    private final List<String> seen = new ArrayList<>();

    @Test
    public void runsTasksOfOneLaneInOrder() {
        for (int i = 0; i < 20; i++) {
            final String name = "task " + i;
            sim.onLane(1, () -> seen.add(name));
        }
        sim.run();
        assertEquals(20, seen.size());
        for (int i = 0; i < 20; i++) {
            assertEquals("task " + i, seen.get(i));
        }
    }

    @Test
    public void isOnALaneOnlyWhileItsTaskRuns() {
        assertNull(sim.lanes().current());
        sim.onLane(2, () -> {
            assertTrue(sim.lanes().lane(2).current());
            assertFalse(sim.lanes().lane(1).current());
            assertSame(sim.lanes().lane(2), sim.lanes().current());
            seen.add("ran");
        });
        assertEquals(List.of(), seen);
        sim.run();
        assertEquals(List.of("ran"), seen);
        assertNull(sim.lanes().current());
    }

    @Test
    public void leavesPeriodicTimersAloneInRun() {
        every(TimeUnit.SECONDS.toNanos(1));
        sim.run();
        assertEquals(List.of(), seen);
        sim.runFor(TimeUnit.SECONDS.toNanos(5));
        assertEquals(5, seen.size());
    }

    @Test
    public void jumpsToTimersWhileAwaiting() {
        final CompletableFuture<String> later = new CompletableFuture<>();
        final long startNs = sim.clock().nanoTime();
        sim.lanes().control().schedule(() -> later.complete("done"), TimeUnit.MINUTES.toNanos(10));
        assertEquals("done", sim.await(later));
        assertEquals(TimeUnit.MINUTES.toNanos(10), sim.clock().nanoTime() - startNs);
    }

    @Test
    public void throwsWhatAnAwaitedStageFailedWith() {
        final CompletableFuture<String> later = new CompletableFuture<>();
        final IllegalStateException cause = new IllegalStateException("broken");
        sim.onLane(0, () -> later.completeExceptionally(cause));
        assertSame(cause, assertThrows(IllegalStateException.class, () -> sim.await(later.thenApply(x -> x))));
    }

    @Test
    public void failsWhenNothingCanHappenAnyMore() {
        assertThrows(AssertionError.class, () -> sim.await(new CompletableFuture<String>()));
    }

    @Test
    public void failsWhenOnlyTimersGoOnForAnHour() {
        every(TimeUnit.SECONDS.toNanos(1));
        assertThrows(AssertionError.class, () -> sim.await(new CompletableFuture<String>()));
    }

    @Test
    public void cancelsTimers() {
        final Lane.Timer timer = sim.lanes().control().schedule(() -> seen.add("ran"), 10);
        timer.cancel();
        sim.runFor(100);
        assertEquals(List.of(), seen);
    }

    @Test
    public void failsWithTheSeedWhenATaskThrows() {
        sim.onLane(0, () -> {
            throw new IllegalStateException("bug");
        });
        final AssertionError failure = assertThrows(AssertionError.class, sim::run);
        assertTrue(failure.getMessage(), failure.getMessage().contains("seed=1"));
    }

    @Test
    public void runsNothingOfAStoppedProcess() {
        final Lane old = sim.lanes().control();
        old.execute(() -> seen.add("queued"));
        old.schedule(() -> seen.add("timer"), 5);
        sim.stop();
        old.execute(() -> seen.add("queued after"));
        sim.restart();
        old.execute(() -> seen.add("queued by the dead"));
        sim.onLane(0, () -> seen.add("new"));
        sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertEquals(List.of("new"), seen);
    }

    @Test
    public void replaysFromItsSeed() {
        assertEquals(trace(7), trace(7));
    }

    private static List<String> trace(final long seed) {
        final Simulation world = new Simulation(seed, 4);
        final List<String> events = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            final int lane = world.random().nextInt(4);
            final String name = i + " on " + lane;
            world.onLane(lane, () -> events.add(name + " at " + world.clock().nanoTime()));
        }
        world.run();
        return events;
    }

    private void every(final long periodNs) {
        sim.lanes()
                .control()
                .schedule(
                        () -> {
                            seen.add("tick");
                            every(periodNs);
                        },
                        periodNs);
    }
}
