package org.isobar.testkit.policy;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.isobar.spi.allocation.LayoutPolicy;
import org.isobar.spi.allocation.LayoutPolicy.Pool;
import org.junit.Test;

/** What every layout policy must do, whatever it prefers. */
public abstract class LayoutPolicyContract {
    private static final int DEVICES_MAX = 24;
    private static final List<List<String>> CLASSES =
            List.of(List.of("default"), List.of("fast", "slow"), List.of("fast", "middle", "slow"));
    private static final List<List<String>> LEVELS =
            List.of(List.of(), List.of("5"), List.of("10", "5"), List.of("10", "5", "50"));

    /** The policy under test. */
    protected abstract LayoutPolicy policy();

    private void forAll(final Check check) {
        for (final List<String> classes : CLASSES) {
            for (final List<String> levels : LEVELS) {
                for (int devices = 0; devices <= DEVICES_MAX; devices++) {
                    final String what = "classes=" + classes + " levels=" + levels + " devices=" + devices;
                    check.check(what, classes, levels, policy().pools(classes, levels, devices));
                }
            }
        }
    }

    @Test
    public void usesOnlyWhatThereIs() {
        forAll((what, classes, levels, pools) -> pools.forEach(pool -> {
            assertTrue(what, classes.contains(pool.performanceClass()));
            assertTrue(what, levels.contains(pool.level()));
        }));
    }

    @Test
    public void namesEachPoolOnce() {
        forAll((what, classes, levels, pools) -> assertEquals(
                what,
                pools.size(),
                pools.stream().map(Pool::name).collect(Collectors.toSet()).size()));
    }

    @Test
    public void namesPoolsAsPoolServiceTakesThem() {
        forAll((what, classes, levels, pools) ->
                pools.forEach(pool -> assertTrue(what, pool.name().matches("[A-Za-z0-9._-]{1,32}"))));
    }

    @Test
    public void givesTheSameAnswerToTheSameQuestion() {
        forAll((what, classes, levels, pools) -> assertEquals(
                what,
                policy().pools(classes, List.of("10", "5", "50"), 6),
                policy().pools(classes, List.of("10", "5", "50"), 6)));
    }

    private interface Check {
        void check(String what, List<String> classes, List<String> levels, List<Pool> pools);
    }
}
