package org.isobar.itests.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.SumBlock;
import org.isobar.api.device.Superblock;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetState;
import org.isobar.common.job.Jobs;
import org.isobar.common.policy.Policies;
import org.isobar.pool.store.CatalogDocuments;
import org.isobar.pool.store.ClassDoor;
import org.isobar.pool.store.MemberStatus;
import org.isobar.pool.store.MemberStore;
import org.isobar.pool.store.PageSpaces;
import org.isobar.pool.store.PoolAdmin;
import org.isobar.pool.store.StoreDevices;
import org.isobar.pool.store.StoreSettings;
import org.isobar.raid.EngineSettings;
import org.isobar.raid.Raid10Level;
import org.isobar.raid.Raid50Level;
import org.isobar.raid.Raid5Level;
import org.isobar.raid.RaidEngineService;
import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.Fault;
import org.isobar.testkit.FaultCounts;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.SimDevices;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.WriteLog;
import org.isobar.testkit.WriteLogDevice;

/** A whole member below the volume, assembled by hand on simulated devices; it can be killed and started again. */
final class SimulatedMember {
    static final int CHUNKLET_BYTES = 128 << 10;
    /** Long enough for a write log behind the data that has room to keep some small writes. */
    static final int LOGGED_CHUNKLET_BYTES = 1280 << 10;

    static final int STRIP_BYTES = 4096;
    static final long REBUILD_DELAY_MS = 2_000;
    static final int LEVEL_AWAY_MS = 1_000;

    private static final long SYSTEM_BYTES = 320 << 10;
    private static final long SUPERBLOCKS_AND_INTENT_BYTES = 192 << 10;
    private static final UUID MEMBER = new UUID(1, 1);
    private static final long HEALTH_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final String NO_ROOM = "no free chunklet to rebuild onto: ";
    private static final int HEALTH_LOOKS_MAX = 4000;
    private static final int INTENT_IDLE_MS = 500;
    /** After so long without writes no region is marked. */
    static final long INTENT_RESTS_NS = 5_000_000L * INTENT_IDLE_MS;
    /** So long after the last small write, write logs begin to bring what they keep to its place, at the latest. */
    static final long LOG_RESTS_NS = 250_000L * INTENT_IDLE_MS;

    private final Simulation sim;
    private final int sumPages;
    private final List<SimMedia> media = new ArrayList<>();
    private final List<SimMedia> everyMedia = new ArrayList<>();
    private final FaultCounts deaths = new FaultCounts();
    private final Map<UUID, SimDevice> devices = new HashMap<>();
    private final int chunkletBytes;
    private int rebuildParallel = StoreSettings.DEFAULT.rebuildParallel();
    private UnaryOperator<Device> wrapper = device -> device;
    private WriteLog writes;
    private UUID unplugged;
    private boolean guarded;
    private boolean onTheSpot;
    private int smallBytes = EngineSettings.DEFAULT.smallBytes();
    private HealthGuard guard;
    private final List<RaidLevel> levels =
            new ArrayList<>(List.of(new Raid10Level(), new Raid5Level(), new Raid50Level()));
    private RaidEngineService engine;
    private SimDevices directory;
    private Jobs jobs;
    private Policies policies;
    private boolean policiesHang;
    private MemberStore store;
    private PageSpaces pages;
    private PoolAdmin pools;
    private CatalogDocuments catalog;
    private MemberStatus status;

    /** With pages of checksums in memory for {@code sumPages} blocks of them. */
    SimulatedMember(
            final long seed,
            final int deviceCount,
            final int chunkletCount,
            final int chunkletBytes,
            final int sumPages) {
        this.sumPages = sumPages;
        this.chunkletBytes = chunkletBytes;
        sim = new Simulation(seed);
        for (int i = 0; i < deviceCount; i++) {
            media.add(newMedia(chunkletCount));
        }
    }

    /** On media that hold a member already, with chunklets of that length. */
    SimulatedMember(final long seed, final List<SimMedia> media, final int chunkletBytes) {
        sumPages = media.size();
        this.chunkletBytes = chunkletBytes;
        sim = new Simulation(seed);
        this.media.addAll(media);
        everyMedia.addAll(media);
    }

    /** Processes started from now on note in a log what they write to their devices. */
    void recordTo(final WriteLog log) {
        writes = log;
    }

