package org.isobar.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.SimulationService;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceListener;
import org.isobar.api.device.DeviceProbe;
import org.isobar.api.device.DeviceService;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthInfo;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.PortalSpec;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.iscsi.SessionSelection;
import org.isobar.api.iscsi.TargetInfo;
import org.isobar.api.iscsi.TargetService;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.member.MemberService;
import org.isobar.api.pool.ChunkletClasses;
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
import org.isobar.api.pool.ServiceFigures;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.pool.SpaceListener;
import org.isobar.api.pool.WriteLogChoice;
import org.isobar.api.profile.ProfileService;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidSetState;
import org.isobar.api.recording.RecordingService;
import org.isobar.api.scsi.RegistrationInfo;
import org.isobar.api.scsi.ReservationInfo;
import org.isobar.api.scsi.ReservationService;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.trace.TraceService;
import org.isobar.api.volume.NamedService;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeFullness;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeListener;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumeService;
import org.isobar.api.volume.VolumeSpace;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.api.volume.VolumeState;
import org.isobar.api.volume.VolumeThresholds;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.Jobs;
import org.isobar.common.policy.Policies;

/**
 * The services of a member that stores nothing, for tests of the skins: it keeps names and sizes, refuses what a real
 * one would, and fails on demand. Device paths with {@code foreign} in them need force, those with {@code absent} do not
 * exist. Not thread-safe beyond one request after the other.
 */
public final class FakeMember {
    private static final UUID MEMBER = new UUID(0x4000, 1);
    private static final int PAGE_BYTES = 4 << 20;

    private final FakeTraces traces = new FakeTraces();
    private final Simulation sim = new Simulation(0);
    private final Jobs jobs = new Jobs(sim.clock());
    private final Policies policies = FakePolicies.of(sim);
    private final Map<UUID, DeviceInfo> devices = new LinkedHashMap<>();
    private final Map<String, PoolInfo> pools = new TreeMap<>();
    private String goneOnceListed = "";
    private final Map<String, ScrubSchedule> schedules = new TreeMap<>();
    private final Map<String, FakeVolume> volumes = new TreeMap<>();
    private final Map<String, List<String>> users = new LinkedHashMap<>();
    private final Map<String, ReservationInfo> reservations = new TreeMap<>();
    private final List<SessionInfo> sessions = new ArrayList<>();
    private final List<PortalInfo> portals =
            new ArrayList<>(List.of(portal(new PortalSpec("127.0.0.1", 3260, 1, null))));
    private final FakeMoves moves = new FakeMoves(new Volumes(), new Pools());
    private final FakeBalance balance = new FakeBalance(new Volumes());
    private final FakeRecordings recordings = new FakeRecordings(new Volumes());
    private final FakeSimulations simulations = new FakeSimulations(recordings, jobs);
    private final FakeProfiles profiles = new FakeProfiles(devices::containsKey, jobs);
    private final FakeAccess access = new FakeAccess(new Volumes());
    private RuntimeException failure;

    /** The next call that changes something, or asks for a job, ends with this. */
    public void failNext(final RuntimeException with) {
        failure = with;
    }

    /** Logs an initiator in at a volume's target. */
    public void logIn(final String volume, final String initiator) {
        users.computeIfAbsent(volume, name -> new ArrayList<>()).add(initiator);
        sessions.add(new SessionInfo(
                sessions.size() + 1, initiator, iqn(volume), "127.0.0.1:40000", 0, 12, 4096, 8192, 0, "header"));
    }

    /** Its policies. */
    public Policies policies() {
        return policies;
    }

    /** Its moves of volumes. */
    public VolumeMoves moves() {
        return moves;
    }

    /** Its balancing. */
    public BalanceService balance() {
        return balance;
    }

    /** Its recordings of accesses. */
    public RecordingService recordings() {
        return recordings;
    }

    /** Its simulations; see {@link FakeSimulations}. */
    public SimulationService simulations() {
        return simulations;
    }

    /** Its jobs. */
    public Jobs jobs() {
        return jobs;
    }

