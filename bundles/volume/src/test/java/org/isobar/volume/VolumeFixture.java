package org.isobar.volume;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.LevelUse;
import org.isobar.api.pool.PlannedPool;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolScrubs;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.PoolSpace;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.pool.SpaceListener;
import org.isobar.api.pool.WriteLogChoice;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeListener;
import org.isobar.api.volume.VolumeSpace;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.common.job.JobInfo;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.spi.allocation.VolumeAllocator;
import org.isobar.testkit.SimPolicies;
import org.isobar.testkit.Simulation;

/** A volume service over a {@link MemoryStore}, with pools A and B, that can be killed and started again. */
final class VolumeFixture {
    static final int PAGE_BYTES = 65536;
    static final long MIB = 1L << 20;

    final Simulation sim;
    final MemoryStore store;
    final FixedPools pools = new FixedPools();
    final Events events = new Events();
    StoredVolumes volumes;
    Policies policies;

    VolumeFixture() {
        this(1);
    }

    VolumeFixture(final long seed) {
        sim = new Simulation(seed);
        store = new MemoryStore(sim);
        open();
        store.serve();
        sim.run();
    }

    /** A new process on the same devices, not serving yet. */
    void restart() {
        sim.restart();
        store.restart();
        store.failFrom(Integer.MAX_VALUE);
        events.heard.clear();
        open();
    }

    void restartAndServe() {
        restart();
        store.serve();
        sim.run();
    }

    VolumeInfo create(final String name) {
        return sim.await(volumes.create(spec(name, 2 * MIB)));
    }

    Volume volume(final String name) {
        return volumes.find(name).orElseThrow();
    }

    MemorySpace space(final String name) {
        return store.spaces().get(volume(name).info().number());
    }

    /** The result unplugs it. */
    Runnable plugIn(final String policy, final VolumeAllocator allocator) {
        return policies.plug(
                new PolicyKind<>("volume", VolumeAllocator.class, allocator),
                policy,
                allocator,
                new PolicyOrigin("org.example.mine", "1.0.0", 0));
    }

    static VolumeSpec spec(final String name, final long sizeBytes) {
        return new VolumeSpec(name, sizeBytes, "A", null, PAGE_BYTES);
    }

    private void open() {
        policies = SimPolicies.of(sim);
        volumes = new StoredVolumes(
                config("most-free", 4 << 20), store, pools, store, sim.lanes(), sim.rng(), sim.clock(), policies);
        volumes.addListener(events);
    }

    static StoredVolumes.Config config(final String policy, final int pageBytes) {
        final Map<String, Object> values = Map.of(
                "services",
                "safe: failures>=1; fast: read-iops>=500,degraded.read-iops>=200",
                "default_policy",
                policy,
                "page_bytes",
                pageBytes,
                "heat_half_life_s",
                120);
        return (StoredVolumes.Config) Proxy.newProxyInstance(
                VolumeFixture.class.getClassLoader(),
                new Class<?>[] {StoredVolumes.Config.class},
                (proxy, method, arguments) -> values.get(method.getName()));
    }

    /** What a listener heard. */
    static final class Events implements VolumeListener {
        final List<String> heard = new ArrayList<>();
        final Map<String, VolumeSpace> spaces = new HashMap<>();

        @Override
        public void volumeAdded(final Volume volume) {
            heard.add("added " + volume.info().name());
        }

        @Override
        public void volumeGrown(final Volume volume) {
            heard.add("grown " + volume.info().name());
        }

        @Override
        public void spaceChanged(final Volume volume, final VolumeSpace space) {
            spaces.put(volume.info().name(), space);
        }

        @Override
        public void volumeRemoved(final Volume volume) {
            heard.add("removed " + volume.info().name());
        }
    }

    /** Pools A (RAID 10, 1 GiB free) and B (RAID 5, 3 GiB free). */
    static final class FixedPools implements PoolService {
        final List<SpaceListener> listeners = new ArrayList<>();
        private List<PoolInfo> pools = List.of(pool("A", "10", 1024, 0), pool("B", "5", 3072, 0));

        static PoolInfo pool(final String name, final String level, final long freeMib, final int degradedSets) {
            return new PoolInfo(
                    name,
                    level,
                    "any",
                    1,
                    freeMib * MIB / 2,
                    0,
                    freeMib * MIB / 2,
                    degradedSets,
                    0,
                    PoolFullness.NORMAL,
                    PoolThresholds.DEFAULT,
                    false,
                    0,
                    ClassOfService.UNKNOWN);
        }

        void set(final PoolInfo... now) {
            pools = List.of(now);
        }

        @Override
        public List<PoolInfo> pools() {
            return pools;
        }

        @Override
        public Optional<PoolInfo> pool(final String name) {
            return pools.stream().filter(pool -> pool.name().equals(name)).findFirst();
        }

        @Override
        public CompletionStage<PoolInfo> create(
                final String name, final String level, final String performanceClass, final WriteLogChoice writeLog) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<PoolInfo> changeClass(final String name, final String performanceClass) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<List<PlannedPool>> plannedLayout() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<PoolSpace> space(final String name) {
            return pool(name).map(FixedPools::space);
        }

        static PoolSpace space(final PoolInfo pool) {
            return new PoolSpace(
                    pool.name(),
                    pool.usedBytes(),
                    pool.capacityBytes() - pool.usedBytes() + pool.growableBytes(),
                    pool.fullness(),
                    pool.thresholds());
        }

        @Override
        public void addListener(final SpaceListener listener) {
            listeners.add(listener);
        }

        @Override
        public void removeListener(final SpaceListener listener) {
            listeners.remove(listener);
        }

        @Override
        public CompletionStage<PoolInfo> setWriteLog(final String name, final boolean on) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<PoolInfo> changeThresholds(final String name, final PoolThresholds thresholds) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<List<PoolInfo>> createLayout() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> delete(final String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<SetPlacement> sets() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<LevelUse> levels() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<DeviceUsage> usage() {
            return List.of();
        }

        @Override
        public CompletionStage<JobInfo> removeDevice(final UUID device) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<JobInfo> scrub(final String pool, final boolean repair) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PoolScrubs scrubs(final String pool) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<ScrubSchedule> scheduleScrubs(final String pool, final ScrubSchedule schedule) {
            throw new UnsupportedOperationException();
        }
    }
}
