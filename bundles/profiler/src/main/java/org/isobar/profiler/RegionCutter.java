package org.isobar.profiler;

import java.util.ArrayList;
import java.util.List;
import org.isobar.common.Check;

/**
 * Finds where the performance of a device changes over its LBN space. The samples' logarithms are taken as normal noise
 * around levels that change at few places, in all measured quantities at once; the cuts are those that cost least, squared
 * residuals and a penalty for each cut together: optimal partitioning (Jackson et al., "An algorithm for optimal
 * partitioning of data on an interval", IEEE Signal Processing Letters 12, 2005) with the penalty of the Bayesian
 * information criterion, made stricter. The noise is estimated from the differences of neighbours by the median absolute
 * deviation; before that, samples far from the median of their neighbours are drawn in to what noise explains (a Hampel filter),
 * since one outlier would pay for two cuts.
 *
 * <p>A cut that statistics would have stays only when it matters: neighbours that differ in no quantity by the least step
 * are joined, those that differ least first.
 *
 * <p>Time grows with the square of the number of samples: 1,024 samples take some ten milliseconds.
 */
final class RegionCutter {
    /** More samples than a device is ever given. */
    static final int SAMPLES_MAX = 4096;

    /** Scales a median absolute deviation to the standard deviation of normal noise. */
    private static final double MAD_TO_SIGMA = 1.4826;
    /** A sample this many deviations from its neighbours' median is an outlier. */
    private static final double OUTLIER_SIGMAS = 3;
    /** Neighbours on each side that an outlier is judged by. */
    private static final int NEIGHBOURS = 4;
    /** How much stricter than the criterion: noise of real devices is not independent from sample to sample. */
    private static final double STRICTNESS = 3;
    /** Less noise than this is not believed, as a share. */
    private static final double NOISE_MIN = 0.002;

    private final double leastStep;
    private final int leastSamples;

    /**
     * Prepares a cutter.
     *
     * @param leastStep how much neighbouring regions must differ in some quantity, as a share of the smaller, above 0
     * @param leastSamples samples that a region has at least, 1 or more
     */
    RegionCutter(final double leastStep, final int leastSamples) {
        Check.that(leastStep > 0, "leastStep not above 0");
        this.leastStep = Math.log1p(leastStep);
        this.leastSamples = Check.range("leastSamples", leastSamples, 1, SAMPLES_MAX);
    }

    /**
     * The first sample of each region, ascending; the first is 0.
     *
     * @param quantities one row of positive values for each measured quantity, all of one length, 1 to
     *     {@value #SAMPLES_MAX}
     */
    List<Integer> cut(final List<double[]> quantities) {
        final int count = quantities.get(0).length;
        Check.range("samples", count, 1, SAMPLES_MAX);
        final List<double[]> levels = new ArrayList<>();
        final List<Sums> sums = new ArrayList<>();
        for (final double[] values : quantities) {
            Check.that(values.length == count, "quantities of different lengths");
            final double[] logarithms = logarithms(values);
            final double sigma = noise(logarithms);
            final double[] calm = drawnIn(logarithms, sigma);
            levels.add(logarithms);
            sums.add(new Sums(calm, sigma));
        }
        final List<Integer> starts = optimal(sums, count);
        join(starts, levels, count);
        return starts;
    }

    private List<Integer> optimal(final List<Sums> sums, final int count) {
        final double penalty = STRICTNESS * (sums.size() + 1) * Math.log(count);
        final double[] least = new double[count + 1];
        final int[] begin = new int[count + 1];
        least[0] = -penalty;
        for (int end = 1; end <= count; end++) {
            least[end] = Double.POSITIVE_INFINITY;
            for (int start = 0; start == 0 || start <= end - leastSamples; start++) {
                if (start > 0 && start < leastSamples) {
                    continue;
                }
                double cost = least[start] + penalty;
                for (final Sums quantity : sums) {
                    cost += quantity.cost(start, end);
                }
                if (cost < least[end]) {
                    least[end] = cost;
                    begin[end] = start;
                }
            }
        }
        final List<Integer> starts = new ArrayList<>();
        for (int end = count; end > 0; end = begin[end]) {
            starts.add(0, begin[end]);
        }
        return starts;
    }

    private void join(final List<Integer> starts, final List<double[]> levels, final int count) {
        while (starts.size() > 1) {
            int weakest = 0;
            double weakestStep = Double.POSITIVE_INFINITY;
            for (int i = 1; i < starts.size(); i++) {
                final int end = i + 1 < starts.size() ? starts.get(i + 1) : count;
                final double step = step(levels, starts.get(i - 1), starts.get(i), end);
                if (step < weakestStep) {
                    weakestStep = step;
                    weakest = i;
                }
            }
            if (weakestStep >= leastStep) {
                return;
            }
            starts.remove(weakest);
        }
    }

    /** The largest difference of two neighbours' medians. */
    private static double step(final List<double[]> levels, final int start, final int cut, final int end) {
        double largest = 0;
        for (final double[] values : levels) {
            final double difference = Robust.median(values, start, cut) - Robust.median(values, cut, end);
            largest = Math.max(largest, Math.abs(difference));
        }
        return largest;
    }

    private static double[] logarithms(final double[] values) {
        final double[] logarithms = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            Check.that(values[i] > 0, "value not above 0");
            logarithms[i] = Math.log(values[i]);
        }
        return logarithms;
    }

    /** Standard deviation of the noise, from differences of neighbours, to which few steps add little. */
    private static double noise(final double[] values) {
        if (values.length < 2) {
            return NOISE_MIN;
        }
        final double[] differences = new double[values.length - 1];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = Math.abs(values[i + 1] - values[i]);
        }
        final double sigma = MAD_TO_SIGMA * Robust.median(differences, 0, differences.length) / Math.sqrt(2);
        return Math.max(sigma, NOISE_MIN);
    }

    private static double[] drawnIn(final double[] values, final double sigma) {
        final double[] calm = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            final double middle =
                    Robust.median(values, Math.max(0, i - NEIGHBOURS), Math.min(values.length, i + NEIGHBOURS + 1));
            final double limit = OUTLIER_SIGMAS * sigma;
            calm[i] = Math.max(middle - limit, Math.min(middle + limit, values[i]));
        }
        return calm;
    }

    /** Squared residuals of any range in constant time. */
    private static final class Sums {
        private final double[] values;
        private final double[] squares;
        private final double variance;

        Sums(final double[] samples, final double sigma) {
            variance = sigma * sigma;
            values = new double[samples.length + 1];
            squares = new double[samples.length + 1];
            for (int i = 0; i < samples.length; i++) {
                values[i + 1] = values[i] + samples[i];
                squares[i + 1] = squares[i] + samples[i] * samples[i];
            }
        }

        /** Of samples {@code start} to {@code end} - 1 around their mean, in units of the noise. */
        double cost(final int start, final int end) {
            final double sum = values[end] - values[start];
            return (squares[end] - squares[start] - sum * sum / (end - start)) / variance;
        }
    }
}
