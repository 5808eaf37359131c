package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.isobar.api.pool.LevelUse;
import org.isobar.api.raid.LayoutBook;
import org.isobar.api.raid.RaidEngine;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.raid.RaidLevelInfo.State;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidShape;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The RAID levels as the sets need them. Sets whose level cannot be had any more are put to rest: requests that come are
 * refused, those under way end, logs are emptied, and the sets wait, offline, until it is back. Control lane, but for what
 * says otherwise.
 */
final class PoolLevels implements LayoutBook {
    private static final Logger LOG = LoggerFactory.getLogger(PoolLevels.class);

    private final MemberState state;
    private final SetTable sets;
    private final SetAssembler assembler;
    private final SetUpkeep upkeep;
    private final Capacity capacity;
    private Runnable gather = () -> {};
    private boolean serving;
    private boolean stopped;

    PoolLevels(
            final MemberState state,
            final SetTable sets,
            final SetAssembler assembler,
            final SetUpkeep upkeep,
            final Capacity capacity) {
        this.state = state;
        this.sets = sets;
        this.assembler = assembler;
        this.upkeep = upkeep;
        this.capacity = capacity;
    }

    /** Hears of levels from now on; those that are missing at the start are waited for, and the listener is told to look again. */
    void watch(final Runnable listener) {
        gather = listener;
        assembler.engine().keepTo(this);
    }

    /** Sets are assembled, as far as they can be. */
    void start() {
        serving = true;
        levelsChanged();
    }

    void stop() {
        stopped = true;
    }

    /** Levels of sets that cannot be had. */
    List<String> missing() {
        return state.sets().stream()
                .map(set -> set.spec().level())
                .filter(level -> !assembler.has(level))
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public Map<RaidShape, Long> layouts() {
        final Map<RaidShape, Long> layouts = new HashMap<>();
        for (final SetState set : state.sets()) {
            final RaidShape shape = RaidShape.of(set.spec());
            final OptionalLong known = state.layout(shape);
            if (known.isPresent()) {
                layouts.put(shape, known.getAsLong());
            }
        }
        return layouts;
    }

    @Override
    public void levelsChanged() {
        if (stopped) {
            return;
        }
        if (!serving) {
            gather.run();
            return;
        }
        for (final LiveSet set : sets.all()) {
            if (set.raid() != null
                    && !set.resting()
                    && !set.leaving()
                    && !assembler.has(set.state().spec().level())) {
                rest(set);
            }
        }
        upkeep.levelsChanged();
        capacity.changed();
    }

    private void rest(final LiveSet set) {
        LOG.warn(
                "set.rests set={} pool={} level={} why=\"{}\"",
                set.id(),
                set.state().pool(),
                set.state().spec().level(),
                whyMissing(assembler.engine(), set.state().spec().level()));
        final RaidSet raid = set.raid();
        set.rest();
        raid.close().whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.error("set.rest.failed set={} why={}", set.id(), Failures.message(failure));
                return;
            }
            set.rested();
            upkeep.requestReview();
        });
    }

    /** All levels that there are, or that pools need, by name. Any thread. */
    List<LevelUse> uses() {
        final Map<String, RaidLevelInfo> levels = new TreeMap<>();
        assembler.engine().levelInfos().forEach(info -> levels.put(info.name(), info));
        for (final PoolState pool : state.pools()) {
            levels.computeIfAbsent(
                    pool.level(),
                    name -> new RaidLevelInfo(name, State.MISSING, "", "", 0, 0, whyMissing(assembler.engine(), name)));
        }
        final List<LevelUse> uses = new ArrayList<>();
        levels.values().forEach(info -> uses.add(use(info)));
        return uses;
    }

    private LevelUse use(final RaidLevelInfo level) {
        final List<String> pools = state.pools().stream()
                .filter(pool -> pool.level().equals(level.name()))
                .map(PoolState::name)
                .toList();
        int count = 0;
        int offline = 0;
        for (final LiveSet set : sets.all()) {
            if (set.state().spec().level().equals(level.name())) {
                count++;
                offline += set.serving() ? 0 : 1;
            }
        }
        return new LevelUse(level, pools, count, offline);
    }

    /** What someone should look at. Any thread. */
    List<String> warnings() {
        return uses().stream()
                .filter(use -> !use.pools().isEmpty() && !use.level().why().isEmpty())
                .map(use -> "RAID level " + use.level().name() + " is "
                        + use.level().state() + ": pools=" + use.pools() + " sets=" + use.sets() + " offline="
                        + use.offlineSets() + "; " + use.level().why())
                .toList();
    }

    /** Why the sets of a pool are offline, if that is for its level; else empty. Any thread. */
    String reason(final PoolState pool) {
        return assembler.has(pool.level()) ? "" : whyMissing(assembler.engine(), pool.level());
    }

    /** What is wrong with a level that cannot be had, and what to do. Any thread. */
    static String whyMissing(final RaidEngine engine, final String level) {
        return engine.levelInfos().stream()
                .filter(info -> info.name().equals(level) && !info.why().isEmpty())
                .map(RaidLevelInfo::why)
                .findFirst()
                .orElse("level " + level + " is not installed; install its bundle");
    }
}
