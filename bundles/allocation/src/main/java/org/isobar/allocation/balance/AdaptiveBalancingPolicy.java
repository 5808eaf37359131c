package org.isobar.allocation.balance;

import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Brings busy pages to where requests wait least, and lets the least busy ones make room. What a request waits at a pool
 * follows from what the pool was measured to do and from what is asked of it, as in a queue with one server; so a fast pool
 * that has too much to do is not given more, and when all pools are idle nothing is worth a move.
 *
 * <p>Nothing is moved for what chance explains: requests come in as a Poisson process, so the spread between pages that a
 * uniform load would show is taken off before pages are compared, and of each page what is two standard deviations worse
 * for the move. A page that makes room must be clearly less busy, a move must pay within a time for what copying costs, a
 * page that was in use only now and then (a scan) is not busy, and a page that was moved stays for a while. A pool is filled
 * to two points below its warning threshold; one at its warning threshold is relieved of its least busy pages.
 */
@Component(
        property = BalancingPolicy.POLICY_NAME + "=" + AdaptiveBalancingPolicy.NAME,
        configurationPid = "org.isobar.balancing.adaptive")
@Designate(ocd = AdaptiveBalancingPolicy.Config.class)
public final class AdaptiveBalancingPolicy implements BalancingPolicy {
    /** What operators call it. */
    public static final String NAME = "adaptive";

    /** Settings. */
    @ObjectClassDefinition(name = "Isobar adaptive balancing")
    public @interface Config {
        /** Against moving a page to and fro. */
        @AttributeDefinition(
                name = "Cool-down",
                description = "seconds for which a page that was moved stays; 60 to 86400",
                min = "60",
                max = "86400")
        int cool_down_s() default 900;

        /** The least that a move must gain. */
        @AttributeDefinition(
                name = "Payback",
                description = "seconds within which a move must save what it costs; 10 to 86400",
                min = "10",
                max = "86400")
        int payback_s() default 600;

        /** Hysteresis. */
        @AttributeDefinition(
                name = "Ratio",
                description = "percent; how busy a page must be compared with one that makes room for it; 110 to 1000",
                min = "110",
                max = "1000")
        int ratio_percent() default 150;

        /** Against scans. */
        @AttributeDefinition(
                name = "Epochs seen",
                description = "epochs of the last six in which a page must have been in use to count as busy; 1 to 6",
                min = "1",
                max = "6")
        int epochs_seen() default 3;
    }

    private final AdaptiveSettings settings;

    /** With these settings; IllegalArgumentException naming the one that is out of bounds. */
    @Activate
    public AdaptiveBalancingPolicy(final Config config) {
        this(new AdaptiveSettings(
                config.cool_down_s(), config.payback_s(), config.ratio_percent(), config.epochs_seen()));
    }

    /** As shipped. */
    public AdaptiveBalancingPolicy() {
        this(AdaptiveSettings.DEFAULT);
    }

    AdaptiveBalancingPolicy(final AdaptiveSettings settings) {
        this.settings = settings;
    }

    @Override
    public BalancePlan plan(final BalancePicture picture) {
        return new AdaptivePlanning(settings, picture).plan();
    }

    @Override
    public String wouldMove(final BalancePicture picture, final BalancePage page) {
        return new AdaptiveReasons(settings, picture).wouldMove(page);
    }
}
