package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.device.SumBlock;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.WriteLogChoice;
import org.isobar.common.job.Jobs;
import org.isobar.common.policy.Policies;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.SimDevices;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.SimPolicies;
import org.isobar.testkit.Simulation;

/** A page store over a {@link StripedEngine} on simulated devices. */
final class StoreWorld {
    static final int PAGE_BYTES = 65_536;
    static final int CHUNKLET_BYTES = 131_072;
    static final int STRIP_BYTES = 4096;
    static final String POOL = "P";

    private static final long OVERHEAD_BYTES = (64 + 64 + 2048 + 64) << 10;

    private final int chunkletBytes;
    private final Simulation sim;
    private final List<SimMedia> media = new ArrayList<>();
    private final Map<UUID, SimDevice> devices = new HashMap<>();
    private final List<UUID> forgotten = new ArrayList<>();
    private SimDevices directory;
    private StripedEngine engine;
    private Jobs jobs;
    private Policies policies;
    private boolean policiesHang;
    private MemberStore store;
    private PageSpaces pages;
    private PoolAdmin pools;
    private CatalogDocuments catalog;

    StoreWorld(final long seed, final int deviceCount, final int chunklets) {
        this(seed, deviceCount, chunklets, CHUNKLET_BYTES);
    }

    StoreWorld(final long seed, final int deviceCount, final int chunklets, final int chunkletBytes) {
        this.chunkletBytes = chunkletBytes;
        sim = new Simulation(seed);
        for (int i = 0; i < deviceCount; i++) {
            media.add(newMedia(chunklets));
        }
    }

    private SimMedia newMedia(final int chunklets) {
        final long sizeBytes = OVERHEAD_BYTES + chunklets * (chunkletBytes + SumBlock.bytesFor(chunkletBytes));
        return new SimMedia(sim.rng().nextUuid(), sizeBytes, SimMedia.layoutFor(sizeBytes, chunkletBytes, 2048 << 10));
    }

    /** A store that serves and has one pool. */
    static StoreWorld serving(final long seed, final int deviceCount, final int chunklets) {
        return serving(seed, deviceCount, chunklets, CHUNKLET_BYTES);
    }

    /** As above; long chunklets make sets of many slots, of which many are opened at a time. */
    static StoreWorld serving(final long seed, final int deviceCount, final int chunklets, final int chunkletBytes) {
        final StoreWorld world = new StoreWorld(seed, deviceCount, chunklets, chunkletBytes);
        world.boot();
        world.sim.await(world.pools.create(POOL, StripedEngine.LEVEL, ChunkletClasses.ANY, WriteLogChoice.OFF));
        return world;
    }

    void boot() {
        launch(media);
        sim.await(pages.whenServing());
    }

    /** Starts a process that sees these devices; others may come. */
    void launch(final List<SimMedia> present) {
        devices.clear();
        final List<SimDevice> all = new ArrayList<>();
        present.forEach(one -> all.add(device(one)));
        directory = new SimDevices(sim, all);
        engine = new StripedEngine(sim.lanes());
        jobs = new Jobs(sim.clock());
        policies = SimPolicies.of(sim, () -> policiesHang);
        final StoreDevices door = new StoreDevices(directory, () -> null, uuid -> {
            forgotten.add(uuid);
            return CompletableFuture.completedStage(null);
        });
        store = new MemberStore(
                sim.lanes(),
                sim.clock(),
                sim.rng(),
                jobs,
                policies,
                door,
                engine,
                new StoreSettings(STRIP_BYTES, 1_000, 1_000, 100));
        pages = PageSpaces.over(store);
        pools = PoolAdmin.over(store);
        catalog = CatalogDocuments.over(store);
        store.start();
    }

    SimDevice device(final SimMedia one) {
        return devices.computeIfAbsent(one.uuid(), uuid -> new SimDevice(sim, one));
    }

    void restartInOrder() {
        sim.await(store.stop());
        kill();
    }

    /** Ends the process in order, for good. */
    void stop() {
        sim.run();
        sim.await(store.stop());
        sim.run();
    }

    void kill() {
        sim.restart();
        media.forEach(one -> one.kill(sim.random()));
        boot();
    }

    /** The power goes, and with it everything that nothing made stable. */
    void loseAllUnstable() {
        sim.restart();
        for (final SimMedia one : media) {
            one.kill(sim.random());
            one.loseUnflushed(new NothingSurvives());
        }
        boot();
    }

    void losePower() {
        sim.restart();
        media.forEach(one -> one.powerLoss(sim.random()));
        boot();
    }

    PageSpace space(final long volume, final long sizeBytes) {
        return sim.await(pages.create(volume, sizeBytes, PAGE_BYTES, POOL));
    }

    SimDevice addDevice(final int chunklets) {
        final SimMedia one = newMedia(chunklets);
        media.add(one);
        final SimDevice device = device(one);
        directory.add(device);
        return device;
    }

    Simulation sim() {
        return sim;
    }

    List<SimMedia> media() {
        return media;
    }

    SimDevices directory() {
        return directory;
    }

    StripedEngine engine() {
        return engine;
    }

    MemberStore store() {
        return store;
    }

    PageSpaces pages() {
        return pages;
    }

    PoolAdmin pools() {
        return pools;
    }

    ChunkletLoans loans() {
        return ChunkletLoans.over(store);
    }

    ClassDoor classes() {
        return ClassDoor.over(store);
    }

    CatalogDocuments catalog() {
        return catalog;
    }

    /** Policies that are asked from now on never answer. */
    void hangPolicies() {
        policiesHang = true;
    }

    Policies policies() {
        return policies;
    }

    Jobs jobs() {
        return jobs;
    }

    List<UUID> forgotten() {
        return forgotten;
    }

    /** The media asks which of its ways to lose things to take, and whether a piece survives: none does. */
    private static final class NothingSurvives extends Random {
        private static final long serialVersionUID = 1L;

        @Override
        public int nextInt(final int bound) {
            return 0;
        }
    }
}
