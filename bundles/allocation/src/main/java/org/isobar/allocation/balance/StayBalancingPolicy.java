package org.isobar.allocation.balance;

import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.osgi.service.component.annotations.Component;

/** Leaves every page where it is. */
@Component(property = BalancingPolicy.POLICY_NAME + "=" + StayBalancingPolicy.NAME)
public final class StayBalancingPolicy implements BalancingPolicy {
    /** What operators call it. */
    public static final String NAME = "stay";

    @Override
    public BalancePlan plan(final BalancePicture picture) {
        return BalancePlan.nothing("this policy leaves every page where it is");
    }

    @Override
    public String wouldMove(final BalancePicture picture, final BalancePage page) {
        return "nothing; this policy leaves every page where it is";
    }
}
