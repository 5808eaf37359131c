package org.isobar.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.VolumeThresholds;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.time.SystemClock;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.heat.PageHeat;
import org.isobar.volume.recording.AccessHeader;
import org.isobar.volume.recording.RecordingRun;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a request pays for heat and recording together, with recording off and on, and what the thread that writes pays: a
 * thousand requests for far pages of a volume of a million (4 TiB), then, where it is on, as many accesses are written.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecordingBenchmark {
    private static final int BATCH = 1000;
    private static final int PAGES = 1 << 20;
    private static final int STRIDE = 7919;
    private static final int HALF_LIFE_S = 120;
    private static final int PAGE_BYTES = 4 << 20;
    private static final int REQUEST_BYTES = 4096;
    private static final int WEEK_S = 604_800;

    private NettyLanes lanes;
    private Path folder;
    private RecordingRun run;
    private long files;
    private StoredVolume.Serving off;
    private StoredVolume.Serving on;
    private final Request request = new Request();
    private int page;

    /** A request that nobody serves. */
    private static final class Request extends IoRequest {
        @Override
        protected void completed(final IoStatus status) {}
    }

    @Setup
    public void build() throws IOException {
        lanes = new NettyLanes(1, "nio");
        folder = Files.createTempDirectory("recording");
        off = serving(null);
        record();
    }

    private void record() throws IOException {
        files++;
        final AccessHeader header = new AccessHeader(
                "vol", 1, (long) PAGES * PAGE_BYTES, PAGE_BYTES, System.currentTimeMillis(), 1, WEEK_S, 64L << 20);
        final Path path = folder.resolve("recording-" + files);
        run = new RecordingRun(1, path, header, new SystemClock(), 1, () -> {});
        Files.delete(path);
        on = serving(run);
    }

    private StoredVolume.Serving serving(final RecordingRun recording) {
        final VolumeDefinition definition = new VolumeDefinition(
                1,
                new UUID(0, 1),
                "vol",
                (long) PAGES * PAGE_BYTES,
                PAGE_BYTES,
                "A",
                "manual",
                true,
                VolumeThresholds.NONE,
                false,
                false);
        return new StoredVolume.Serving(
                definition,
                null,
                RoutingTable.local(PAGES),
                new PageHeat(new HeatClock(new SystemClock(), lanes.control(), HALF_LIFE_S), PAGES, PAGE_BYTES),
                recording == null ? null : recording.tap());
    }

    @TearDown
    public void close() throws IOException {
        run.stop();
        if (run.info().droppedAccesses() > 0) {
            throw new IllegalStateException("accesses were dropped: " + run.info());
        }
        Files.delete(folder);
        lanes.close();
    }

    private void touch(final StoredVolume.Serving serving) {
        for (int i = 0; i < BATCH; i++) {
            page = (page + STRIDE) & (PAGES - 1);
            request.read(lanes.control(), (long) page * PAGE_BYTES, REQUEST_BYTES, null, 0);
            serving.touch(request);
            request.complete(IoStatus.OK);
        }
    }

    /** Heat alone. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void off() {
        touch(off);
    }

    /** Heat and recording. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void on(final Written before) {
        touch(on);
    }

    /** Heat, recording, and the thread that writes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public boolean onAndWritten() throws IOException {
        touch(on);
        return write();
    }

    private boolean write() throws IOException {
        if (!run.step()) {
            record();
        }
        return run.running();
    }

    /** What was recorded was written before, by somebody else. */
    @State(Scope.Thread)
    public static class Written {
        @Setup(Level.Invocation)
        public void write(final RecordingBenchmark benchmark) throws IOException {
            benchmark.write();
        }
    }
}