    /** Tells that it serves. */
    public MemberService member() {
        return () -> new MemberInfo(MEMBER, MemberInfo.State.SERVING, "serving", List.of("look at this"));
    }

    /** Its devices. */
    public DeviceService devices() {
        return new Devices();
    }

    /** Gives a device this health. */
    public void healthOf(final UUID uuid, final HealthInfo health) {
        final DeviceInfo info = Optional.ofNullable(devices.get(uuid))
                .orElseThrow(() -> refused(Code.NOT_FOUND, "no such device: uuid=" + uuid));
        devices.put(
                uuid,
                new DeviceInfo(
                        uuid,
                        info.path(),
                        info.state(),
                        info.sizeBytes(),
                        info.sectorBytes(),
                        info.chunkletBytes(),
                        info.chunkletCount(),
                        info.engine(),
                        info.readErrors(),
                        info.writeErrors(),
                        info.note(),
                        health));
    }

    /** Its pools. */
    public PoolService pools() {
        return new Pools();
    }

    /** Reserves a volume for one initiator, EXCLUSIVE_ACCESS. */
    public void reserve(final String volume, final String initiator) {
        reservations.put(
                volume,
                new ReservationInfo(
                        volume,
                        true,
                        1,
                        true,
                        "EXCLUSIVE_ACCESS",
                        null,
                        List.of(new RegistrationInfo(initiator, "80123456789a", 1, "00000000000000ab", true, false))));
    }

    /** Who reserved its volumes. */
    public ReservationService reservations() {
        return new Reservations();
    }

    /** Its volumes. */
    public VolumeService volumes() {
        return new Volumes();
    }

    /** Its access administration. */
    public FakeAccess access() {
        return access;
    }

    /** Its targets, one portal on the loopback address. */
    public TargetService targets() {
        return new Targets();
    }

    /** What its sessions have done, made up but steady: see {@link FakeStatistics}. */
    public StatisticsService statistics() {
        return new FakeStatistics(sessions);
    }

    /** Its profiles; see {@link FakeProfiles}. */
    public ProfileService profiles() {
        return profiles;
    }

    /** Its traces. */
    public TraceService traces() {
        return traces;
    }

