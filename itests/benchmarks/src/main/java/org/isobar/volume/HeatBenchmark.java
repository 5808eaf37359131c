package org.isobar.volume;

import java.util.concurrent.TimeUnit;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.time.SystemClock;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.heat.PageHeat;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a request pays for routing and heat together, on a volume of a million pages (4 TiB). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeatBenchmark {
    private static final int PAGES = 1 << 20;
    private static final int STRIDE = 7919;
    private static final int HALF_LIFE_S = 120;
    private static final int PAGE_BYTES = 4 << 20;
    private static final int REQUEST_BYTES = 4096;

    private NettyLanes lanes;
    private RoutingTable table;
    private PageHeat heat;
    private int page;

    @Setup
    public void build() {
        table = RoutingTable.local(PAGES);
        lanes = new NettyLanes(1, "nio");
        heat = new PageHeat(new HeatClock(new SystemClock(), lanes.control(), HALF_LIFE_S), PAGES, PAGE_BYTES);
    }

    @TearDown
    public void close() {
        lanes.close();
    }

    /** Counts a request for a far page each time. */
    @Benchmark
    public void touch() {
        page = (page + STRIDE) & (PAGES - 1);
        heat.touch((page & 1) == 0, (long) page * PAGE_BYTES, REQUEST_BYTES);
    }

    /** Routes a request to a far page each time, and counts it. */
    @Benchmark
    public int routeAndTouch() {
        page = (page + STRIDE) & (PAGES - 1);
        heat.touch((page & 1) == 0, (long) page * PAGE_BYTES, REQUEST_BYTES);
        return table.owner(page);
    }
}