    /** Processes started from now on see their devices through this. */
    void wrapDevices(final UnaryOperator<Device> by) {
        wrapper = by;
    }

    /** Processes started from now on work on so many sets at a time. */
    void rebuildParallel(final int count) {
        rebuildParallel = count;
    }

    /** Processes started from now on watch the health of their devices. */
    void watchHealth() {
        guarded = true;
    }

    /** Devices end short writes before they return from their submission, in processes started from now on. */
    void endShortWritesOnTheSpot() {
        onTheSpot = true;
    }

    /** Writes are small up to this length, in processes started from now on. */
    void smallBytes(final int upTo) {
        smallBytes = upTo;
    }

    /** A level goes, from this process and those that are started later. */
    void takeLevel(final RaidLevel level) {
        levels.remove(level);
        engine.unbindLevel(level);
    }

    /** A level comes. */
    void giveLevel(final RaidLevel level) {
        levels.add(level);
        engine.bindLevel(level);
    }

    /** The levels that are there. */
    List<RaidLevel> levels() {
        return List.copyOf(levels);
    }

    private SimMedia newMedia(final int chunkletCount) {
        final long perChunklet = chunkletBytes + SumBlock.bytesFor(chunkletBytes);
        final long sizeBytes = SUPERBLOCKS_AND_INTENT_BYTES + SYSTEM_BYTES + chunkletCount * perChunklet;
        final DeviceLayout layout = SimMedia.layoutFor(sizeBytes, chunkletBytes, SYSTEM_BYTES);
        final SimMedia one = new SimMedia(sim.rng().nextUuid(), sizeBytes, layout);
        final byte[] label = new Superblock(one.uuid(), MEMBER, MEMBER, 1, sizeBytes, STRIP_BYTES, layout)
                .encode()
                .array();
        one.poke(0, label);
        one.poke(sizeBytes - label.length, label);
        everyMedia.add(one);
        return one;
    }

    /** Starts a process and waits until it serves. */
    void boot() {
        launch();
        sim.await(pages.whenServing());
    }

    /** Starts a process. */
    void launch() {
        devices.clear();
        guard = new HealthGuard(sim);
        final List<Device> all = new ArrayList<>();
        for (final SimMedia one : media) {
            final SimDevice device = newDevice(one);
            if (!one.uuid().equals(unplugged)) {
                final Device seen = guarded ? guard.guard(device) : device;
                all.add(wrapper.apply(writes == null ? seen : new WriteLogDevice(seen, writes)));
            }
        }
        directory = new SimDevices(sim, all);
        jobs = new Jobs(sim.clock());
        policies = SimulatedPolicies.of(sim, () -> policiesHang);
        engine = new RaidEngineService(
                sim.lanes(),
                sim.clock(),
                new EngineSettings(INTENT_IDLE_MS, 4, 512, 4096, sumPages, 25, 8, 100, true, smallBytes),
                LEVEL_AWAY_MS);
        levels.forEach(engine::bindLevel);
        final StoreDevices door =
                new StoreDevices(directory, () -> null, uuid -> CompletableFuture.completedStage(null));
        store = new MemberStore(
                sim.lanes(),
                sim.clock(),
                sim.rng(),
                jobs,
                policies,
                door,
                new LongLogs(engine),
                new StoreSettings(STRIP_BYTES, 1_000, REBUILD_DELAY_MS, 500, rebuildParallel));
        pages = PageSpaces.over(store);
        pools = PoolAdmin.over(store);
        catalog = CatalogDocuments.over(store);
        status = MemberStatus.over(store);
        store.start();
        if (guarded) {
            guard.start(directory);
        }
    }

    /** The process dies; what it had completed stays. */
    void kill() {
        deaths.count(Fault.KILL);
        sim.restart();
        media.forEach(one -> one.kill(sim.random()));
    }

    /** The power goes; half the time all devices lose alike, so that nothing is saved by its copies. */
    void losePower() {
        deaths.count(Fault.POWER_LOSS);
        sim.restart();
        final boolean alike = sim.random().nextBoolean();
        final long fate = sim.random().nextLong();
        for (final SimMedia one : media) {
            one.kill(sim.random());
            one.loseUnflushed(alike ? new Random(fate) : sim.random());
        }
    }

