package org.isobar.testkit.throttle;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.throttle.ThrottleSpec.Zone;
import org.junit.After;
import org.junit.Test;

/** How long requests take, in simulated time, over a layer that takes none. */
public class ThrottledLayerTest {
    private static final int MIB = 1 << 20;
    private static final long SIZE = 1L << 30;
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final List<Zone> TWO_ZONES = List.of(new Zone(0, 200), new Zone(512, 100));

    private final Simulation sim = new Simulation(1, 2);
    private final ByteBuf data = Buffers.allocateZeroed(MIB);
    private final Instant inside = new Instant();
    private final List<Timed> requests = new ArrayList<>();

    @After
    public void release() {
        data.release();
    }

    @Test
    public void readsElsewhereArePositionedAndThoseThatGoOnAreNot() {
        final BlockLayer layer = layer(spec(List.of(), 1));
        read(layer, 0, 4096, 4096);
        read(layer, 0, 8192, 4096);
        read(layer, 0, 4096, 4096);
        sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertTimes(8 * MS, 8 * MS, 16 * MS);
    }

    @Test
    public void dataTakesAsLongAsItsZoneSays() {
        final BlockLayer layer = layer(spec(TWO_ZONES, 1));
        read(layer, 0, 0, MIB);
        read(layer, 0, 512L * MIB, MIB);
        sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertTimes(5 * MS, (5 + 8 + 10) * MS);
    }

    @Test
    public void asManyAsMayAreInFlightAndTheirDataGoesInARow() {
        final BlockLayer layer = layer(spec(TWO_ZONES, 2));
        for (int i = 0; i < 3; i++) {
            read(layer, i % 2, (3 + 2L * i) * MIB, MIB);
        }
        sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertTimes((8 + 5) * MS, (8 + 5 + 5) * MS, (13 + 8 + 5) * MS);
    }

    @Test
    public void writesAndFlushesHaveTimesOfTheirOwn() {
        final BlockLayer layer = layer(spec(List.of(), 1));
        submit(layer, 0, request -> request.write(request.onLane, 4096, 4096, data, 0, false));
        submit(layer, 0, request -> request.write(request.onLane, 8192, 4096, data, 0, true));
        submit(layer, 0, request -> request.flush(request.onLane));
        submit(layer, 0, request -> request.discard(request.onLane, MIB, MIB));
        sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertTimes(2 * MS, (2 + 4) * MS, (6 + 16) * MS, (22 + 2) * MS);
    }

    @Test
    public void endsEachOnceOnItsLane() {
        final BlockLayer layer = layer(spec(TWO_ZONES, 4));
        for (int i = 0; i < 100; i++) {
            read(layer, i % 2, sim.random().nextInt(1000) * (long) MIB, 4096);
        }
        sim.runFor(TimeUnit.SECONDS.toNanos(10));
        requests.forEach(request -> assertEquals(1, request.ends));
    }

    @Test
    public void isBusyWhenMoreWaitsThanItMayHold() {
        final BlockLayer layer = layer(spec(List.of(), 1));
        for (int i = 0; i <= ThrottledLayer.HELD_MAX; i++) {
            read(layer, 0, MIB, 4096);
        }
        sim.runFor(TimeUnit.SECONDS.toNanos(1000));
        final List<IoStatus> ends =
                requests.stream().map(request -> request.status).toList();
        assertEquals(IoStatus.BUSY, ends.get(ThrottledLayer.HELD_MAX));
        assertEquals(
                ThrottledLayer.HELD_MAX,
                ends.stream().filter(IoStatus.OK::equals).count());
        read(layer, 0, MIB, 4096);
        sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertEquals(IoStatus.OK, requests.get(requests.size() - 1).status);
    }

