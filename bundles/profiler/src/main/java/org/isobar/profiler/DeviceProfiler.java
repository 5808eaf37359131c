package org.isobar.profiler;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceProbe;
import org.isobar.api.device.DeviceService;
import org.isobar.api.device.DeviceState;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.pool.FreeChunklets;
import org.isobar.api.pool.PageStore;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;
import org.isobar.api.profile.ProfileService;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Profiles of this member's devices: taken on demand and, with an interval set, one device after the other as their profiles get old;
 * kept in the catalog, so that they come back with the devices. Control lane, but for the pictures.
 */
@Component(service = ProfileService.class, configurationPid = "org.isobar.profiler")
@Designate(ocd = DeviceProfiler.Config.class)
public final class DeviceProfiler implements ProfileService {
    /** Where the catalog keeps them. */
    static final String TOPIC = "device.profile";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceProfiler.class);
    private static final long LOOK_NS = TimeUnit.MINUTES.toNanos(1);

    /** Settings. */
    @ObjectClassDefinition(name = "Device profiles")
    public @interface Config {
        @AttributeDefinition(name = "Places", description = "measured on each device at most", min = "16", max = "1024")
        int places() default 256;

        @AttributeDefinition(name = "Repetitions", description = "of each place", min = "1", max = "25")
        int repetitions() default 5;

        @AttributeDefinition(
                name = "Burst length",
                description = "bytes read in one go at each place; power of two, 64 KiB to 64 MiB",
                min = "65536",
                max = "67108864")
        int burst_bytes() default 4 << 20;

        @AttributeDefinition(
                name = "Share",
                description = "percent of the time that measuring takes while others use the device",
                min = "1",
                max = "100")
        int share_percent() default 10;

        @AttributeDefinition(
                name = "Least step",
                description = "percent that neighbouring regions differ by",
                min = "1",
                max = "1000")
        int least_step_percent() default 5;

        @AttributeDefinition(
                name = "Spread of a class",
                description =
                        "percent that regions of one class differ by at most, unless there would be too many classes",
                min = "1",
                max = "1000")
        int class_spread_percent() default 25;

        @AttributeDefinition(name = "Classes", description = "at most", min = "1", max = "16")
        int classes() default 4;

        @AttributeDefinition(
                name = "Drift",
                description = "percent from which a device that differs from its profile before is reported",
                min = "1",
                max = "1000")
        int drift_percent() default 20;

        @AttributeDefinition(
                name = "Interval",
                description = "hours after which a device is measured again; 0 for on demand only",
                min = "0",
                max = "87600")
        int interval_hours() default 0;
    }

    private final Lane control;
    private final Lanes lanes;
    private final Clock clock;
    private final Rng rng;
    private final Jobs jobs;
    private final Probes devices;
    private final FreeChunklets chunklets;
    private final ChunkletClasses pools;
    private final Catalog catalog;
    private final ProfilerSettings settings;
    private final Map<UUID, DeviceProfile> profiles = new ConcurrentSkipListMap<>();
    private final Map<UUID, Job> running = new ConcurrentHashMap<>();
    private final Set<UUID> failed = ConcurrentHashMap.newKeySet();
    /** Measured devices that were there since the start; one that no longer is was forgotten. Owned by the control lane. */
    private final Set<UUID> seen = new HashSet<>();

    private volatile List<PerformanceClass> classes = List.of();
    private volatile boolean stopped;

    /** Where probes come from. */
    interface Probes {
        /** A device of this member. */
        Optional<Device> find(UUID device);

        /** All of them. */
        List<Device> devices();

        /** A probe of an online one. */
        CompletionStage<DeviceProbe> probe(UUID device);
    }

    @Activate
    public DeviceProfiler(
            final Config config,
            @Reference final Lanes lanes,
            @Reference final Clock clock,
            @Reference final Rng rng,
            @Reference final Jobs jobs,
            @Reference final DeviceService devices,
            @Reference final FreeChunklets chunklets,
            @Reference final ChunkletClasses pools,
            @Reference final PageStore store,
            @Reference final Catalog catalog) {
        this(
                lanes,
                clock,
                rng,
                jobs,
                probesOf(devices),
                chunklets,
                pools,
                catalog,
                new ProfilerSettings(
                        config.places(),
                        config.repetitions(),
                        config.burst_bytes(),
                        config.share_percent(),
                        config.least_step_percent(),
                        config.class_spread_percent(),
                        config.classes(),
                        config.drift_percent(),
                        config.interval_hours()));
        store.whenServing().thenRun(this::begin);
    }

    /** Without a container; {@link #begin} is to follow when the catalog serves. */
    DeviceProfiler(
            final Lanes lanes,
            final Clock clock,
            final Rng rng,
            final Jobs jobs,
            final Probes devices,
            final FreeChunklets chunklets,
            final ChunkletClasses pools,
            final Catalog catalog,
            final ProfilerSettings settings) {
        this.lanes = lanes;
        this.control = lanes.control();
        this.clock = clock;
        this.rng = rng;
        this.jobs = jobs;
        this.devices = devices;
        this.chunklets = chunklets;
        this.pools = pools;
        this.catalog = catalog;
        this.settings = settings;
    }

    private static Probes probesOf(final DeviceService service) {
        return new Probes() {
            @Override
            public Optional<Device> find(final UUID device) {
                return service.find(device);
            }

            @Override
            public List<Device> devices() {
                return service.devices();
            }

            @Override
            public CompletionStage<DeviceProbe> probe(final UUID device) {
                return service.probe(device);
            }
        };
    }

    /** Reads the profiles that there are, and looks for old ones from now on. */
    void begin() {
        catalog.all(TOPIC).forEach((key, document) -> {
            try {
                final DeviceProfile profile = ProfileCodec.decode(document);
                profiles.putIfAbsent(profile.device(), profile);
            } catch (final IllegalArgumentException e) {
                LOG.warn("profile.unreadable device={} why=\"{}\" do=\"measure it again\"", key, e.getMessage());
            }
        });
        classify();
        control.schedule(this::look, LOOK_NS);
    }

    /** Ends what runs. */
    @Deactivate
    public void stop() {
        stopped = true;
        running.values().forEach(Job::requestCancel);
    }

    @Override
    public CompletionStage<JobInfo> measure(final UUID device, final boolean writes) {
        final CompletableFuture<JobInfo> started = new CompletableFuture<>();
        control.execute(() -> {
            try {
                final Device found = online(device);
                if (running.containsKey(device)) {
                    throw new StorageException(Code.CONFLICT, "device is being measured: device=" + device);
                }
                final Job job = jobs.start("profile", "device=" + device + " writes=" + writes, 0, "visits");
                running.put(device, job);
                run(found, writes, job);
                started.complete(job.info());
            } catch (final StorageException refused) {
                started.completeExceptionally(refused);
            }
        });
        return started;
    }

    @Override
    public Optional<DeviceProfile> profile(final UUID device) {
        return Optional.ofNullable(profiles.get(device));
    }

    @Override
    public String picture(final UUID device) {
        return ProfilePicture.svg(profile(device)
                .orElseThrow(
                        () -> new StorageException(Code.NOT_FOUND, "device was never measured: device=" + device)));
    }

    @Override
    public List<DeviceProfile> profiles() {
        return List.copyOf(profiles.values());
    }

    @Override
    public List<PerformanceClass> classes() {
        return classes;
    }

    private Device online(final UUID device) {
        final Device found = devices.find(device)
                .orElseThrow(() -> new StorageException(Code.NOT_FOUND, "no such device: uuid=" + device));
        if (found.state() != DeviceState.ONLINE) {
            throw new StorageException(
                    Code.UNAVAILABLE, "device cannot be measured: uuid=" + device + " state=" + found.state());
        }
        return found;
    }

    private void run(final Device device, final boolean writes, final Job job) {
        devices.probe(device.uuid())
                .thenCompose(probe -> new ProfileRun(
                                lanes.control(),
                                clock,
                                rng,
                                probe,
                                chunklets,
                                device.uuid(),
                                device.layout(),
                                writes,
                                job,
                                settings)
                        .start()
                        .thenCompose(samples -> samples.isEmpty()
                                ? CompletableFuture.completedStage(false)
                                : keep(device, probe.direct(), samples)))
                .whenComplete((kept, failure) -> control.execute(() -> ended(device.uuid(), job, kept, failure)));
    }

    private void ended(final UUID device, final Job job, final Boolean kept, final Throwable failure) {
        running.remove(device);
        if (failure != null) {
            final Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
            failed.add(device);
            job.failed(why.getMessage());
            LOG.warn("profile.failed device={} why=\"{}\"", device, why.getMessage());
        } else if (kept) {
            failed.remove(device);
            job.done();
        } else {
            job.cancelled();
        }
    }

    private CompletionStage<Boolean> keep(
            final Device device, final boolean direct, final List<ProfileSample> samples) {
        final Optional<DeviceProfile> before = profile(device.uuid());
        final List<ProfileRegion> regions = Regions.of(device.layout(), samples, settings.cutter(samples.size()));
        final int drift =
                before.map(old -> Drift.percent(old.samples(), samples)).orElse(0);
        final DeviceProfile profile = new DeviceProfile(
                device.uuid(),
                before.map(DeviceProfile::version).orElse(0) + 1,
                clock.wallMs(),
                direct,
                settings.repetitions(),
                drift,
                samples,
                regions);
        final byte[] document = ProfileCodec.encode(profile);
        // With figures as exact as after a restart.
        final DeviceProfile kept = ProfileCodec.decode(document);
        return catalog.put(TOPIC, device.uuid().toString(), document).thenApply(nothing -> {
            profiles.put(device.uuid(), kept);
            classify();
            tell(kept);
            return true;
        });
    }

    private void tell(final DeviceProfile profile) {
        LOG.info(
                "profile.taken device={} version={} direct={} regions={}",
                profile.device(),
                profile.version(),
                profile.direct(),
                profile.regions().size());
        if (profile.driftPercent() >= settings.driftPercent()) {
            LOG.warn(
                    "profile.drift device={} percent={} limit={} do=\"look at the device's health\"",
                    profile.device(),
                    profile.driftPercent(),
                    settings.driftPercent());
        }
    }

    private void classify() {
        classes = settings.classMaker().classes(profiles());
        pools.classify(classes).whenComplete((nothing, failure) -> {
            if (failure != null) {
                final Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
                LOG.warn("profile.classes.failed why=\"{}\" do=\"measure a device again\"", why.getMessage());
            }
        });
    }

    private void look() {
        if (stopped) {
            return;
        }
        control.schedule(this::look, LOOK_NS);
        forgetGoneDevices();
        if (settings.intervalHours() > 0 && running.isEmpty()) {
            measureTheOldest();
        }
    }

    /** Drops profiles of devices that were taken out of the member; those that are only missing keep theirs. */
    private void forgetGoneDevices() {
        final Set<UUID> removed = pools.removed();
        for (final UUID device : profiles.keySet()) {
            final boolean there = devices.find(device).isPresent();
            if (there) {
                seen.add(device);
            }
            if (removed.contains(device) || !there && seen.contains(device)) {
                catalog.remove(TOPIC, device.toString())
                        .whenComplete((nothing, failure) -> control.execute(() -> forgotten(device, failure)));
            }
        }
    }

    private void forgotten(final UUID device, final Throwable failure) {
        if (failure != null) {
            LOG.warn("profile.not-forgotten device={} why=\"{}\" retry=1min", device, failure.getMessage());
            return;
        }
        seen.remove(device);
        if (profiles.remove(device) != null) {
            LOG.info("profile.forgotten device={} why=\"device was removed\"", device);
            classify();
        }
    }

    /** Measures the device that has waited longest, if its profile is old. */
    private void measureTheOldest() {
        final long old = clock.wallMs() - TimeUnit.HOURS.toMillis(settings.intervalHours());
        devices.devices().stream()
                .filter(device -> device.state() == DeviceState.ONLINE && !failed.contains(device.uuid()))
                .filter(device -> takenWallMs(device.uuid()) <= old)
                .min((one, other) -> Long.compare(takenWallMs(one.uuid()), takenWallMs(other.uuid())))
                .ifPresent(device -> measure(device.uuid(), false));
    }

    private long takenWallMs(final UUID device) {
        return profile(device).map(DeviceProfile::takenWallMs).orElse(0L);
    }
}
