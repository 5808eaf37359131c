package org.isobar.allocation;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.isobar.spi.allocation.LayoutPolicy;
import org.isobar.spi.allocation.LayoutPolicy.Pool;
import org.isobar.testkit.policy.LayoutPolicyContract;
import org.junit.Test;

public class ClassicLayoutPolicyTest extends LayoutPolicyContract {
    private static final List<String> ONE_CLASS = List.of("default");
    private static final List<String> ALL_LEVELS = List.of("10", "5", "50");
    private static final Pool POOL_A = new Pool("A", "10", "default");
    private static final Pool POOL_B = new Pool("B", "5", "default");
    private static final Pool POOL_C = new Pool("C", "50", "default");

    @Override
    protected LayoutPolicy policy() {
        return new ClassicLayoutPolicy();
    }

    @Test
    public void laysAllThreeOverTheSameClassWhenThereIsOne() {
        assertEquals(List.of(POOL_A, POOL_B, POOL_C), policy().pools(ONE_CLASS, ALL_LEVELS, 6));
    }

    @Test
    public void laysMirrorsOnTheFastestAndStripedParityOnTheSlowestClass() {
        assertEquals(
                List.of(new Pool("A", "10", "fast"), new Pool("B", "5", "middle"), new Pool("C", "50", "slow")),
                policy().pools(List.of("fast", "middle", "slow"), ALL_LEVELS, 8));
        assertEquals(
                List.of(new Pool("A", "10", "fast"), new Pool("B", "5", "slow"), new Pool("C", "50", "slow")),
                policy().pools(List.of("fast", "slow"), ALL_LEVELS, 8));
    }

    @Test
    public void leavesOutLevelsThatNeedMoreDevices() {
        assertEquals(List.of(), policy().pools(ONE_CLASS, ALL_LEVELS, 1));
        assertEquals(List.of(POOL_A), policy().pools(ONE_CLASS, ALL_LEVELS, 2));
        assertEquals(List.of(POOL_A, POOL_B), policy().pools(ONE_CLASS, ALL_LEVELS, 3));
        assertEquals(List.of(POOL_A, POOL_B), policy().pools(ONE_CLASS, ALL_LEVELS, 5));
    }

    @Test
    public void leavesOutLevelsThatAreNotPluggedIn() {
        assertEquals(List.of(POOL_C), policy().pools(ONE_CLASS, List.of("50"), 6));
    }
}
