package org.isobar.itests.simulation;

import io.netty.util.ResourceLeakDetector;
import java.util.stream.LongStream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * A whole member below the volume, under load, through all that its levels must survive, see {@link Scenario}. Every read
 * finds what was acknowledged, never foreign data; redundancy and checksums match; space adds up. {@code
 * -Disobar.seeds=N} runs so many seeds in all, {@code -Disobar.seed=N} replays one. docs/simulation.md says more.
 */
public class MemberUnderFireTest {
    private static final int SEEDS = Integer.getInteger("isobar.seeds", 5000);
    private static final Long ONE_SEED = Long.getLong("isobar.seed");

    private ResourceLeakDetector.Level leakLevel;

    /** A process that dies takes its buffers with it; here they are left to the garbage collector. */
    @Before
    public void expectLostBuffers() {
        leakLevel = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @After
    public void watchBuffersAgain() {
        ResourceLeakDetector.setLevel(leakLevel);
    }

    @Test
    public void keepsWhatItPromised() {
        if (ONE_SEED != null) {
            Seed.run(ONE_SEED);
            return;
        }
        LongStream.range(0, SEEDS).parallel().forEach(Seed::run);
    }
}
