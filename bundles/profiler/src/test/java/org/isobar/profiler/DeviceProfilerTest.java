package org.isobar.profiler;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceProbe;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.pool.FreeChunklets;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.common.job.Jobs;
import org.isobar.testkit.MemoryCatalog;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.SimDevices;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.ZonedProbe;
import org.junit.Test;

public final class DeviceProfilerTest {
    private static final long SIZE_BYTES = 512L << 20;
    private static final int INTERVAL_HOURS = 24;

    private final Simulation sim = new Simulation(9);
    private final Jobs jobs = new Jobs(sim.clock());
    private final MemoryCatalog catalog = new MemoryCatalog();
    private final Map<UUID, Double> mibPerS = new HashMap<>();
    private final UUID fast = device(1, 400);
    private final UUID slow = device(2, 100);
    private final SimDevices devices =
            new SimDevices(sim, List.of(new SimDevice(sim, media(fast)), new SimDevice(sim, media(slow))));
    private List<PerformanceClass> classified = List.of();
    private boolean classifyFails;
    private Set<UUID> removed = Set.of();
    private Set<UUID> forgotten = Set.of();
    private ZonedProbe lastProbe;
    private DeviceProfiler profiler = profiler(0);

    @Test
    public void keepsWhatItMeasured() {
        assertEquals(List.of(), profiler.classes());
        final DeviceProfile first = measured(fast);
        assertEquals(1, first.version());
        assertEquals(1, first.regions().size());
        assertEquals(400, first.regions().get(0).performance().readMibPerS(), 40);
        assertEquals(2, measured(fast).version());
        measured(slow);
        assertEquals(2, profiler.profiles().size());
        assertEquals(2, profiler.classes().size());
        assertEquals(fast, profiler.classes().get(0).parts().get(0).device());

        final List<DeviceProfile> before = profiler.profiles();
        profiler = profiler(0);
        assertEquals(Optional.empty(), profiler.profile(fast));
        profiler.begin();
        assertEquals("figures as they were", before, profiler.profiles());
        assertEquals(2, profiler.profile(fast).orElseThrow().version());
        assertEquals(2, profiler.classes().size());
    }

    @Test
    public void tellsThePoolsWhatClassesThereAre() {
        measured(fast);
        measured(slow);
        assertEquals(profiler.classes(), classified);
        assertEquals(2, classified.size());
        classified = List.of();
        classifyFails = true;
        profiler = profiler(0);
        profiler.begin();
        assertEquals("told at the start", 2, classified.size());
        assertEquals("measures all the same", 2, measured(fast).version());
    }

    @Test
    public void tellsDrift() {
        assertEquals(0, measured(fast).driftPercent());
        mibPerS.put(fast, 200.0);
        assertEquals(100, measured(fast).driftPercent(), 10);
    }

    @Test
    public void measuresADeviceOnceAtATime() {
        final JobInfo job = sim.await(profiler.measure(fast, false));
        refused(Code.CONFLICT, fast);
        ended(job.id());
        assertEquals(JobState.DONE, jobs.find(job.id()).orElseThrow().info().state());
        measured(fast);
    }

    @Test
    public void refusesWhatItCannotMeasure() {
        refused(Code.NOT_FOUND, new UUID(0, 3));
        devices.lose(fast);
        refused(Code.UNAVAILABLE, fast);
    }

    @Test
    public void failsItsJobWhenTheDeviceGoesOrTheCatalogDoes() {
        final JobInfo gone = sim.await(profiler.measure(fast, false));
        sim.runFor(TimeUnit.SECONDS.toNanos(1));
        lastProbe.lose();
        assertEquals(JobState.FAILED, ended(gone.id()));
        catalog.failing(true);
        assertEquals(
                JobState.FAILED, ended(sim.await(profiler.measure(slow, false)).id()));
        assertEquals(Optional.empty(), profiler.profile(slow));
        catalog.failing(false);
        measured(slow);
    }

    @Test
    public void keepsTheOldProfileWhenItIsCancelled() {
        final DeviceProfile before = measured(fast);
        final JobInfo job = sim.await(profiler.measure(fast, false));
        jobs.find(job.id()).orElseThrow().requestCancel();
        assertEquals(JobState.CANCELLED, ended(job.id()));
        assertEquals(before, profiler.profile(fast).orElseThrow());
    }

    @Test
    public void passesOverDocumentsThatItCannotRead() {
        measured(fast);
        measured(slow);
        catalog.documents().put(DeviceProfiler.TOPIC + "|" + fast, new byte[] {1, 2, 3});
        profiler = profiler(0);
        profiler.begin();
        assertEquals(Optional.empty(), profiler.profile(fast));
        assertTrue(profiler.profile(slow).isPresent());
    }

