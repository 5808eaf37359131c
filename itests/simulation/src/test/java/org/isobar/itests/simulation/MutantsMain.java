package org.isobar.itests.simulation;

import io.netty.util.ResourceLeakDetector;
import java.util.Arrays;
import java.util.stream.Stream;

/** Hunts all mutants, or those named, and says which seed found each: the test of the tester. */
public final class MutantsMain {
    private static final long NS_PER_S = 1_000_000_000L;

    private MutantsMain() {}

    /** {@code SEEDS_MAX [MUTANT...]}, with seeds below that; exits with 1 when one was not found. */
    public static void main(final String[] args) throws InterruptedException {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        final long seedsMax = Long.parseLong(args[0]);
        boolean all = true;
        for (final Mutant mutant : Stream.concat(Mutants.ALL.stream(), PlacementMutants.ALL.stream())
                .toList()) {
            if (args.length > 1 && !Arrays.asList(args).contains(mutant.name())) {
                continue;
            }
            final long startNs = System.nanoTime();
            final MutantHunt hunt = new MutantHunt(mutant, seedsMax);
            final boolean found = hunt.succeeds();
            all &= found;
            System.out.printf(
                    "%-26s %s %ds %s%n",
                    mutant.name(),
                    found ? "found by seed " + hunt.foundBy() : "NOT FOUND by seeds below " + seedsMax,
                    (System.nanoTime() - startNs) / NS_PER_S,
                    found ? hunt.failure().getMessage() : "");
        }
        System.exit(all ? 0 : 1);
    }
}
