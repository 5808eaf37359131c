package org.isobar.itests.simulation;

import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.isobar.common.buffer.Buffers;
import org.isobar.testkit.FaultCounts;

/** Runs seeds on all cores for some time, and says how many, what was done to them, and which of them failed. */
public final class SeedsMain {
    private static final int MIB_SHIFT = 20;
    private static final long LOOK_MS = 60_000;
    private static final int SHOWN_MAX = 100;

    private final AtomicLong next;
    private final long firstSeed;
    private final long seedsMax;
    private final long endNs;
    private final long startNs = System.nanoTime();
    private final FaultCounts faults = new FaultCounts();
    private long done;
    private long failed;
    /** Whether a thread ended before its time, for lack of memory perhaps. */
    private volatile boolean cutShort;

    private SeedsMain(final long seconds, final long firstSeed, final long seedsMax) {
        this.firstSeed = firstSeed;
        this.seedsMax = seedsMax;
        next = new AtomicLong(firstSeed);
        endNs = startNs + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** {@code SECONDS FIRST_SEED SEEDS_MAX}; exits with 1 when a seed failed, or could not be run. */
    public static void main(final String[] args) throws InterruptedException {
        // A process that dies takes its buffers with it; here they are left to the garbage collector.
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        final SeedsMain run = new SeedsMain(Long.parseLong(args[0]), Long.parseLong(args[1]), Long.parseLong(args[2]));
        System.exit(run.run() ? 0 : 1);
    }

    private boolean run() throws InterruptedException {
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            final Thread thread = new Thread(this::work, "seeds-" + i);
            thread.setUncaughtExceptionHandler((of, failure) -> {
                cutShort = true;
                System.out.println("CUT SHORT " + of.getName() + ": " + failure);
            });
            thread.start();
            threads.add(thread);
        }
        for (final Thread thread : threads) {
            for (thread.join(LOOK_MS); thread.isAlive(); thread.join(LOOK_MS)) {
                report();
            }
        }
        report();
        return failed == 0 && !cutShort;
    }

    private void work() {
        for (long seed = next.getAndIncrement();
                seed - firstSeed < seedsMax && System.nanoTime() < endNs;
                seed = next.getAndIncrement()) {
            try {
                ended(Seed.run(seed));
            } catch (final AssertionError failure) {
                ended(failure);
            }
        }
    }

    private synchronized void ended(final FaultCounts more) {
        done++;
        faults.add(more);
    }

    private synchronized void ended(final AssertionError failure) {
        done++;
        failed++;
        if (failed <= SHOWN_MAX) {
            System.out.println("FAILED " + failure.getMessage());
        }
    }

    private synchronized void report() {
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf(
                "seeds=%d from=%d failed=%d seconds=%.0f seedsPerSecond=%.1f bufferMiB=%d%n  faults: %s%n",
                done, firstSeed, failed, seconds, done / seconds, Buffers.reservedBytes() >> MIB_SHIFT, faults);
    }
}
