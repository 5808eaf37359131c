package org.isobar.device;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceListener;
import org.isobar.api.device.DeviceProbe;
import org.isobar.api.device.DeviceService;
import org.isobar.api.device.HealthKeeper;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;
import org.isobar.device.health.HealthSettings;
import org.isobar.device.smart.SmartPoll;
import org.isobar.device.smart.SmartSettings;
import org.isobar.spi.device.DeviceWrapping;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The block devices and files of this member. All that blocks runs on one thread of its own, never on a lane. */
@Component(
        service = {DeviceService.class, DeviceDirectory.class},
        configurationPid = "org.isobar.device")
@Designate(ocd = LocalDevices.Config.class)
public final class LocalDevices implements DeviceService {
    private static final Logger LOG = LoggerFactory.getLogger(LocalDevices.class);
    /** How long start and stop wait for devices that may hang. */
    private static final long PATIENCE_S = 20;

    /** Settings. */
    @ObjectClassDefinition(name = "Devices")
    public @interface Config {
        @AttributeDefinition(
                name = "Scanned paths",
                description = "absolute folders, files or globs in which this member's devices are found")
        String[] scan_paths() default {};

        @AttributeDefinition(
                name = "Scan interval",
                description = "milliseconds between two looks at the scanned paths and at the health of devices",
                min = "50",
                max = "3600000")
        long scan_interval_ms() default 2000;

        @AttributeDefinition(
                name = "Chunklet length",
                description = "bytes, of devices added from now on; power of two, 1 MiB to 1 GiB",
                min = "1048576",
                max = "1073741824")
        long chunklet_bytes() default 64L << 20;

        @AttributeDefinition(
                name = "Checksums",
                description = "whether devices added from now on keep checksums; false only to measure what they cost")
        boolean checksums() default true;

        @AttributeDefinition(
                name = "Engine",
                description = "how device I/O is done; auto takes io_uring where the lanes run on it",
                options = {
                    @Option(label = "auto", value = "auto"),
                    @Option(label = "io_uring", value = "io_uring"),
                    @Option(label = "filechannel", value = "filechannel")
                })
        String engine() default "auto";

        @AttributeDefinition(name = "Direct", description = "whether device I/O goes round the page cache (O_DIRECT)")
        boolean direct() default false;

        @AttributeDefinition(
                name = "Write error limit",
                description = "failed writes in a row after which a device is given up",
                min = "1",
                max = "1000000")
        int write_error_limit() default 16;

        @AttributeDefinition(
                name = "Time-out",
                description = "ms; an operation that takes longer is evidence against its device",
                min = "100",
                max = "3600000")
        int io_timeout_ms() default 8_000;

        @AttributeDefinition(
                name = "Limit",
                description =
                        "ms, at least the time-out; an operation that takes longer is given up and its device taken"
                                + " out, while every RAID set can do without it",
                max = "3600000")
        int io_limit_ms() default 25_000;

        @AttributeDefinition(
                name = "Read retries",
                description = "times that a failed read is tried again; 0 for never",
                min = "0",
                max = "5")
        int read_retries() default 2;

        @AttributeDefinition(
                name = "Read retry pause",
                description = "ms before a failed read is tried again",
                min = "1",
                max = "10000")
        int read_retry_ms() default 100;

        @AttributeDefinition(
                name = "Health look",
                description = "ms between two looks at the evidence against devices",
                min = "100",
                max = "600000")
        int health_look_ms() default 5_000;

        @AttributeDefinition(
                name = "Half-life",
                description = "seconds after which half of the evidence against a device is forgotten",
                min = "60",
                max = "2592000")
        int health_half_life_s() default 21_600;

        @AttributeDefinition(
                name = "Slow factor",
                description = "a device is slow when its latency is so many times its peers', or its own of before",
                min = "2",
                max = "1000")
        int slow_factor() default 8;

