package org.isobar.volume.balance;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.testkit.Simulation;
import org.junit.Test;

/** Moves of a plan, made on devices whose speed is made up. */
public final class BalanceRunTest {
    private static final int PAGE = 1 << 20;

    private final Simulation sim = new Simulation(1);
    private final List<Long> ended = new ArrayList<>();
    private final List<Integer> endedBytes = new ArrayList<>();
    private long bytesPerSecond = 1L << 30;
    private int out;
    private int mostOut;
    private IntSupplier tookMs = () -> 100;
    private Code failure;
    private int failsWhileOut = Integer.MAX_VALUE;
    private final BalanceRun run = new BalanceRun(sim.lanes().control(), sim.clock(), new Devices());

    @Test
    public void makesMoreAtATimeWhileThatSlowsNothing() {
        plan(300);
        pass(20_000);

        assertEquals(MovePace.MOST, mostOut);
        assertEquals(
                IntStream.range(0, 300).asLongStream().sum(),
                ended.stream().mapToLong(each -> each).sum());
        assertEquals(300, ended.size());
        assertEquals(0, run.left());
    }

    @Test
    public void makesFewAtATimeWhereTheyWaitForEachOther() {
        tookMs = () -> 100 * out;
        plan(300);
        pass(30_000);

        assertTrue("mostOut=" + mostOut, mostOut <= 4);
        assertTrue("ended=" + ended.size(), ended.size() >= 150);
    }

    @Test
    public void restsAsLongAsAMoveTook() {
        plan(3);
        pass(450);

        assertEquals(2, ended.size());
        assertEquals(1, mostOut);
    }

    @Test
    public void keepsToTheBudgetWithManyAtATime() {
        bytesPerSecond = 8 * PAGE;
        tookMs = () -> 500;
        plan(1000);
        pass(100_000);

        assertTrue("ended=" + ended.size(), ended.size() >= 600 && ended.size() <= 801);
    }

    @Test
    public void triesAgainWithoutOthersWhatFoundNoRoom() {
        failure = Code.NO_SPACE;
        failsWhileOut = 3;
        plan(100);
        pass(60_000);

        assertEquals(100, ended.size());
        assertTrue(endedBytes.stream().allMatch(bytes -> bytes == PAGE));
    }

    @Test
    public void countsAsFailedWhatFindsNoRoomByItself() {
        failure = Code.NO_SPACE;
        failsWhileOut = 1;
        plan(10);
        pass(10_000);

        assertEquals(10, ended.size());
        assertTrue(endedBytes.stream().allMatch(bytes -> bytes == 0));
    }

    @Test
    public void triesNothingAgainThatFailedForAnotherReason() {
        failure = Code.UNAVAILABLE;
        failsWhileOut = 2;
        plan(20);
        pass(20_000);

        assertEquals(20, ended.size());
        assertTrue(endedBytes.stream().anyMatch(bytes -> bytes == 0));
    }

    @Test
    public void beginsNothingMoreOnceStopped() {
        failure = Code.NO_SPACE;
        plan(100);
        pass(2000);
        final int begun = ended.size() + run.underWay().size();
        assertTrue("mostOut=" + mostOut, mostOut > 1);
        assertTrue("ended=" + ended.size(), begun < 100);
        failsWhileOut = 1;
        run.stop();
        pass(10_000);

        assertEquals(begun, ended.size());
        assertEquals(0, run.left());
    }

    private void plan(final int count) {
        run.replace(IntStream.range(0, count)
                .mapToObj(page -> new BalanceMove(1, page, "A", "B", "because", 1))
                .toList());
    }

    private void pass(final int ms) {
        sim.runFor(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private final class Devices implements BalanceRun.Parts {
        @Override
        public BalanceRun.Attempt begin(final BalanceMove move) {
            out++;
            mostOut = Math.max(mostOut, out);
            final CompletableFuture<Boolean> moved = new CompletableFuture<>();
            sim.lanes().control().schedule(() -> end(moved), TimeUnit.MILLISECONDS.toNanos(tookMs.getAsInt()));
            return new BalanceRun.Attempt(PAGE, moved);
        }

        private void end(final CompletableFuture<Boolean> moved) {
            final boolean fails = out >= failsWhileOut;
            out--;
            if (fails) {
                moved.completeExceptionally(new CompletionException(new StorageException(failure, "no room")));
            } else {
                moved.complete(true);
            }
        }

        @Override
        public long bytesPerSecond() {
            return bytesPerSecond;
        }

        @Override
        public void ended(final BalanceMove move, final int movedBytes) {
            ended.add(move.page());
            endedBytes.add(movedBytes);
        }
    }
}
