package org.isobar.volume;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Page to member, on a volume of a million pages (4 TiB). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteBenchmark {
    private static final int PAGES = 1 << 20;
    private static final int STRIDE = 7919;

    private RoutingTable table;
    private int page;

    @Setup
    public void build() {
        table = RoutingTable.local(PAGES);
    }

    /** One look-up at a far page each time. */
    @Benchmark
    public int owner() {
        page = (page + STRIDE) & (PAGES - 1);
        return table.owner(page);
    }
}
