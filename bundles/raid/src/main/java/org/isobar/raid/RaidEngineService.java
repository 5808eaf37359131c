package org.isobar.raid;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.StorageException;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.raid.RaidEngine;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.lane.Lanes;
import org.isobar.common.time.Clock;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The RAID engine. A level that is unplugged is missed by new sets only: a running set keeps its geometry. */
@Component(service = RaidEngine.class, configurationPid = "org.isobar.raid")
@Designate(ocd = RaidEngineService.Config.class)
public final class RaidEngineService implements RaidEngine {
    /** Settings; see {@link EngineSettings}. */
    @ObjectClassDefinition(name = "Isobar RAID engine")
    public @interface Config {
        @AttributeDefinition(
                name = "Write intent idle time",
                description = "ms; a write-intent region without writes for so long is cleared",
                min = "100",
                max = "3600000")
        int intent_idle_ms() default 5000;

        @AttributeDefinition(
                name = "Parallel stripes of a sweep",
                description = "stripes that one resync, rebuild or scrub works on at the same time",
                min = "1",
                max = "64")
        int sweep_parallel() default 4;

        @AttributeDefinition(
                name = "Parts in flight per lane",
                description = "strip reads and group writes in flight on one lane; further ones wait",
                min = "16",
                max = "65536")
        int lane_parts() default 512;

        @AttributeDefinition(
                name = "Requests in flight per lane",
                description = "further ones are answered BUSY",
                min = "16",
                max = "65536")
        int lane_requests() default 4096;

        @AttributeDefinition(
                name = "Memory for checksums",
                description = "MiB of checksums kept in memory; each covers nearly 1 GiB of RAID columns",
                min = "1",
                max = "65536")
        int sums_cache_mib() default 64;

        @AttributeDefinition(
                name = "Share of sweeps",
                description =
                        "percent of the time that resyncs, rebuilds and scrubs work while requests come; 100 does not"
                                + " hold them back",
                min = "1",
                max = "100")
        int sweep_share() default 15;

        @AttributeDefinition(
                name = "Floor of sweeps",
                description = "MiB per second that they make together all the same",
                min = "1",
                max = "65536")
        int sweep_floor_mib() default 8;

        @AttributeDefinition(
                name = "Quiet time",
                description = "ms; sweeps run at full speed when no request came for so long",
                min = "1",
                max = "60000")
        int sweep_quiet_ms() default 100;

        @AttributeDefinition(
                name = "Write-back",
                description =
                        "small writes to sets with a write log are acknowledged when two columns have them in the log,"
                                + " and are made in place later; false makes them in place before")
        boolean write_back() default true;
    }

    private static final int PAGES_PER_MIB = 256;
    /** The write log takes this part of a chunklet, when that is neither too much nor too little. */
    private static final int LOG_PART = 16;

    private static final int LOG_PART_MAX = 4;
    private static final long LOG_BYTES_MAX = 16L << 20;

    private final Lanes lanes;
    private final EngineSettings settings;
    private final SumCache sums;
    private final LaneWork[] works;
    private final Pace pace;
    private final Map<String, RaidLevel> levels = new ConcurrentHashMap<>();
    /** By device; control lane only. */
    private final Map<UUID, IntentArea> areas = new HashMap<>();

    /** Sets in service; control lane only. */
    private final Map<Long, AssembledSet> sets = new HashMap<>();

    @Activate
    public RaidEngineService(@Reference final Lanes lanes, @Reference final Clock clock, final Config config) {
        this(
                lanes,
                clock,
                new EngineSettings(
                        config.intent_idle_ms(),
                        config.sweep_parallel(),
                        config.lane_parts(),
                        config.lane_requests(),
                        config.sums_cache_mib() * PAGES_PER_MIB,
                        config.sweep_share(),
                        config.sweep_floor_mib(),
                        config.sweep_quiet_ms(),
                        config.write_back()));
    }

    /** With the shipped settings. */
    public RaidEngineService(final Lanes lanes, final Clock clock) {
        this(lanes, clock, EngineSettings.DEFAULT);
    }

    public RaidEngineService(final Lanes lanes, final Clock clock, final EngineSettings settings) {
        this.lanes = lanes;
        this.settings = settings;
        sums = new SumCache(settings.sumPages());
        works = new LaneWork[lanes.count()];
        for (int index = 0; index < works.length; index++) {
            works[index] = new LaneWork(lanes.lane(index), clock, settings);
        }
        pace = new Pace(clock, works, settings);
    }

