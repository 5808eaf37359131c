package org.isobar.profiler;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.pool.FreeChunklets;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobState;
import org.isobar.common.job.Jobs;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.ZonedProbe;
import org.junit.Test;

public final class ProfileRunTest {
    private static final UUID DEVICE = new UUID(7, 7);
    private static final long SIZE_BYTES = 120L << 30;
    private static final long CHUNKLET_BYTES = 64L << 20;
    private static final DeviceLayout LAYOUT = SimMedia.layoutFor(SIZE_BYTES, CHUNKLET_BYTES);
    private static final double FASTEST_MIB_PER_S = 240;
    private static final long POSITIONING_NS = TimeUnit.MILLISECONDS.toNanos(6);
    private static final double NOISE = 0.03;
    private static final double OUTLIERS = 0.002;
    private static final int SEEDS = 100;

    @Test
    public void cutsAZonedDiskAtItsZones() {
        int right = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final Random random = new Random(seed);
            final List<Double> borders = borders(random, 3 + random.nextInt(6));
            if (right(borders, regions(seed, borders, NOISE, OUTLIERS))) {
                right++;
            }
        }
        assertTrue("right " + right + " of " + SEEDS, right >= SEEDS * 99 / 100);
    }

    @Test
    public void findsOneRegionOnAFlatDevice() {
        int whole = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            if (regions(seed, List.of(), NOISE, OUTLIERS).size() == 1) {
                whole++;
            }
        }
        assertTrue("whole " + whole + " of " + SEEDS, whole >= SEEDS * 99 / 100);
    }

    @Test
    public void measuresWhatTheDiskDoes() {
        final Fixture fixture = new Fixture(1, List.of(), 0, 0);
        final List<ProfileSample> samples = fixture.run(false);
        assertEquals(fixture.settings.places(), samples.size());
        final Performance middle = samples.get(samples.size() / 2).performance();
        assertEquals(FASTEST_MIB_PER_S, middle.readMibPerS(), FASTEST_MIB_PER_S / 100);
        assertEquals(6000, middle.readLatencyUs(), 100);
        assertEquals(166, middle.readsPerS(), 5);
        assertFalse(middle.writesKnown());
        assertEquals(0, fixture.probe.writes());
        assertEquals(JobState.RUNNING, fixture.job.info().state());
        assertEquals(fixture.job.info().totalUnits(), fixture.job.info().doneUnits());
    }

    @Test
    public void writesOnlyWhereItWasLentTheChunklet() {
        final Fixture fixture = new Fixture(2, List.of(), NOISE, 0);
        fixture.inUse = chunklet -> chunklet < LAYOUT.chunkletCount() / 2;
        final List<ProfileSample> samples = fixture.run(true);
        for (final ProfileSample sample : samples) {
            final boolean free =
                    !fixture.inUse.test((int) ((sample.offsetBytes() - LAYOUT.dataOffset()) / CHUNKLET_BYTES));
            assertEquals(free, sample.performance().writesKnown());
            assertTrue(sample.performance().known());
        }
        assertTrue(fixture.lent.isEmpty());
    }

    @Test
    public void visitsAgainWhenOthersCameBetween() {
        final Fixture calm = new Fixture(3, List.of(), NOISE, 0);
        calm.run(false);
        final Fixture busy = new Fixture(3, List.of(), NOISE, 0);
        busy.probe.disturb(100);
        final List<ProfileSample> samples = busy.run(false);
        assertTrue(samples.stream().allMatch(sample -> sample.performance().known()));
        final long calmNs = calm.sim.clock().nanoTime();
        assertTrue("as fast as on a device of its own", busy.sim.clock().nanoTime() > 2 * calmNs);
    }

    @Test
    public void leavesOutWhatCannotBeRead() {
        final Fixture fixture = new Fixture(4, List.of(), NOISE, 0);
        fixture.probe.fail(SIZE_BYTES / 4, SIZE_BYTES / 2);
        final List<ProfileSample> samples = fixture.run(false);
        for (final ProfileSample sample : samples) {
            final boolean bad =
                    sample.offsetBytes() + (4 << 20) > SIZE_BYTES / 4 && sample.offsetBytes() < SIZE_BYTES / 2;
            assertEquals(!bad, sample.performance().known());
        }
        final List<ProfileRegion> regions = Regions.of(LAYOUT, samples, fixture.settings.cutter(samples.size()));
        assertEquals(
                List.of(0, LAYOUT.chunkletCount()),
                List.of(regions.get(0).firstChunklet(), regions.get(0).chunkletCount()));
    }

    @Test
    public void makesOneUnknownRegionOfWhatCannotBeReadAtAll() {
        final Fixture fixture = new Fixture(5, List.of(), NOISE, 0);
        fixture.probe.fail(0, SIZE_BYTES);
        final List<ProfileSample> samples = fixture.run(false);
        assertEquals(
                List.of(new ProfileRegion(0, LAYOUT.chunkletCount(), Performance.UNKNOWN)),
                Regions.of(LAYOUT, samples, fixture.settings.cutter(samples.size())));
    }

    @Test
    public void failsWhenTheDeviceGoes() {
        final Fixture fixture = new Fixture(6, List.of(), NOISE, 0);
        fixture.sim.outside(TimeUnit.SECONDS.toNanos(10), fixture.probe::lose);
        final StorageException gone = assertThrows(StorageException.class, () -> fixture.run(true));
        assertTrue(gone.getMessage(), gone.getMessage().contains("went away"));
        assertTrue(fixture.lent.isEmpty());
    }

    @Test
    public void stopsWhenAskedTo() {
        final Fixture fixture = new Fixture(8, List.of(), NOISE, 0);
        fixture.sim.outside(TimeUnit.SECONDS.toNanos(10), fixture.job::requestCancel);
        assertEquals(List.of(), fixture.run(true));
        assertTrue(fixture.lent.isEmpty());
    }

    private static List<ProfileRegion> regions(
            final long seed, final List<Double> borders, final double noise, final double outliers) {
        final Fixture fixture = new Fixture(seed, borders, noise, outliers);
        final List<ProfileSample> samples = fixture.run(false);
        return Regions.of(LAYOUT, samples, fixture.settings.cutter(samples.size()));
    }

    /** Places where zones end, as shares of the whole. */
    private static List<Double> borders(final Random random, final int zones) {
        final double narrowest = 0.05;
        while (true) {
            final List<Double> borders = new ArrayList<>();
            random.doubles(zones - 1L, narrowest, 1 - narrowest).sorted().forEach(borders::add);
            boolean wide = true;
            for (int i = 1; i < borders.size(); i++) {
                wide &= borders.get(i) - borders.get(i - 1) > narrowest;
            }
            if (wide) {
                return borders;
            }
        }
    }

    private static boolean right(final List<Double> borders, final List<ProfileRegion> regions) {
        boolean right = regions.size() == borders.size() + 1;
        for (int i = 0; right && i < borders.size(); i++) {
            final double found = LAYOUT.chunkletOffset(regions.get(i + 1).firstChunklet()) / (double) SIZE_BYTES;
            right = Math.abs(found - borders.get(i)) <= 0.02;
        }
        return right;
    }

    private static final class Fixture implements FreeChunklets {
        private final ProfilerSettings settings = new ProfilerSettings(256, 5, 1 << 20, 10, 5, 25, 4, 20, 0);
        private final Simulation sim;
        private final ZonedProbe probe;
        private final Job job;
        private final Set<Integer> lent = new HashSet<>();
        private java.util.function.IntPredicate inUse = chunklet -> false;

        Fixture(final long seed, final List<Double> borders, final double noise, final double outliers) {
            sim = new Simulation(seed);
            probe = new ZonedProbe(sim, SIZE_BYTES, offset -> speed(borders, offset), POSITIONING_NS, noise, outliers);
            job = new Jobs(sim.clock()).start("profile", "", 0, "visits");
        }

        List<ProfileSample> run(final boolean writes) {
            return sim.await(new ProfileRun(
                            sim.lanes().control(),
                            sim.clock(),
                            sim.rng(),
                            probe,
                            this,
                            DEVICE,
                            LAYOUT,
                            writes,
                            job,
                            settings)
                    .start());
        }

        /** Half of the fastest in the last zone. */
        private static double speed(final List<Double> borders, final long offset) {
            final long zone = borders.stream()
                    .filter(border -> border * SIZE_BYTES <= offset)
                    .count();
            return FASTEST_MIB_PER_S * Math.pow(2, borders.isEmpty() ? 0 : -(double) zone / borders.size());
        }

        @Override
        public CompletionStage<Boolean> borrow(final UUID device, final int chunklet) {
            assertEquals(DEVICE, device);
            return CompletableFuture.completedStage(!inUse.test(chunklet) && lent.add(chunklet));
        }

        @Override
        public void giveBack(final UUID device, final int chunklet) {
            assertTrue(lent.remove(chunklet));
        }
    }
}
