package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Set;
import org.isobar.itests.simulation.balance.PlacementSeed;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/**
 * The test of the tester: a few {@link Mutants} are found by a few seeds, the product as it is by none of them. All
 * mutants take longer, see docs/simulation.md.
 */
public class MutantTest {
    private static final int SEEDS = 300;
    /** Each takes seconds. */
    private static final Set<String> QUICK =
            Set.of("forget-marks-at-start", "parity-forgets-others", "mend-from-one-copy", "ignore-checksum");

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void findsMutants() throws InterruptedException {
        for (final Mutant mutant : Mutants.ALL) {
            if (QUICK.contains(mutant.name())) {
                assertTrue(mutant.name(), new MutantHunt(mutant, SEEDS).succeeds());
            }
        }
    }

    @Test
    public void huntsMutantsOfTheWriteLogInMembersThatHaveOne() {
        long last = -1;
        for (long seed = 0; seed < SEEDS; seed++) {
            if (Scenario.logged(seed)) {
                last++;
                assertEquals(seed, Scenario.loggedSeed(last));
            }
        }
        assertTrue("none", last > 0);
        assertTrue(Mutants.ALL.stream().map(Mutant::name).toList().containsAll(Mutants.NEED_LOG));
    }

    @Test
    public void findsMistakesOfPlacement() throws InterruptedException {
        for (final Mutant mutant : PlacementMutants.ALL) {
            assertTrue(mutant.name(), new MutantHunt(mutant, 2).succeeds());
        }
    }

    @Test
    public void findsNoMistakeInPlacementAsItIs() throws InterruptedException {
        final Mutant none = new Mutant(
                "none", "The product as it is", Seed.class.getName(), type -> {}, PlacementSeed.class.getName());
        assertFalse(new MutantHunt(none, 2).succeeds());
    }

    @Test
    public void everyMutantStillFitsTheProduct() throws ClassNotFoundException {
        for (final Mutant mutant : Mutants.ALL) {
            new MutantLoader(mutant).loadClass(mutant.className());
        }
    }

    @Test
    public void findsNothingWhereNothingIsChanged() throws InterruptedException {
        final Mutant none = new Mutant("none", "The product as it is", Seed.class.getName(), type -> {});
        assertFalse(new MutantHunt(none, 2L * Scenario.values().length).succeeds());
    }
}
