package org.isobar.raid;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.raid.LayoutBook;
import org.isobar.api.raid.RaidEngine;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidShape;
import org.isobar.common.Check;
import org.isobar.common.lane.Lanes;
import org.isobar.common.time.Clock;
import org.isobar.spi.raid.RaidLevel;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The RAID engine. Sets in service keep the geometry that they were assembled with, whatever becomes of their level. */
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

        @AttributeDefinition(
                name = "Small writes",
                description = "bytes; writes of a part of a stripe are small up to this length",
                min = "0",
                max = "32768")
        int small_bytes() default 32768;

        @AttributeDefinition(
                name = "Patience with levels",
                description =
                        "ms; the sets of a RAID level whose bundle has gone serve for so long, then go offline until"
                                + " it is back",
                min = "0",
                max = "3600000")
        int level_away_ms() default LEVEL_AWAY_MS;
    }

    /** How long a level may be away, by default. */
    static final int LEVEL_AWAY_MS = 60_000;

    private static final int LEVEL_AWAY_MS_MAX = 3_600_000;

    private static final int PAGES_PER_MIB = 256;

    private final Lanes lanes;
    private final EngineSettings settings;
    private final SumCache sums;
    private final LaneWork[] works;
    private final Pace pace;
    private final PluggedLevels levels;
    /** By device; control lane only. */
    private final Map<UUID, IntentArea> areas = new HashMap<>();

    /** Sets in service; control lane only. */
    private final Map<Long, AssembledSet> sets = new HashMap<>();

    /** Sets that were in service before; control lane only. */
    private final Set<Long> earlier = new HashSet<>();

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
                        config.write_back(),
                        config.small_bytes()),
                config.level_away_ms());
    }

    /** With the shipped settings. */
    public RaidEngineService(final Lanes lanes, final Clock clock) {
        this(lanes, clock, EngineSettings.DEFAULT);
    }

    /** With the shipped patience with levels. */
    public RaidEngineService(final Lanes lanes, final Clock clock, final EngineSettings settings) {
        this(lanes, clock, settings, LEVEL_AWAY_MS);
    }

    /**
     * With all settings.
     *
     * @param levelAwayMs how long the sets of a level serve whose bundle has gone
     */
    public RaidEngineService(
            final Lanes lanes, final Clock clock, final EngineSettings settings, final int levelAwayMs) {
        this.lanes = lanes;
        levels = new PluggedLevels(
                lanes.control(), clock, Check.range("level.away.ms", levelAwayMs, 0, LEVEL_AWAY_MS_MAX));
        this.settings = settings;
        sums = new SumCache(settings.sumPages());
        works = new LaneWork[lanes.count()];
        for (int index = 0; index < works.length; index++) {
            works[index] = new LaneWork(lanes.lane(index), clock, settings);
        }
        pace = new Pace(clock, works, settings);
    }

    /** A bundle provides a level. */
    @Reference(
            name = "Level",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unplugLevel")
    void plugLevel(final RaidLevel level, final ServiceReference<RaidLevel> from) {
        final Bundle bundle = from.getBundle();
        final int ranking = from.getProperty(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0;
        levels.plug(
                level,
                bundle == null
                        ? LevelOrigin.NONE
                        : new LevelOrigin(
                                bundle.getSymbolicName(), bundle.getVersion().toString(), ranking));
    }

    /** It does so no more. */
    void unplugLevel(final RaidLevel level) {
        levels.unplug(level);
    }

    /** Plugs a level in that is of no bundle. */
    public void bindLevel(final RaidLevel level) {
        levels.plug(level, LevelOrigin.NONE);
    }

    /** Unplugs such a level. */
    public void unbindLevel(final RaidLevel level) {
        levels.unplug(level);
    }

    @Override
    public List<String> levels() {
        return levels.names();
    }

    @Override
    public RaidLevel level(final String name) {
        return plugged(name);
    }

    private PluggedLevel plugged(final String name) {
        final PluggedLevel level = levels.find(name);
        if (level == null) {
            throw new StorageException(
                    StorageException.Code.INVALID, "no such RAID level: level=" + name + " levels=" + levels());
        }
        return level;
    }

    @Override
    public List<RaidLevelInfo> levelInfos() {
        return levels.infos();
    }

    @Override
    public long fingerprint(final RaidShape shape) {
        try {
            return plugged(shape.level())
                    .geometry(shape.columns(), shape.stripBytes())
                    .fingerprint();
        } catch (final IllegalArgumentException refused) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "no such RAID set: " + shape + " why=" + refused.getMessage(),
                    refused);
        }
    }

    @Override
    public void keepTo(final LayoutBook book) {
        levels.keepTo(book);
    }

    @Override
    public long dataBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        return layout(level, columns, stripBytes, chunkletBytes, 0).sizeBytes();
    }

    @Override
    public long logBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        final SetLayout layout = layout(level, columns, stripBytes, chunkletBytes, 0);
        return layout.groupsStay() ? LogLayout.bytesFor(layout.dataStrips(), stripBytes, chunkletBytes) : 0;
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
            return new SetLayout(plugged(level).geometry(columns, stripBytes), chunkletBytes, logBytes);
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
            if (earlier.contains(spec.id())) {
                set.distrustCaches();
            }
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
        earlier.add(id);
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
