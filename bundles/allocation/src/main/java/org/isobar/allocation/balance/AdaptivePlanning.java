package org.isobar.allocation.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancePool;

/** One plan of the adaptive policy in the making. */
final class AdaptivePlanning {
    private static final int PERCENT = 100;
    /** What a move relieves must exceed what it burdens by this much. */
    static final double WORTH = 1.25;

    private final AdaptiveSettings settings;
    private final BalancePicture picture;
    private final Map<String, PoolLoad> pools = new TreeMap<>();
    private final List<BalanceMove> moves = new ArrayList<>();
    private final Set<BalancePage> moving = new HashSet<>();
    private final Spread spread;
    private long budgetBytes;
    private int cooling;
    private int seldom;
    private int unpaid;
    private int even;
    private boolean budgetSpent;

    AdaptivePlanning(final AdaptiveSettings settings, final BalancePicture picture) {
        this.settings = settings;
        this.picture = picture;
        budgetBytes = picture.budgetBytes();
        picture.pools().forEach(pool -> pools.put(pool.name(), new PoolLoad(pool)));
        spread = Spread.of(picture.pools());
    }

    BalancePlan plan() {
        if (pools.size() < 2) {
            return BalancePlan.nothing("there are fewer than two pools to choose between");
        }
        for (final BalancePool pool : picture.pools()) {
            if (!pool.measured()) {
                return BalancePlan.nothing(
                        "it is not known what pool " + pool.name() + " can do: measure its devices, for writes too");
            }
        }
        picture.pages().stream()
                .filter(page -> pools.containsKey(page.pool()))
                .sorted(Comparator.comparingDouble(BalancePage::requests)
                        .thenComparingLong(BalancePage::volume)
                        .thenComparingLong(BalancePage::page))
                .forEach(page -> pools.get(page.pool()).add(page));
        pools.values().forEach(this::relieve);
        for (final BalancePage page : picture.pages()) {
            if (budgetSpent) {
                break;
            }
            if (pools.containsKey(page.pool()) && !moving.contains(page)) {
                improve(page);
            }
        }
        return new BalancePlan(moves, moves.isEmpty() ? whyNone() : why());
    }

    /** Takes the least busy pages out of a pool that is too full. */
    private void relieve(final PoolLoad full) {
        if (!full.overfull()) {
            return;
        }
        while (full.beyondLimit() && !budgetSpent) {
            final BalancePage page = full.coldest(this::stays, leaving -> refuge(leaving, full) != null);
            if (page == null) {
                return;
            }
            if (spend(page.bytes())) {
                final String why = "pool " + full.name() + " is filled to its warning threshold";
                move(page, full, refuge(page, full), 0, why);
            }
        }
    }

    /** Where a page of a pool that is too full burdens others least; null when no pool has room. */
    private PoolLoad refuge(final BalancePage leaving, final PoolLoad full) {
        return pools.values().stream()
                .filter(other -> other != full && leaving.mayLieIn(other.name()) && other.hasRoomFor(leaving.bytes()))
                .max(Comparator.comparingDouble(other ->
                        MoveEffect.of(pools.values(), leaving, 1, full, other).gain()))
                .orElse(null);
    }

    private boolean stays(final BalancePage page) {
        return moving.contains(page) || cooling(page);
    }

    /** Moves a page to where it waits least, if that is worth it. */
    private void improve(final BalancePage page) {
        final PoolLoad from = pools.get(page.pool());
        final double sure = spread.atLeast(page.requests());
        final double part = page.requests() > 0 ? sure / page.requests() : 0;
        PoolLoad best = null;
        double bestGain = 0;
        for (final PoolLoad to : pools.values()) {
            if (to != from && page.mayLieIn(to.name())) {
                final MoveEffect effect = MoveEffect.of(pools.values(), page, part, from, to);
                if (effect.worthIt() && effect.gain() > bestGain) {
                    best = to;
                    bestGain = effect.gain();
                }
            }
        }
        if (best == null) {
            return;
        }
        if (page.epochsSeen() < settings.epochsSeen()) {
            seldom++;
        } else if (cooling(page)) {
            cooling++;
        } else if (best.hasRoomFor(page.bytes())) {
            if (!pays(bestGain, costS(page, from, best))) {
                unpaid++;
            } else if (spend(page.bytes())) {
                move(page, from, best, bestGain, reason(page, from, best));
            }
        } else {
            swap(page, from, best, bestGain, sure);
        }
    }

