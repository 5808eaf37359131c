package org.isobar.pool.store;

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

/** Page to set and slot, on a space of a million pages (4 TiB). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PageLookupBenchmark {
    private static final int PAGES = 1 << 20;
    private static final int STRIDE = 7919;

    private PageTable table;
    private int page;

    @Setup
    public void build() {
        table = new PageTable(PAGES);
        for (int i = 0; i < PAGES; i++) {
            table.map(i, 1 + (i >> 6), i & 63);
        }
    }

    /** One look-up at a far page each time. */
    @Benchmark
    public int slot() {
        page = (page + STRIDE) & (PAGES - 1);
        return PageTable.slot(table.entry(page));
    }
}
