package org.isobar.itests.simulation;

import java.util.stream.LongStream;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/**
 * A whole member below the volume, under load, through all that its levels must survive, see {@link Scenario}. Every read
 * finds what was acknowledged, never foreign data; redundancy and checksums match; space adds up. {@code
 * -Disobar.seeds=N} runs so many seeds in all, {@code -Disobar.seed=N} replays one. docs/simulation.md says more.
 */
public class MemberUnderFireTest {
    private static final int SEEDS = Integer.getInteger("isobar.seeds", 20_000);
    /** Later seeds that failed once; earlier ones are among all of those. */
    private static final long[] FAILED_ONCE = {20_462, 720_382, 2_002_854, 3_061_756};

    private static final Long ONE_SEED = Long.getLong("isobar.seed");

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void keepsWhatItPromised() {
        if (ONE_SEED != null) {
            Seed.run(ONE_SEED);
            return;
        }
        LongStream.range(0, SEEDS).parallel().forEach(Seed::run);
    }

    @Test
    public void keepsWhatItDidNotKeepOnce() {
        if (ONE_SEED == null) {
            LongStream.of(FAILED_ONCE).parallel().forEach(Seed::run);
        }
    }
}