        @AttributeDefinition(
                name = "Hold-off",
                description = "ms; the first pause before a device that went away again is let in; doubles each time",
                min = "0",
                max = "86400000")
        int hold_off_ms() default 10_000;

        @AttributeDefinition(name = "Longest hold-off", description = "ms, at least the first", max = "86400000")
        int hold_off_max_ms() default 3_600_000;

        @AttributeDefinition(
                name = "SMART program",
                description = "smartctl of smartmontools 7 or later, by path or name; empty to ask no device")
        String smart_command() default "smartctl";

        @AttributeDefinition(
                name = "SMART interval",
                description = "seconds between two questions to a block device",
                min = "1",
                max = "604800")
        int smart_interval_s() default 3_600;

        @AttributeDefinition(
                name = "SMART limit",
                description = "seconds after which an answer is not waited for any longer",
                min = "1",
                max = "600")
        int smart_limit_s() default 30;
    }

    private final ScheduledExecutorService control;
    private final DeviceEvents events;
    private final DeviceRoster roster;
    private final Wrappings wrappings;
    private final ScheduledFuture<?> scanning;
    private final ScheduledFuture<?> looking;
    private final SmartPoll smart;

    @Activate
    public LocalDevices(
            final Config config,
            @Reference final NettyLanes lanes,
            @Reference final Clock clock,
            @Reference final Rng rng) {
        this(
                new DeviceSettings(
                        DeviceSettings.paths(config.scan_paths()),
                        config.scan_interval_ms(),
                        config.chunklet_bytes(),
                        config.engine(),
                        config.direct(),
                        new HealthSettings(
                                config.io_timeout_ms(),
                                config.io_limit_ms(),
                                config.read_retries(),
                                config.read_retry_ms(),
                                config.health_look_ms(),
                                config.health_half_life_s(),
                                config.slow_factor(),
                                config.write_error_limit(),
                                config.hold_off_ms(),
                                config.hold_off_max_ms()),
                        new SmartSettings(
                                config.smart_command().strip(), config.smart_interval_s(), config.smart_limit_s()),
                        config.checksums()),
                lanes,
                clock,
                rng);
    }

