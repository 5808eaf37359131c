package org.isobar.itests.simulation;

import org.isobar.testkit.FaultCounts;

/** One run of a member, all of which follows from a number. */
public final class Seed {
    private Seed() {}

    /**
     * Runs one.
     *
     * @return what befell the devices
     * @throws AssertionError when something was not as it must be, naming the seed
     */
    public static FaultCounts run(final long seed) {
        final Scenario scenario = Scenario.of(seed);
        try {
            final MemberRun run = new MemberRun(
                    seed,
                    scenario.mirrorsOnly(seed),
                    Scenario.logged(seed),
                    scenario.guarded(),
                    PageShuffle.wanted(seed),
                    PageShuffle.balanced(seed));
            scenario.befall(run);
            run.end();
            return run.member().faults();
        } catch (final AssertionError | RuntimeException failure) {
            throw new AssertionError("seed=" + seed + " scenario=" + scenario + ": " + failure.getMessage(), failure);
        }
    }
}
