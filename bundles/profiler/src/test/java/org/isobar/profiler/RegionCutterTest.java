package org.isobar.profiler;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public final class RegionCutterTest {
    private static final int SAMPLES = 256;
    private static final int SEEDS = 1000;
    private static final double NOISE = 0.03;
    private static final double STEP = 0.05;
    private static final int LEAST_SAMPLES = 3;
    /** Share of the samples that are far off. */
    private static final double OUTLIERS = 0.03;

    private final RegionCutter cutter = new RegionCutter(STEP, LEAST_SAMPLES);

    @Test
    public void findsTheZonesOfADisk() {
        int right = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final Random random = new Random(seed);
            final List<Integer> truth = zones(random, 4 + random.nextInt(5));
            if (within(truth, cutter.cut(List.of(disk(random, truth, SAMPLES, 2.0))), SAMPLES * 2 / 100)) {
                right++;
            }
        }
        assertTrue("right " + right + " of " + SEEDS, right >= SEEDS * 99 / 100);
    }

    @Test
    public void leavesAFlatDeviceWhole() {
        int whole = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final Random random = new Random(seed);
            final double[] bandwidth = disk(random, List.of(0), SAMPLES, 1.0);
            final double[] small = disk(random, List.of(0), SAMPLES, 1.0);
            if (cutter.cut(List.of(bandwidth, small)).size() == 1) {
                whole++;
            }
        }
        assertTrue("whole " + whole + " of " + SEEDS, whole >= SEEDS * 99 / 100);
    }

    @Test
    public void seesAChangeOfOneQuantityAmongFlatOnes() {
        final Random random = new Random(1);
        final double[] flat = disk(random, List.of(0), SAMPLES, 1.0);
        final double[] halves = disk(random, List.of(0, SAMPLES / 2), SAMPLES, 1.5);
        assertTrue(within(List.of(0, SAMPLES / 2), cutter.cut(List.of(flat, halves)), 2));
    }

    @Test
    public void joinsWhatDiffersLessThanTheLeastStep() {
        final double[] small = new double[SAMPLES];
        Arrays.fill(small, 0, SAMPLES / 2, 100);
        Arrays.fill(small, SAMPLES / 2, SAMPLES, 104);
        assertEquals(List.of(0), cutter.cut(List.of(small)));
        Arrays.fill(small, SAMPLES / 2, SAMPLES, 106);
        assertEquals(List.of(0, SAMPLES / 2), cutter.cut(List.of(small)));
    }

    @Test
    public void cutsNothingShorterThanTheLeastLength() {
        final double[] spike = new double[SAMPLES];
        Arrays.fill(spike, 100);
        spike[50] = 10;
        spike[51] = 10;
        assertEquals(List.of(0), cutter.cut(List.of(spike)));
        Arrays.fill(spike, 50, 60, 10);
        assertEquals(List.of(0, 50, 60), cutter.cut(List.of(spike)));
    }

    @Test
    public void takesOneSample() {
        assertEquals(List.of(0), cutter.cut(List.of(new double[] {5})));
        assertEquals(List.of(0), cutter.cut(List.of(new double[] {5, 50})));
    }

    @Test
    public void takesNoValueThatIsNotPositive() {
        for (final double bad : new double[] {0, -1, Double.NaN}) {
            try {
                cutter.cut(List.of(new double[] {5, bad}));
            } catch (final IllegalStateException e) {
                continue;
            }
            throw new AssertionError("took " + bad);
        }
    }

    /** First samples of zones at random places, none shorter than a twentieth. */
    static List<Integer> zones(final Random random, final int count) {
        final int shortest = SAMPLES / 20;
        while (true) {
            final List<Integer> starts = new ArrayList<>(List.of(0));
            random.ints(count - 1L, shortest, SAMPLES - shortest).sorted().forEach(starts::add);
            boolean wide = true;
            for (int i = 1; i < count; i++) {
                wide &= starts.get(i) - starts.get(i - 1) >= shortest;
            }
            if (wide) {
                return starts;
            }
        }
    }

    /** Bandwidth that falls by {@code ratio} from the first zone to the last, with noise and outliers. */
    private static double[] disk(
            final Random random, final List<Integer> starts, final int samples, final double ratio) {
        final double[] values = new double[samples];
        int zone = 0;
        for (int i = 0; i < samples; i++) {
            if (zone + 1 < starts.size() && starts.get(zone + 1) == i) {
                zone++;
            }
            final double depth = starts.size() == 1 ? 0 : (double) zone / (starts.size() - 1);
            values[i] = 200 * Math.pow(ratio, -depth) * (1 + NOISE * random.nextGaussian());
            if (random.nextDouble() < OUTLIERS) {
                values[i] *= 0.2 + random.nextDouble();
            }
        }
        return values;
    }

    private static boolean within(final List<Integer> truth, final List<Integer> found, final int tolerance) {
        boolean right = truth.size() == found.size();
        for (int i = 0; right && i < truth.size(); i++) {
            right = Math.abs(truth.get(i) - found.get(i)) <= tolerance;
        }
        return right;
    }
}