    /** Ends the process in order. */
    void stop() {
        sim.await(store.stop());
        sim.restart();
        media.forEach(one -> one.kill(sim.random()));
    }

    /** What the checker for stopped members has to say about the devices; empty when all is well. */
    List<String> offlineFindings(final boolean strict) {
        return MediaSource.check(media, strict);
    }

    /** What befell all its devices so far. */
    FaultCounts faults() {
        final FaultCounts all = new FaultCounts();
        all.add(deaths);
        everyMedia.forEach(one -> all.add(one.faults()));
        return all;
    }

    /** Waits until every set is whole and no slot is being zeroed. */
    void settle() {
        settle(this::healthy);
    }

    /** While a device is out: columns may stay where they are if the member says that no other has room for them. */
    void settleAsFarAsThereIsRoom() {
        settle(() -> status.info().state() == MemberInfo.State.SERVING
                && pools.sets().stream()
                        .allMatch(set -> set.info().state() == RaidSetState.HEALTHY
                                || set.info().state() == RaidSetState.DEGRADED && noRoomFor(set.info())));
    }

    private boolean noRoomFor(final RaidSetInfo set) {
        final List<RaidSetInfo.ColumnInfo> columns = set.columns();
        return IntStream.range(0, columns.size())
                .filter(column -> !columns.get(column).present()
                        || columns.get(column).column().state() != ColumnState.IN_SYNC)
                .mapToObj(column -> NO_ROOM + "set=" + set.spec().id() + " column=" + column + " ")
                .allMatch(said -> status.info().warnings().stream().anyMatch(warning -> warning.startsWith(said)));
    }

    private void settle(final BooleanSupplier settled) {
        for (int look = 0; look < HEALTH_LOOKS_MAX; look++) {
            if (settled.getAsBoolean()) {
                return;
            }
            sim.runFor(HEALTH_LOOK_NS);
        }
        throw new AssertionError("never healthy again: " + status.info() + " " + pools.sets() + " " + jobs.all());
    }

    boolean healthy() {
        return status.info().state() == MemberInfo.State.SERVING
                && pools.sets().stream().allMatch(set -> set.info().state() == RaidSetState.HEALTHY);
    }

    /** The next processes start without this device. */
    void unplug(final UUID uuid) {
        unplugged = uuid;
    }

    /** The device that was not there is there again. */
    void plugIn() {
        final UUID uuid = unplugged;
        unplugged = null;
        directory.add(devices.get(uuid));
        sim.runUntil(() -> directory.find(uuid).isPresent());
    }

    private SimDevice newDevice(final SimMedia one) {
        final SimDevice device = new SimDevice(sim, one);
        if (onTheSpot) {
            device.endShortWritesOnTheSpot();
        }
        devices.put(one.uuid(), device);
        return device;
    }

    /** Adds an empty device to the running member. */
    SimDevice addDevice(final int chunkletCount) {
        final SimMedia one = newMedia(chunkletCount);
        media.add(one);
        final SimDevice device = newDevice(one);
        directory.add(guarded ? guard.guard(device) : device);
        sim.runUntil(() -> directory.find(one.uuid()).isPresent());
        return device;
    }

    /** The media is gone for good. */
    void destroy(final UUID uuid) {
        media.removeIf(one -> one.uuid().equals(uuid));
    }

    Simulation sim() {
        return sim;
    }

    List<SimMedia> media() {
        return media;
    }

    SimDevice device(final UUID uuid) {
        return devices.get(uuid);
    }

    HealthGuard guard() {
        return guard;
    }

    /** Whether any device has something to do. */
    boolean isBusy() {
        return devices.values().stream().anyMatch(device -> device.inFlight() > 0);
    }

    SimDevices directory() {
        return directory;
    }

    PageSpaces pages() {
        return pages;
    }

    PoolAdmin pools() {
        return pools;
    }

    ClassDoor classes() {
        return ClassDoor.over(store);
    }

    CatalogDocuments catalog() {
        return catalog;
    }

    MemberStatus status() {
        return status;
    }

    /** From now on policies hang now and then. */
    void hangPolicies() {
        policiesHang = true;
    }

    Policies policies() {
        return policies;
    }

    Jobs jobs() {
        return jobs;
    }
}