    /** Plugs a level in. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindLevel(final RaidLevel level) {
        levels.put(level.name(), level);
    }

    /** Unplugs a level. */
    public void unbindLevel(final RaidLevel level) {
        levels.remove(level.name(), level);
    }

    @Override
    public List<String> levels() {
        return levels.keySet().stream().sorted().toList();
    }

    @Override
    public RaidLevel level(final String name) {
        final RaidLevel level = levels.get(name);
        if (level == null) {
            throw new StorageException(
                    StorageException.Code.INVALID, "no such RAID level: level=" + name + " levels=" + levels());
        }
        return level;
    }

    @Override
    public long dataBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        return layout(level, columns, stripBytes, chunkletBytes, 0).sizeBytes();
    }

    @Override
    public long logBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        final int dataStrips =
                layout(level, columns, stripBytes, chunkletBytes, 0).dataStrips();
        if (dataStrips == 1) {
            return 0;
        }
        final long least = LogLayout.bytesMin(dataStrips, stripBytes);
        final long wanted = Math.max(least, Math.min(chunkletBytes / LOG_PART, LOG_BYTES_MAX));
        return wanted > chunkletBytes / LOG_PART_MAX ? 0 : wanted / LogLayout.BLOCK_BYTES * LogLayout.BLOCK_BYTES;
    }

    @Override
    public boolean mustDiffer(final String level, final int columns, final int columnA, final int columnB) {
        return layout(level, columns, SetLayout.STRIP_BYTES_MIN, (long) columns * SetLayout.STRIP_BYTES_MIN, 0)
                .shareGroup(columnA, columnB);
    }

    private SetLayout layout(
            final String level,
            final int columns,
            final int stripBytes,
            final long chunkletBytes,
            final long logBytes) {
        try {
            final RaidGeometry geometry = level(level).geometry(columns, stripBytes);
            return new SetLayout(geometry, chunkletBytes, logBytes);
        } catch (final IllegalArgumentException refused) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "no such RAID set: level=" + level + " columns=" + columns + " stripBytes=" + stripBytes
                            + " chunkletBytes=" + chunkletBytes + " why=" + refused.getMessage(),
                    refused);
        }
    }

    @Override
    public CompletionStage<RaidSet> assemble(
            final RaidSetSpec spec, final DeviceDirectory devices, final RaidSetJournal journal) {
        try {
            final SetLayout layout = layout(
                    spec.level(), spec.columns().size(), spec.stripBytes(), spec.chunkletBytes(), spec.logBytes());
            if (spec.id() < 1 || sets.containsKey(spec.id())) {
                throw new StorageException(
                        StorageException.Code.CONFLICT, "set assembled already, or bad id: set=" + spec.id());
            }
            checkDistinct(spec, layout);
            final AssembledSet set = new AssembledSet(spec, layout, lanes, works, settings, journal, this);
            final CompletableFuture<RaidSet> assembly = new Assembly(spec, layout, set, this::area).assemble(devices);
            sets.put(spec.id(), set);
            return assembly.whenComplete((assembled, failure) -> {
                if (failure != null) {
                    forget(spec.id());
                }
            });
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** A set is no longer in service. */
    void forget(final long id) {
        sets.remove(id);
    }

    /** A flush of this device failed. */
    void flushFailed(final Device device) {
        List.copyOf(sets.values()).forEach(set -> set.writesLost(device));
    }

    private static void checkDistinct(final RaidSetSpec spec, final SetLayout layout) {
        for (int a = 0; a < spec.columns().size(); a++) {
            for (int b = a + 1; b < spec.columns().size(); b++) {
                final boolean together = spec.columns()
                        .get(a)
                        .device()
                        .equals(spec.columns().get(b).device());
                if (together && layout.shareGroup(a, b)) {
                    throw new StorageException(
                            StorageException.Code.INVALID,
                            "two columns of a group on one device: set=" + spec.id() + " columns=" + a + "," + b);
                }
            }
        }
    }

    /** What all sweeps go by. */
    Pace pace() {
        return pace;
    }

    /** The checksums in memory. Control lane only. */
    SumCache sums() {
        return sums;
    }

    /** The write-intent area of a device. Control lane only. */
    IntentArea area(final Device device) {
        return areas.compute(
                device.uuid(),
                (uuid, known) ->
                        known != null && known.device() == device ? known : new IntentArea(device, lanes.control()));
    }
}
