package org.isobar.raid;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.isobar.api.raid.LayoutBook;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.raid.RaidLevelInfo.State;
import org.isobar.api.raid.RaidShape;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;
import org.isobar.spi.raid.RaidLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The levels that bundles provide, by name. One that has gone can still be had for some time, so that the update of its
 * bundle is not felt; one that would lay out data otherwise than it lies is not taken. Any thread.
 */
final class PluggedLevels {
    private static final Logger LOG = LoggerFactory.getLogger(PluggedLevels.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,16}");

    private static final LayoutBook NOBODY = new Blank();

    private final Lane control;
    private final Clock clock;
    private final long awayNs;
    /** The levels that can be had; what {@link #lock} guards decides about it. */
    private final Map<String, PluggedLevel> usable = new ConcurrentHashMap<>();

    private volatile LayoutBook book = NOBODY;
    /** Guards the seats. Nothing foreign is called, and no other lock taken, while it is held. */
    private final Object lock = new Object();

    private final Map<String, Seat> seats = new TreeMap<>();

    PluggedLevels(final Lane control, final Clock clock, final long awayMs) {
        this.control = control;
        this.clock = clock;
        awayNs = TimeUnit.MILLISECONDS.toNanos(awayMs);
    }

    /** The services of one name, and which of them is taken. */
    private static final class Seat {
        private final List<PluggedLevel> offers = new ArrayList<>();
        /** Who is taken; stays when its service goes, until the time is up. */
        private PluggedLevel taken;
        /** Who was taken last. */
        private PluggedLevel last;

        private boolean away;
        private long sinceNs;
    }

    void plug(final RaidLevel service, final LevelOrigin origin) {
        final PluggedLevel level = new PluggedLevel(service, origin);
        if (level.name() == null || !NAME.matcher(level.name()).matches()) {
            LOG.warn(
                    "raid.level-unnamed bundle={} name={}: must be 1 to 16 of letters, digits, dash, underscore, dot",
                    origin.bundle(),
                    level.name());
            return;
        }
        level.compare(book.layouts());
        synchronized (lock) {
            final Seat seat = seats.computeIfAbsent(level.name(), name -> new Seat());
            seat.offers.add(level);
            settle(level.name(), seat);
        }
    }

    void unplug(final RaidLevel service) {
        synchronized (lock) {
            seats.forEach((name, seat) -> {
                if (seat.offers.removeIf(level -> level.is(service))) {
                    settle(name, seat);
                }
            });
        }
    }

    /** How data lies is asked there from now on; all levels are compared with it. */
    void keepTo(final LayoutBook known) {
        book = known;
        final List<PluggedLevel> all = new ArrayList<>();
        synchronized (lock) {
            seats.values().forEach(seat -> all.addAll(seat.offers));
        }
        final Map<RaidShape, Long> now = known.layouts();
        all.forEach(level -> level.compare(now));
        synchronized (lock) {
            seats.forEach(this::settle);
        }
    }

    /** The level of that name that can be had, or null. */
    PluggedLevel find(final String name) {
        return usable.get(name);
    }

    List<String> names() {
        return usable.keySet().stream().sorted().toList();
    }

    List<RaidLevelInfo> infos() {
        final Set<String> needed = new TreeSet<>();
        book.layouts().keySet().forEach(shape -> needed.add(shape.level()));
        final Map<String, RaidLevelInfo> infos = new TreeMap<>();
        synchronized (lock) {
            seats.forEach((name, seat) -> {
                if (seat.taken != null || !seat.offers.isEmpty() || needed.contains(name)) {
                    infos.put(name, info(name, seat));
                }
            });
        }
        final Map<String, Seat> none = new HashMap<>();
        for (final String name : needed) {
            infos.computeIfAbsent(name, missing -> info(missing, none.computeIfAbsent(missing, key -> new Seat())));
        }
        return List.copyOf(infos.values());
    }

