package org.isobar.allocation.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePool;

/** What the adaptive policy would need to see for a page to be moved. */
final class AdaptiveReasons {
    private static final int PERCENT = 100;
    private static final int TEXT_MAX = 1000;

    private final AdaptiveSettings settings;
    private final BalancePicture picture;
    private final Map<String, PoolLoad> pools = new TreeMap<>();
    private final Spread spread;

    AdaptiveReasons(final AdaptiveSettings settings, final BalancePicture picture) {
        this.settings = settings;
        this.picture = picture;
        picture.pools().forEach(pool -> pools.put(pool.name(), new PoolLoad(pool)));
        spread = Spread.of(picture.pools());
    }

    String wouldMove(final BalancePage page) {
        final PoolLoad from = pools.get(page.pool());
        if (from == null) {
            return "nothing while its pool takes no part: pool " + page.pool();
        }
        if (pools.size() < 2) {
            return "nothing while no other pool takes part";
        }
        for (final BalancePool pool : picture.pools()) {
            if (!pool.measured()) {
                return "nothing while it is not known what pool " + pool.name() + " can do";
            }
        }
        final long coolingMs = TimeUnit.SECONDS.toMillis(settings.coolDownS()) - page.sinceMovedMs();
        if (coolingMs > 0) {
            return "nothing for " + TimeUnit.MILLISECONDS.toSeconds(coolingMs) + " s: it was moved a short while ago";
        }
        final List<String> reasons = new ArrayList<>();
        if (page.epochsSeen() < settings.epochsSeen()) {
            reasons.add("to be moved for being busy it must be in use in " + settings.epochsSeen()
                    + " of the last six epochs, not " + page.epochsSeen());
        }
        pools.values().stream()
                .filter(to -> to != from)
                .forEach(to -> reasons.add(
                        page.mayLieIn(to.name())
                                ? toward(page, from, to)
                                : "its volume may not lie in pool " + to.name()));
        if (from.overfull()) {
            reasons.add("pool " + from.name() + " is at its warning threshold and is relieved of its least busy pages");
        } else {
            reasons.add("it makes room when a page elsewhere is asked for " + settings.ratioPercent()
                    + " % of what it is, if it is among the least busy");
        }
        final String text = String.join("; ", reasons);
        return text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) : text;
    }

    private String toward(final BalancePage page, final PoolLoad from, final PoolLoad to) {
        final double sure = spread.atLeast(page.requests());
        final double part = page.requests() > 0 ? sure / page.requests() : 0;
        final MoveEffect effect = MoveEffect.of(pools.values(), page, part, from, to);
        if (!effect.worthIt()) {
            return String.format(
                    Locale.ROOT,
                    "it would wait no less in pool %s (busy for %.0f %% of its time, pool %s for %.0f %%)",
                    to.name(),
                    PERCENT * to.utilisation(),
                    from.name(),
                    PERCENT * from.utilisation());
        }
        final double paidAfterS = AdaptivePlanning.costS(page, from, to) / effect.gain();
        if (paidAfterS > settings.paybackS()) {
            return String.format(
                    Locale.ROOT,
                    "a move to pool %s pays in %.0f s, and must in %d",
                    to.name(),
                    paidAfterS,
                    settings.paybackS());
        }
        if (to.hasRoomFor(page.bytes())) {
            return "it belongs in pool " + to.name() + ", which has room";
        }
        final Optional<BalancePage> coldest = picture.pages().stream()
                .filter(other -> other.pool().equals(to.name()))
                .min(Comparator.comparingDouble(BalancePage::requests));
        return coldest.map(cold -> String.format(
                        Locale.ROOT,
                        "pool %s is full: its least busy page makes room when this one was surely asked %.0f times of"
                                + " late, not %.0f",
                        to.name(),
                        spread.atMost(cold.requests()) * settings.ratioPercent() / PERCENT,
                        sure))
                .orElse("pool " + to.name() + " is full, and none of its pages may be moved");
    }
}
