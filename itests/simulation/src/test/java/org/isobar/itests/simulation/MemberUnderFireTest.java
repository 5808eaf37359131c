package org.isobar.itests.simulation;

import io.netty.util.ResourceLeakDetector;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * A whole member below the volume, under load, through kills, power losses, failing requests and lost devices. Every read
 * finds what was acknowledged, never foreign data; redundancy matches; space adds up. {@code -Disobar.seeds=N} runs so
 * many seeds in all, {@code -Disobar.seed=N} replays one.
 */
public class MemberUnderFireTest {
    private static final int SEEDS = Integer.getInteger("isobar.seeds", 2000);
    private static final Long ONE_SEED = Long.getLong("isobar.seed");
    private static final int KINDS = 7;

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
    public void keepsWhatWasAcknowledgedWhenTheProcessIsKilled() {
        forSeeds(0);
    }

    @Test
    public void keepsWhatWasFlushedWhenThePowerIsLost() {
        forSeeds(1);
    }

    @Test
    public void goesOnWhenARequestToADeviceFails() {
        forSeeds(2);
    }

    @Test
    public void goesOnWithoutADeviceAndIsWholeAgainAfterwards() {
        forSeeds(3);
    }

    @Test
    public void startsARebuildAgainThatAStopHasCutShort() {
        forSeeds(4);
    }

    @Test
    public void movesSpaceAndDevicesWhileRequestsGoOn() {
        forSeeds(5);
    }

    @Test
    public void keepsMirrorsThroughCrashesWithoutADevice() {
        forSeeds(6);
    }

    @Test
    public void neverReturnsWhatADeviceMadeUp() {
        if (ONE_SEED == null) {
            LongStream.range(0, SEEDS / KINDS).parallel().forEach(MemberUnderFireTest::rot);
        } else {
            rot(ONE_SEED);
        }
    }

    private static void forSeeds(final int kind) {
        if (ONE_SEED != null) {
            if (ONE_SEED % KINDS == kind) {
                run(ONE_SEED);
            }
            return;
        }
        LongStream.range(0, SEEDS)
                .filter(seed -> seed % KINDS == kind)
                .parallel()
                .forEach(MemberUnderFireTest::run);
    }

    private static void rot(final long seed) {
        run(seed, false, MemberRun::rot);
    }

    private static void run(final long seed) {
        run(seed, seed % KINDS == 6, run -> {
            switch ((int) (seed % KINDS)) {
                case 0 -> run.crashes(false);
                case 1 -> run.crashes(true);
                case 2 -> run.failures();
                case 3 -> run.loss();
                case 4 -> run.rebuildCutShort();
                case 5 -> run.maintenance();
                default -> run.crashesWithoutADevice();
            }
        });
    }

    private static void run(final long seed, final boolean mirrorsOnly, final Consumer<MemberRun> disturbance) {
        try {
            final MemberRun run = new MemberRun(seed, mirrorsOnly);
            disturbance.accept(run);
            run.end();
        } catch (final AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "seed=" + seed + " (replay with -Disobar.seed=" + seed + "): " + failure.getMessage(), failure);
        }
    }
}
