package org.isobar.itests.simulation;

import static org.junit.Assert.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/**
 * A member whose RAID levels come and go under load, see {@link LevelTrouble}. {@code -Disobar.level.seeds=N} runs so many
 * seeds, {@code -Disobar.seed=N} replays one.
 */
public class LevelsUnderFireTest {
    private static final int SEEDS = Integer.getInteger("isobar.level.seeds", 200);
    private static final Long ONE_SEED = Long.getLong("isobar.seed");

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void losesNothingWhenLevelsComeAndGo() {
        if (ONE_SEED != null) {
            run(ONE_SEED);
            return;
        }
        final AtomicInteger rests = new AtomicInteger();
        LongStream.range(0, SEEDS).parallel().forEach(seed -> rests.addAndGet(run(seed)));
        assertTrue("sets put offline: " + rests, rests.get() > SEEDS / 2);
    }

    private static int run(final long seed) {
        try {
            final MemberRun run = new MemberRun(seed, false, Scenario.logged(seed), false, seed % 3 == 0, false);
            final int rests = new LevelTrouble(run).befall();
            run.end();
            return rests;
        } catch (final AssertionError | RuntimeException failure) {
            throw new AssertionError("seed=" + seed + ": " + failure.getMessage(), failure);
        }
    }
}
