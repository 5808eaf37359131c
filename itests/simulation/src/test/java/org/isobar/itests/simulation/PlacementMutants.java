package org.isobar.itests.simulation;

import java.util.List;
import org.isobar.itests.simulation.balance.PlacementSeed;

/** Mistakes of those who decide where pages lie. */
final class PlacementMutants {
    private static final String ADAPTIVE = "org.isobar.allocation.balance.";
    private static final String ALLOCATION = "org.isobar.allocation.";
    private static final String SEEDS = PlacementSeed.class.getName();

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "no-cool-down",
                    "A page that was moved a short while ago is moved again",
                    ADAPTIVE + "AdaptivePlanning",
                    Mutant.instead("cooling", "return false;"),
                    SEEDS),
            new Mutant(
                    "no-least-gain",
                    "A move need not pay for what it costs",
                    ADAPTIVE + "AdaptivePlanning",
                    Mutant.instead("pays", "return true;"),
                    SEEDS),
            new Mutant(
                    "no-budget",
                    "More is planned than may be copied",
                    ADAPTIVE + "AdaptivePlanning",
                    Mutant.instead("spend", "return true;"),
                    SEEDS),
            new Mutant(
                    "chance-is-heat",
                    "What chance brought a page is taken for how busy it is",
                    ADAPTIVE + "AdaptivePlanning",
                    type -> {
                        Mutant.call("improve", "atLeast", "$_ = $1;").apply(type);
                        Mutant.call("swap", "atMost", "$_ = $1;").apply(type);
                    },
                    SEEDS),
            new Mutant(
                    "others-unseen",
                    "What another pool asks of the devices is not seen",
                    ADAPTIVE + "PoolLoad",
                    Mutant.before("change", "others = 0;"),
                    SEEDS),
            new Mutant(
                    "beyond-the-limit",
                    "A pool is filled beyond where people are warned",
                    ADAPTIVE + "PoolLoad",
                    Mutant.instead("limitBytes", "return totalBytes();"),
                    SEEDS),
            new Mutant(
                    "room-given-twice",
                    "The room that a decision took is there for the next one too",
                    ALLOCATION + "Rooms$Room",
                    Mutant.instead("freeBytes", "return pool.freeBytes();"),
                    SEEDS),
            new Mutant(
                    "unhealthy-first",
                    "A pool that is not whole is as good as one that is",
                    ALLOCATION + "Rooms",
                    Mutant.after("rank", "if ($_ == 1) $_ = 0;"),
                    SEEDS));

    private PlacementMutants() {}
}