    @Test
    public void measuresAgainWhatIsOldAndOneDeviceAtATime() {
        profiler = profiler(INTERVAL_HOURS);
        profiler.begin();
        sim.runUntil(() -> profiler.profiles().size() == 2);
        assertTrue(jobs.all().get(0).startedWallMs() >= jobs.all().get(1).endedWallMs());
        sim.runFor(TimeUnit.HOURS.toNanos(INTERVAL_HOURS - 1));
        assertEquals(1, profiler.profile(fast).orElseThrow().version());
        sim.runFor(TimeUnit.HOURS.toNanos(2));
        assertEquals(2, profiler.profile(fast).orElseThrow().version());
        assertEquals(2, profiler.profile(slow).orElseThrow().version());
        profiler.stop();
        sim.runFor(TimeUnit.HOURS.toNanos(2 * INTERVAL_HOURS));
        assertEquals(2, profiler.profile(slow).orElseThrow().version());
    }

    @Test
    public void forgetsDevicesThatWereTakenOutOfTheMember() {
        measured(fast);
        measured(slow);
        profiler = profiler(0);
        forgotten = Set.of(fast);
        profiler.begin();
        sim.runFor(TimeUnit.MINUTES.toNanos(3));
        assertTrue("not found yet since the start", profiler.profile(fast).isPresent());

        forgotten = Set.of();
        devices.lose(fast);
        sim.runFor(TimeUnit.MINUTES.toNanos(3));
        assertTrue("only missing", profiler.profile(fast).isPresent());

        forgotten = Set.of(fast);
        catalog.failing(true);
        sim.runFor(TimeUnit.MINUTES.toNanos(3));
        assertTrue("the catalog has it still", profiler.profile(fast).isPresent());
        catalog.failing(false);
        sim.runFor(TimeUnit.MINUTES.toNanos(2));
        assertFalse(profiler.profile(fast).isPresent());
        assertEquals(1, classified.size());
        assertEquals(
                Set.of(DeviceProfiler.TOPIC + "|" + slow), catalog.documents().keySet());
    }

    @Test
    public void forgetsDevicesThatWereRemovedWhileTheyWereAway() {
        measured(fast);
        measured(slow);
        removed = Set.of(slow);
        profiler = profiler(0);
        profiler.begin();
        sim.runFor(TimeUnit.MINUTES.toNanos(2));
        assertFalse(profiler.profile(slow).isPresent());
        assertEquals(fast, classified.get(0).parts().get(0).device());
        assertEquals(1, classified.size());
    }

    @Test
    public void stopsWhatRuns() {
        final JobInfo job = sim.await(profiler.measure(fast, false));
        profiler.stop();
        assertEquals(JobState.CANCELLED, ended(job.id()));
        assertFalse(profiler.profile(fast).isPresent());
    }

    private DeviceProfile measured(final UUID device) {
        assertEquals(
                JobState.DONE, ended(sim.await(profiler.measure(device, false)).id()));
        return profiler.profile(device).orElseThrow();
    }

    private JobState ended(final long job) {
        sim.runUntil(() -> jobs.find(job).orElseThrow().info().state() != JobState.RUNNING);
        return jobs.find(job).orElseThrow().info().state();
    }

    private void refused(final Code code, final UUID device) {
        final StorageException refusal =
                assertThrows(StorageException.class, () -> sim.await(profiler.measure(device, false)));
        assertEquals(code, refusal.code());
    }

    private UUID device(final long number, final double speed) {
        final UUID uuid = new UUID(0, number);
        mibPerS.put(uuid, speed);
        return uuid;
    }

    private static SimMedia media(final UUID uuid) {
        return new SimMedia(uuid, SIZE_BYTES, SimMedia.layoutFor(SIZE_BYTES, 1 << 20));
    }

    private DeviceProfiler profiler(final int intervalHours) {
        return new DeviceProfiler(
                sim.lanes(),
                sim.clock(),
                sim.rng(),
                jobs,
                new DeviceProfiler.Probes() {
                    @Override
                    public Optional<Device> find(final UUID device) {
                        return forgotten.contains(device) ? Optional.empty() : devices.find(device);
                    }

                    @Override
                    public List<Device> devices() {
                        return devices.devices();
                    }

                    @Override
                    public CompletionStage<DeviceProbe> probe(final UUID device) {
                        lastProbe = new ZonedProbe(
                                sim,
                                SIZE_BYTES,
                                offset -> mibPerS.get(device),
                                TimeUnit.MILLISECONDS.toNanos(1),
                                0.02,
                                0);
                        return CompletableFuture.completedStage(lastProbe);
                    }
                },
                new FreeChunklets() {
                    @Override
                    public CompletionStage<Boolean> borrow(final UUID device, final int chunklet) {
                        return CompletableFuture.completedStage(false);
                    }

                    @Override
                    public void giveBack(final UUID device, final int chunklet) {
                        throw new AssertionError("nothing was lent");
                    }
                },
                new ChunkletClasses() {
                    @Override
                    public CompletionStage<Void> classify(final List<PerformanceClass> classes) {
                        classified = classes;
                        return classifyFails
                                ? CompletableFuture.failedStage(new StorageException(Code.UNAVAILABLE, "fenced"))
                                : CompletableFuture.completedStage(null);
                    }

                    @Override
                    public Set<UUID> removed() {
                        return removed;
                    }
                },
                catalog,
                new ProfilerSettings(16, 3, 1 << 20, 10, 5, 25, 4, 20, intervalHours));
    }
}