    /** Moves a page into a pool that another page leaves for it. */
    private void swap(
            final BalancePage page, final PoolLoad from, final PoolLoad to, final double gain, final double sure) {
        final BalancePage cold = to.coldest(
                this::stays,
                leaving -> leaving.mayLieIn(from.name())
                        && leaving.bytes() >= page.bytes()
                        && from.hasRoomToSwap(leaving.bytes()));
        if (cold == null) {
            unpaid++;
            return;
        }
        final double most = spread.atMost(cold.requests());
        if (sure * PERCENT < most * settings.ratioPercent()) {
            even++;
            return;
        }
        final double loss = -MoveEffect.of(pools.values(), cold, 1, to, from).gain();
        if (!pays(gain - Math.max(0, loss), costS(page, from, to) + costS(cold, to, from))) {
            unpaid++;
            return;
        }
        if (spend((long) page.bytes() + cold.bytes())) {
            move(
                    cold,
                    to,
                    from,
                    -loss,
                    "makes room for a busier page: " + rate(cold) + " against " + rate(page) + " requests/s");
            move(page, from, to, gain, reason(page, from, to));
        }
    }

    private boolean pays(final double gainPerS, final double costS) {
        return gainPerS * settings.paybackS() >= costS;
    }

    static double costS(final BalancePage page, final PoolLoad from, final PoolLoad to) {
        return from.readingCostsS(page.bytes()) + to.writingCostsS(page.bytes());
    }

    private boolean cooling(final BalancePage page) {
        return page.sinceMovedMs() < TimeUnit.SECONDS.toMillis(settings.coolDownS());
    }

    private boolean spend(final long bytes) {
        budgetSpent = bytes > budgetBytes;
        budgetBytes -= budgetSpent ? 0 : bytes;
        return !budgetSpent;
    }

    private void move(
            final BalancePage page, final PoolLoad from, final PoolLoad to, final double gain, final String reason) {
        moving.add(page);
        MoveEffect.make(pools.values(), page, from, to);
        moves.add(new BalanceMove(page.volume(), page.page(), from.name(), to.name(), reason, gain));
    }

    private static String reason(final BalancePage page, final PoolLoad from, final PoolLoad to) {
        return String.format(
                Locale.ROOT,
                "busy: %s requests/s; pool %s is busy for %.0f %% of its time, pool %s for %.0f %%",
                rate(page),
                from.name(),
                PERCENT * from.utilisation(),
                to.name(),
                PERCENT * to.utilisation());
    }

    private static String rate(final BalancePage page) {
        return String.format(Locale.ROOT, "%.3g", page.readsPerS() + page.writesPerS());
    }

    private String why() {
        final double gain = moves.stream().mapToDouble(BalanceMove::gainPerS).sum();
        return String.format(
                Locale.ROOT,
                "saves %.3g s of waiting each second%s",
                gain,
                budgetSpent ? "; more once there is budget again" : "");
    }

    private String whyNone() {
        if (budgetSpent) {
            return "there is no budget left for even one move";
        }
        if (seldom + cooling + unpaid + even == 0) {
            return "no busy page would wait less in another pool";
        }
        return "of the pages that would wait less elsewhere, " + even
                + " are not clearly busier than those that would make"
                + " room, " + unpaid + " would not pay for the move in time, " + seldom
                + " were in use in too few epochs, " + cooling + " were moved a short while ago";
    }
}