    /** Starts without a container; returns when the first scan is done. */
    LocalDevices(final DeviceSettings settings, final NettyLanes lanes, final Clock clock, final Rng rng) {
        control = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "isobar-devices"));
        events = new DeviceEvents(lanes.control());
        try {
            final HealthDesk desk = new HealthDesk(lanes, clock, rng, settings.health(), control, events);
            final DeviceOpener opener = new DeviceOpener(lanes, control, settings);
            wrappings = opener.wrappings();
            roster = new DeviceRoster(settings, opener, events, control, rng, desk);
        } catch (final RuntimeException e) {
            control.shutdown();
            throw e;
        }
        if (!waitFor(scan())) {
            LOG.warn("device.scan.slow limit={}s", PATIENCE_S);
        }
        scanning = control.scheduleWithFixedDelay(
                this::scanQuietly, settings.scanIntervalMs(), settings.scanIntervalMs(), TimeUnit.MILLISECONDS);
        final long lookMs = settings.health().lookMs();
        looking = control.scheduleWithFixedDelay(this::lookQuietly, lookMs, lookMs, TimeUnit.MILLISECONDS);
        smart = new SmartPoll(settings.smart(), clock, this::smartSubjects);
    }

    /** Leads all requests round through what a test brings, from now on; see {@link DeviceWrapping}. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindWrapping(final DeviceWrapping wrapping) {
        control.execute(() -> wrappings.use(wrapping));
    }

    /** Leads them straight again, unless another one has come before this one went. */
    void unbindWrapping(final DeviceWrapping wrapping) {
        if (!control.isShutdown()) {
            control.execute(() -> {
                if (wrappings.used() == wrapping) {
                    wrappings.use(null);
                }
            });
        }
    }

    /** Lets what is under way end and closes all devices. */
    @Deactivate
    public void close() {
        scanning.cancel(false);
        looking.cancel(false);
        smart.close();
        final CompletionStage<Void> closed = run(roster::closeAll)
                .thenCompose(closing -> CompletableFuture.allOf(closing.stream()
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new)));
        if (!waitFor(closed)) {
            LOG.error("device.close.slow limit={}s", PATIENCE_S);
        }
        control.shutdown();
    }

    @Override
    public List<Device> devices() {
        return roster.known().stream().<Device>map(KnownDevice::device).toList();
    }

    @Override
    public Optional<Device> find(final UUID uuid) {
        return Optional.ofNullable(roster.find(uuid)).map(KnownDevice::device);
    }

    @Override
    public void addListener(final DeviceListener listener) {
        events.addListener(listener);
    }

    @Override
    public void removeListener(final DeviceListener listener) {
        events.removeListener(listener);
    }

    @Override
    public List<DeviceInfo> infos() {
        return roster.infos();
    }

    @Override
    public UUID memberUuid() {
        return roster.member();
    }

    @Override
    public CompletionStage<DeviceInfo> add(final String path, final boolean force) {
        return run(() -> roster.add(realPath(path), force));
    }

    @Override
    public CompletionStage<Void> forget(final UUID uuid) {
        return run(() -> roster.forget(uuid)).thenCompose(Function.identity());
    }

    @Override
    public CompletionStage<DeviceProbe> probe(final UUID uuid) {
        return run(() -> roster.probe(uuid));
    }

    @Override
    public CompletionStage<List<DeviceInfo>> scan() {
        return run(() -> {
            roster.scan();
            return roster.infos();
        });
    }

    @Override
    public CompletionStage<Void> recall(final Map<UUID, byte[]> kept, final HealthKeeper keeper) {
        return run(() -> {
            roster.recall(kept, keeper);
            return null;
        });
    }

    @Override
    public CompletionStage<DeviceInfo> clear(final UUID uuid) {
        return run(() -> roster.clear(uuid));
    }

    private static Path realPath(final String path) {
        try {
            final Path given = Path.of(path);
            if (!given.isAbsolute()) {
                throw new StorageException(Code.INVALID, "path: must be absolute, is " + path);
            }
            return given.toRealPath();
        } catch (final InvalidPathException e) {
            throw new StorageException(Code.INVALID, "path: " + e.getMessage(), e);
        } catch (final IOException e) {
            throw new StorageException(Code.NOT_FOUND, "no such device: path=" + path, e);
        }
    }

    private void scanQuietly() {
        try {
            roster.scan();
        } catch (final RuntimeException e) {
            // The next scan must still come: it is what notices lost devices.
            LOG.error("device.scan.failed", e);
        }
    }

    private void lookQuietly() {
        try {
            roster.look();
        } catch (final RuntimeException e) {
            // The next look must still come: it is what notices failing devices.
            LOG.error("device.look.failed", e);
        }
    }

    private List<SmartPoll.Subject> smartSubjects() {
        return roster.known().stream()
                .filter(KnownDevice::online)
                .map(device -> new SmartPoll.Subject(
                        device.path(),
                        device.blockDevice(),
                        said -> control.execute(() -> device.health().smart(said))))
                .toList();
    }

    private <T> CompletableFuture<T> run(final Callable<T> work) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        control.execute(() -> {
            try {
                result.complete(work.call());
            } catch (final StorageException e) {
                result.completeExceptionally(e);
            } catch (final Exception e) {
                LOG.error("device.control.failed", e);
                result.completeExceptionally(new StorageException(Code.IO, "device control failed: " + e, e));
            }
        });
        return result;
    }

    private static boolean waitFor(final CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
            return true;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (final ExecutionException e) {
            LOG.error("device.control.failed", e);
            return true;
        } catch (final TimeoutException e) {
            return false;
        }
    }
}