    @Test
    public void noiseAndOutliersFollowFromTheSeed() {
        final LongStream first = noisy(7);
        final List<Long> times = first.boxed().toList();
        assertEquals(times, noisy(7).boxed().toList());
        assertNotEquals(times, noisy(8).boxed().toList());
        final long slow = times.stream().filter(ns -> ns > 40 * MS).count();
        assertTrue("one in ten takes ten times as long: " + slow, slow > 60 && slow < 140);
        final List<Long> usual = times.stream().filter(ns -> ns < 40 * MS).toList();
        assertEquals(8.0, usual.stream().mapToLong(ns -> ns).average().orElseThrow() / MS, 0.2);
    }

    @Test
    public void allWaysToADeviceShareItsQueueAndOthersAreLeftAlone() {
        final DeviceThrottle throttle =
                new DeviceThrottle(Map.of("slow.path", "/dev/slow*", "slow.read.latency.us", "8000"), sim.clock());
        final BlockLayer first = throttle.wrap("/dev/slow1", inside);
        final BlockLayer second = throttle.wrap("/dev/slow1", inside);
        final BlockLayer other = throttle.wrap("/dev/slow2", inside);
        assertSame(inside, throttle.wrap("/dev/fast", inside));
        read(first, 0, MIB, 4096);
        read(second, 1, MIB, 4096);
        read(other, 0, MIB, 4096);
        sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertTimes(8 * MS, 16 * MS, 8 * MS);
    }

    private LongStream noisy(final long seed) {
        final ThrottleSpec spec = new ThrottleSpec(8000, 0, 0, 0, List.of(), 1, 10, 10, 10, seed);
        final ServiceTimes times = new ServiceTimes(spec);
        final Timed request = new Timed(sim.lanes().lane(0));
        request.read(request.onLane, 0, 4096, data, 0);
        final long[] took = new long[1000];
        long nowNs = 0;
        times.endNs(request, nowNs);
        for (int i = 0; i < took.length; i++) {
            request.ends = 0;
            nowNs += TimeUnit.SECONDS.toNanos(1);
            took[i] = times.endNs(request, nowNs) - nowNs;
        }
        return LongStream.of(took);
    }

    private static ThrottleSpec spec(final List<Zone> zones, final int inFlight) {
        return new ThrottleSpec(8000, 2000, 4000, 16_000, zones, inFlight, 0, 0, 1, 1);
    }

    private BlockLayer layer(final ThrottleSpec spec) {
        return new ThrottledLayer(inside, spec, sim.clock());
    }

    private void read(final BlockLayer layer, final int lane, final long offset, final int length) {
        submit(layer, lane, request -> request.read(request.onLane, offset, length, data, 0));
    }

    private void submit(final BlockLayer layer, final int lane, final SetUp setUp) {
        final Timed request = new Timed(sim.lanes().lane(lane));
        setUp.on(request);
        requests.add(request);
        request.began = sim.clock().nanoTime();
        layer.submit(request);
    }

    /** Times may be off by what a simulated lane takes. */
    private void assertTimes(final long... expectedNs) {
        for (int i = 0; i < expectedNs.length; i++) {
            final Timed request = requests.get(i);
            assertEquals(IoStatus.OK, request.status);
            final long offNs = request.ended - request.began - expectedNs[i];
            assertTrue("request " + i + " off by " + offNs, Math.abs(offNs) < MS / 10);
        }
    }

    private interface SetUp {
        void on(Timed request);
    }

    private final class Timed extends IoRequest {
        private final Lane onLane;
        private long began;
        private long ended;
        private int ends;
        private IoStatus status;

        Timed(final Lane onLane) {
            this.onLane = onLane;
        }

        @Override
        protected void completed(final IoStatus with) {
            ended = sim.clock().nanoTime();
            ends++;
            status = with;
            if (with == IoStatus.OK) {
                assertSame(onLane, sim.lanes().current());
            }
        }
    }

    /** Ends requests at once. */
    private static final class Instant implements BlockLayer {
        @Override
        public long sizeBytes() {
            return SIZE;
        }

        @Override
        public int blockBytes() {
            return 512;
        }

        @Override
        public void submit(final IoRequest request) {
            request.complete(IoStatus.OK);
        }
    }
}
