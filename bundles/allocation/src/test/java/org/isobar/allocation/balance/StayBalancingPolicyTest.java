package org.isobar.allocation.balance;

import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.testkit.policy.BalancingPolicyContract;

public final class StayBalancingPolicyTest extends BalancingPolicyContract {
    @Override
    protected BalancingPolicy policy() {
        return new StayBalancingPolicy();
    }
}
