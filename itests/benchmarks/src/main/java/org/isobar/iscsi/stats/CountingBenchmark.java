package org.isobar.iscsi.stats;

import java.util.concurrent.TimeUnit;
import org.isobar.common.time.SystemClock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the figures of sessions and volumes cost each command. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CountingBenchmark {
    private static final int READ_16 = 0x88;
    private static final int BYTES = 4096;
    private static final int LATENCIES = 1024;
    private static final long STEP_NS = 997;

    private final TrafficCounts counts = new TrafficCounts();
    private final TurnClock clock = new TurnClock(new SystemClock());
    private int turn;

    /** A read of 4 KiB, of latencies that spread over the buckets. */
    @Benchmark
    public TrafficCounts count() {
        turn = (turn + 1) % LATENCIES;
        counts.opened();
        counts.answered(READ_16, 0, BYTES, 0, turn * STEP_NS);
        counts.closed();
        return counts;
    }

    /** The same with the reading of the clock. */
    @Benchmark
    public TrafficCounts countWithClock() {
        counts.opened();
        counts.answered(READ_16, 0, BYTES, 0, clock.tick() - clock.turnNs());
        counts.closed();
        return counts;
    }
}