    private <T> CompletionStage<T> stage(final Supplier<T> action) {
        final RuntimeException failing = failure;
        failure = null;
        try {
            if (failing != null) {
                throw failing;
            }
            return CompletableFuture.completedFuture(action.get());
        } catch (final RuntimeException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    private static String iqn(final String volume) {
        return "iqn.2026-11.org.isobar:" + volume;
    }

    private static PortalInfo portal(final PortalSpec spec) {
        final String place = spec.address() + ":" + spec.port();
        return new PortalInfo(
                spec.address(), spec.port(), spec.portalGroupTag(), spec.advertise(), List.of(place), 0, null);
    }

    private static String place(final PortalInfo portal) {
        return portal.address() + ":" + portal.port();
    }

    private static StorageException refused(final Code code, final String message) {
        return new StorageException(code, message);
    }

    private PoolInfo existingPool(final String name) {
        return Optional.ofNullable(pools.get(name))
                .orElseThrow(() -> refused(Code.NOT_FOUND, "no such pool: name=" + name));
    }

    private FakeVolume existingVolume(final String name) {
        return Optional.ofNullable(volumes.get(name))
                .orElseThrow(() -> refused(Code.NOT_FOUND, "no such volume: name=" + name));
    }

    private JobInfo newJob(final String kind, final String subject) {
        return jobs.start(kind, subject, 10, "sets").info();
    }

    private final class Devices implements DeviceService {
        @Override
        public List<DeviceInfo> infos() {
            return List.copyOf(devices.values());
        }

        @Override
        public UUID memberUuid() {
            return devices.isEmpty() ? null : MEMBER;
        }

        @Override
        public CompletionStage<DeviceInfo> add(final String path, final boolean force) {
            return stage(() -> {
                if (path.contains("absent")) {
                    throw refused(Code.NOT_FOUND, "no such device: path=" + path);
                }
                if (path.contains("foreign") && !force) {
                    throw refused(Code.FOREIGN, "device holds foreign data: path=" + path);
                }
                final UUID uuid = new UUID(0xD0000, devices.size() + 1);
                final DeviceInfo info = new DeviceInfo(
                        uuid,
                        path,
                        DeviceState.ONLINE,
                        1L << 30,
                        512,
                        64 << 20,
                        15,
                        "simulated",
                        0,
                        0,
                        "",
                        HealthInfo.UNKNOWN);
                devices.put(uuid, info);
                return info;
            });
        }

        @Override
        public CompletionStage<Void> forget(final UUID uuid) {
            return stage(() -> {
                devices.remove(uuid);
                return null;
            });
        }

        @Override
        public CompletionStage<DeviceInfo> clear(final UUID uuid) {
            return stage(() -> {
                healthOf(uuid, HealthInfo.UNKNOWN);
                return devices.get(uuid);
            });
        }

        @Override
        public CompletionStage<DeviceProbe> probe(final UUID uuid) {
            return stage(() -> {
                throw refused(Code.UNAVAILABLE, "device cannot be measured: uuid=" + uuid + " state=FOREIGN");
            });
        }

        @Override
        public CompletionStage<List<DeviceInfo>> scan() {
            return stage(this::infos);
        }

        @Override
        public List<Device> devices() {
            return List.of();
        }

        @Override
        public Optional<Device> find(final UUID uuid) {
            return Optional.empty();
        }

        @Override
        public void addListener(final DeviceListener listener) {}

        @Override
        public void removeListener(final DeviceListener listener) {}
    }

    /** Deletes a pool as soon as the pools have been listed again, as another administrator may. */
    public void deleteOnceListed(final String pool) {
        goneOnceListed = pool;
    }

    private final class Pools implements PoolService {
        @Override
        public List<PoolInfo> pools() {
            final List<PoolInfo> listed = List.copyOf(pools.values());
            pools.remove(goneOnceListed);
            return listed;
        }

        @Override
        public Optional<PoolInfo> pool(final String name) {
            return Optional.ofNullable(pools.get(name));
        }

        @Override
        public CompletionStage<PoolInfo> create(
                final String name, final String level, final String performanceClass, final WriteLogChoice writeLog) {
            return stage(() -> {
                checkClass(performanceClass);
                if (pools.containsKey(name)) {
                    throw refused(Code.EXISTS, "pool exists: name=" + name);
                }
                final boolean logged =
                        writeLog == WriteLogChoice.ON || writeLog == WriteLogChoice.AS_NEEDED && !level.equals("10");
                final PoolInfo info = pool(name, level, performanceClass, PoolThresholds.DEFAULT, logged);
                pools.put(name, info);
                return info;
            });
        }

        @Override
        public CompletionStage<PoolInfo> setWriteLog(final String name, final boolean on) {
            return stage(() -> {
                final PoolInfo old = existingPool(name);
                final PoolInfo info = pool(name, old.level(), old.performanceClass(), old.thresholds(), on);
                pools.put(name, info);
                return info;
            });
        }

        @Override
        public CompletionStage<PoolInfo> changeThresholds(final String name, final PoolThresholds thresholds) {
            return stage(() -> {
                final PoolInfo old = existingPool(name);
                final PoolInfo changed = pool(name, old.level(), old.performanceClass(), thresholds, old.writeLog());
                pools.put(name, changed);
                return changed;
            });
        }

        @Override
        public List<LevelUse> levels() {
            return List.of(
                    new LevelUse(
                            new RaidLevelInfo(
                                    "10", RaidLevelInfo.State.INSTALLED, "org.isobar.raid", "1.0.0", 2, 0, ""),
                            List.of("A"),
                            1,
                            0),
                    new LevelUse(
                            new RaidLevelInfo(
                                    "triple",
                                    RaidLevelInfo.State.MISSING,
                                    "",
                                    "",
                                    0,
                                    0,
                                    "level triple is not installed; install its bundle"),
                            List.of("T"),
                            2,
                            2));
        }

        private static PoolInfo pool(
                final String name,
                final String level,
                final String performanceClass,
                final PoolThresholds thresholds,
                final boolean writeLog) {
            return new PoolInfo(
                    name,
                    level,
                    performanceClass,
                    1,
                    1L << 30,
                    0,
                    1L << 32,
                    0,
                    0,
                    PoolFullness.NORMAL,
                    thresholds,
                    writeLog,
                    performanceClass.equals(ChunkletClasses.ANY) ? 0 : 2,
                    new ClassOfService(
                            new ServiceFigures(600, 960, 600, 480), new ServiceFigures(600, 480, 600, 480), 50, 1));
        }

        private static void checkClass(final String performanceClass) {
            if (!List.of(ChunkletClasses.ANY, "class-1").contains(performanceClass)) {
                throw refused(Code.INVALID, "performanceClass: must be one of [any, class-1], is " + performanceClass);
            }
        }

        @Override
        public CompletionStage<PoolInfo> changeClass(final String name, final String performanceClass) {
            return stage(() -> {
                final PoolInfo old = existingPool(name);
                checkClass(performanceClass);
                final PoolInfo changed = pool(name, old.level(), performanceClass, old.thresholds(), old.writeLog());
                pools.put(name, changed);
                return changed;
            });
        }

        @Override
        public CompletionStage<List<PlannedPool>> plannedLayout() {
            return CompletableFuture.completedStage(List.of(
                    new PlannedPool("A", "10", "class-1", pools.containsKey("A"), ""),
                    new PlannedPool("B", "5", "class-1", pools.containsKey("B"), "is of RAID 10")));
        }

        @Override
        public CompletionStage<List<PoolInfo>> createLayout() {
            create("A", "10");
            create("B", "5");
            create("C", "50");
            return stage(this::pools);
        }

        @Override
        public CompletionStage<Void> delete(final String name) {
            return stage(() -> {
                existingPool(name);
                if (volumes.values().stream()
                        .anyMatch(volume -> volume.info().pool().equals(name))) {
                    throw refused(Code.CONFLICT, "pool has volumes: name=" + name);
                }
                pools.remove(name);
                return null;
            });
        }

        @Override
        public List<SetPlacement> sets() {
            final List<SetPlacement> sets = new ArrayList<>();
            for (final PoolInfo pool : pools.values()) {
                final RaidColumn column = new RaidColumn(new UUID(0xD0000, 1), 3, ColumnState.IN_SYNC);
                final RaidSetSpec spec =
                        new RaidSetSpec(sets.size() + 1, pool.level(), 65536, 64 << 20, List.of(column));
                final RaidSetInfo info = RaidSetInfo.unused(
                        spec, RaidSetState.HEALTHY, List.of(new RaidSetInfo.ColumnInfo(column, true, false)));
                sets.add(new SetPlacement(pool.name(), PAGE_BYTES, 16, 2, info));
            }
            return sets;
        }

        @Override
        public List<DeviceUsage> usage() {
            return devices.keySet().stream()
                    .map(uuid -> new DeviceUsage(uuid, 12, Map.of("class-1", 7), Map.of("A", 3), Map.of("10", 3)))
                    .toList();
        }

        @Override
        public CompletionStage<JobInfo> removeDevice(final UUID device) {
            return stage(() -> {
                if (!devices.containsKey(device)) {
                    throw refused(Code.NOT_FOUND, "no such device: uuid=" + device);
                }
                return newJob("remove", "device=" + device);
            });
        }

        @Override
        public Optional<PoolSpace> space(final String name) {
            return pool(name)
                    .map(pool -> new PoolSpace(
                            name,
                            pool.usedBytes(),
                            pool.capacityBytes() - pool.usedBytes() + pool.growableBytes(),
                            pool.fullness(),
                            pool.thresholds()));
        }

        @Override
        public void addListener(final SpaceListener listener) {}

        @Override
        public void removeListener(final SpaceListener listener) {}

        @Override
        public CompletionStage<JobInfo> scrub(final String pool, final boolean repair) {
            return stage(() -> newJob("scrub", "pool=" + existingPool(pool).name() + " repair=" + repair));
        }

        @Override
        public PoolScrubs scrubs(final String pool) {
            final ScrubSchedule schedule =
                    schedules.getOrDefault(existingPool(pool).name(), ScrubSchedule.DEFAULT);
            final SetScrub last =
                    new SetScrub(true, 1000, 2000, 4096, 1, 0, 0, 0, 1, List.of(new SetScrub.LostPlace(1, 8, 4096)));
            return new PoolScrubs(
                    pool, schedule, List.of(new PoolScrubs.OfSet(1, last, null, 0, schedule.nextMs(2000))), 4096, 0, 1);
        }

        @Override
        public CompletionStage<ScrubSchedule> scheduleScrubs(final String pool, final ScrubSchedule schedule) {
            return stage(() -> {
                schedules.put(existingPool(pool).name(), schedule);
                return schedule;
            });
        }
    }

    private final class Volumes implements VolumeService {
        @Override
        public List<NamedService> services() {
            return List.of(
                    new NamedService("bulk", "efficiency>=99", List.of()),
                    new NamedService(
                            "safe",
                            "failures>=1",
                            pools.keySet().stream().filter("A"::equals).toList()));
        }

        @Override
        public List<Volume> volumes() {
            return List.copyOf(volumes.values());
        }

        @Override
        public Optional<Volume> find(final String name) {
            return Optional.ofNullable(volumes.get(name));
        }

        @Override
        public List<String> users(final String name) {
            return List.copyOf(users.getOrDefault(name, List.of()));
        }

        @Override
        public CompletionStage<VolumeInfo> create(final VolumeSpec spec) {
            return stage(() -> {
                if ("impossible".equals(spec.service())) {
                    throw refused(Code.INVALID, "service: no pool promises it");
                }
                final String poolName = spec.pool() == null ? "A" : spec.pool();
                final PoolInfo pool = existingPool(poolName);
                if (volumes.containsKey(spec.name())) {
                    throw refused(Code.EXISTS, "volume exists: name=" + spec.name());
                }
                final long number = volumes.size() + 1L;
                final VolumeInfo info = new VolumeInfo(
                        number,
                        new UUID(0xE0000, number),
                        spec.name(),
                        spec.sizeBytes(),
                        spec.pageBytes() == 0 ? PAGE_BYTES : spec.pageBytes(),
                        poolName,
                        pool.level(),
                        spec.pool() == null ? "most-free" : "manual",
                        VolumeState.ONLINE,
                        0,
                        spec.verifyReads(),
                        VolumeThresholds.NONE,
                        VolumeFullness.NORMAL);
                moves.allocated(spec.name(), FakeMoves.complete(spec.allocation()));
                volumes.put(spec.name(), new FakeVolume(info));
                return info;
            });
        }

        @Override
        public CompletionStage<VolumeInfo> grow(final String name, final long sizeBytes) {
            return stage(() -> {
                final FakeVolume volume = existingVolume(name);
                if (sizeBytes < volume.sizeBytes()) {
                    throw refused(Code.INVALID, "sizeBytes: must not be less than the volume has");
                }
                volume.become(
                        sizeBytes, volume.info().verifyReads(), volume.info().thresholds());
                return volume.info();
            });
        }

        @Override
        public CompletionStage<VolumeInfo> changeThresholds(final String name, final VolumeThresholds thresholds) {
            return stage(() -> {
                final FakeVolume volume = existingVolume(name);
                volume.become(volume.sizeBytes(), volume.info().verifyReads(), thresholds);
                return volume.info();
            });
        }

        @Override
        public CompletionStage<VolumeInfo> setVerifyReads(final String name, final boolean on) {
            return stage(() -> {
                final FakeVolume volume = existingVolume(name);
                volume.become(volume.sizeBytes(), on, volume.info().thresholds());
                return volume.info();
            });
        }

        @Override
        public CompletionStage<Void> delete(final String name, final boolean force) {
            return stage(() -> {
                existingVolume(name);
                if (!force && !users(name).isEmpty()) {
                    throw refused(Code.CONFLICT, "volume is in use: name=" + name);
                }
                volumes.remove(name);
                users.remove(name);
                return null;
            });
        }

        @Override
        public void addListener(final VolumeListener listener) {}

        @Override
        public void removeListener(final VolumeListener listener) {}
    }

    private final class Targets implements TargetService {
        @Override
        public List<PortalInfo> portals() {
            return List.copyOf(portals);
        }

        @Override
        public CompletionStage<PortalInfo> addPortal(final PortalSpec spec) {
            return stage(() -> {
                final PortalInfo added = portal(spec);
                if (portals.stream().anyMatch(portal -> place(portal).equals(place(added)))) {
                    throw refused(Code.EXISTS, "portal exists: portal=" + place(added));
                }
                portals.add(added);
                return added;
            });
        }

        @Override
        public CompletionStage<Void> removePortal(final String portal) {
            return stage(() -> {
                if (!portals.removeIf(each -> place(each).equals(portal))) {
                    throw refused(Code.NOT_FOUND, "no such portal: portal=" + portal);
                }
                return null;
            });
        }

        @Override
        public List<TargetInfo> targets() {
            return volumes.keySet().stream()
                    .map(name -> new TargetInfo(
                            iqn(name),
                            name,
                            List.of("iscsi://127.0.0.1:3260/" + iqn(name) + "/0"),
                            users.getOrDefault(name, List.of()).size()))
                    .toList();
        }

        @Override
        public List<SessionInfo> sessions() {
            return List.copyOf(sessions);
        }

        @Override
        public int drain(final SessionSelection which) {
            if (which.tsih() != null) {
                drop(which.tsih());
                return 1;
            }
            final int before = sessions.size();
            sessions.removeIf(session -> session.targetName().equals(which.target()));
            return before - sessions.size();
        }

        @Override
        public void drop(final int tsih) {
            if (!sessions.removeIf(session -> session.tsih() == tsih)) {
                throw refused(Code.NOT_FOUND, "no such session: tsih=" + tsih);
            }
        }
    }

    private final class Reservations implements ReservationService {
        @Override
        public ReservationInfo reservations(final String volume) {
            existingVolume(volume);
            return reservations.getOrDefault(
                    volume, new ReservationInfo(volume, true, 0, false, null, null, List.of()));
        }

        @Override
        public CompletionStage<ReservationInfo> clear(final String volume) {
            return stage(() -> {
                existingVolume(volume);
                reservations.remove(volume);
                return reservations(volume);
            });
        }
    }

    /** A volume that serves no blocks. */
    private static final class FakeVolume implements Volume {
        private VolumeInfo info;

        FakeVolume(final VolumeInfo info) {
            this.info = info;
        }

        void become(final long sizeBytes, final boolean verifyReads, final VolumeThresholds thresholds) {
            info = new VolumeInfo(
                    info.number(),
                    info.uuid(),
                    info.name(),
                    sizeBytes,
                    info.pageBytes(),
                    info.pool(),
                    info.level(),
                    info.policy(),
                    info.state(),
                    info.allocatedBytes(),
                    verifyReads,
                    thresholds,
                    info.fullness());
        }

        @Override
        public VolumeInfo info() {
            return info;
        }

        @Override
        public VolumeSpace space() {
            return new VolumeSpace(info.sizeBytes(), info.allocatedBytes(), info.thresholds(), null);
        }

        @Override
        public long pageOf(final long block) {
            return block * blockBytes() / info.pageBytes();
        }

        @Override
        public int owner(final long page) {
            return 0;
        }

        @Override
        public Hold hold(final String who) {
            return () -> {};
        }

        @Override
        public long sizeBytes() {
            return info.sizeBytes();
        }

        @Override
        public int blockBytes() {
            return SimMedia.SECTOR_BYTES;
        }

        @Override
        public void submit(final IoRequest request) {
            request.complete(IoStatus.OFFLINE);
        }
    }
}