    private RaidLevelInfo info(final String name, final Seat seat) {
        final PluggedLevel shown =
                seat.taken != null ? seat.taken : seat.offers.isEmpty() ? seat.last : seat.offers.get(0);
        final State state = state(seat);
        final boolean counts = state != State.INSTALLED && seat.last != null;
        return new RaidLevelInfo(
                name,
                state,
                shown == null ? "" : shown.origin().bundle(),
                shown == null ? "" : shown.origin().version(),
                shown == null ? 0 : shown.minDevices(),
                counts ? TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - seat.sinceNs) : 0,
                why(name, seat, state));
    }

    private static State state(final Seat seat) {
        if (seat.taken != null) {
            return seat.away ? State.AWAY : State.INSTALLED;
        }
        return seat.offers.isEmpty() ? State.MISSING : State.REFUSED;
    }

    private String why(final String name, final Seat seat, final State state) {
        final StringBuilder why = new StringBuilder();
        if (state == State.AWAY) {
            why.append("its bundle has gone; its sets serve as before for ")
                    .append(TimeUnit.NANOSECONDS.toSeconds(awayNs))
                    .append(" s after that: install or start it");
        } else if (state == State.MISSING) {
            why.append("level ").append(name).append(" is not installed; install its bundle");
        }
        for (final PluggedLevel offer : seat.offers) {
            if (!offer.refusal().isEmpty()) {
                why.append(why.isEmpty() ? "" : "; ")
                        .append("version ")
                        .append(offer.origin().version())
                        .append(" of bundle ")
                        .append(offer.origin().bundle())
                        .append(" is refused: it ")
                        .append(offer.refusal());
            }
        }
        return why.toString();
    }

    /** Takes the best offer, or says goodbye to the one that was taken. Holds the lock. */
    private void settle(final String name, final Seat seat) {
        final PluggedLevel before = seat.taken;
        final boolean wasAway = seat.away;
        final PluggedLevel best = seat.offers.stream()
                .filter(offer -> offer.refusal().isEmpty())
                .max(Comparator.<PluggedLevel>comparingInt(
                                offer -> offer.origin().ranking())
                        .thenComparing(offer -> offer == before))
                .orElse(null);
        tellRefused(name, seat);
        if (best != null) {
            seat.taken = best;
            seat.last = best;
            seat.away = false;
        } else if (before != null && seat.offers.contains(before)) {
            // It did well until data was found that lies otherwise.
            seat.taken = null;
            seat.away = false;
            seat.sinceNs = clock.nanoTime();
        } else if (before != null && !wasAway) {
            seat.away = true;
            seat.sinceNs = clock.nanoTime();
            expireLater(name, seat, seat.sinceNs);
        }
        if (seat.taken != before || seat.away != wasAway) {
            changed(name, seat);
        }
    }

    private static void tellRefused(final String name, final Seat seat) {
        for (final PluggedLevel offer : seat.offers) {
            if (!offer.refusal().isEmpty()) {
                LOG.warn(
                        "raid.level-refused level={} bundle={} version={} why=\"it {}\"",
                        name,
                        offer.origin().bundle(),
                        offer.origin().version(),
                        offer.refusal());
            }
        }
    }

    private void expireLater(final String name, final Seat seat, final long sinceNs) {
        control.execute(() -> control.schedule(
                () -> {
                    synchronized (lock) {
                        if (seat.away && seat.sinceNs == sinceNs) {
                            seat.taken = null;
                            seat.away = false;
                            changed(name, seat);
                        }
                    }
                },
                awayNs));
    }

    private void changed(final String name, final Seat seat) {
        if (seat.taken == null) {
            usable.remove(name);
            LOG.warn("raid.level-gone level={} why=\"{}\"", name, why(name, seat, state(seat)));
        } else {
            usable.put(name, seat.taken);
            LOG.info(
                    "raid.level level={} state={} bundle={} version={}",
                    name,
                    state(seat),
                    seat.taken.origin().bundle(),
                    seat.taken.origin().version());
        }
        if (book != NOBODY) {
            control.execute(() -> book.levelsChanged());
        }
    }

    /** Nothing lies anywhere. */
    private static final class Blank implements LayoutBook {
        @Override
        public Map<RaidShape, Long> layouts() {
            return Map.of();
        }

        @Override
        public void levelsChanged() {
            // Nobody to tell.
        }
    }
}
