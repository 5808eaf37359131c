package org.isobar.rest.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isobar.api.statistics.LatencyStatistics;

/** Gathers the points of one scrape, family by family. */
final class Families {
    private static final double US_PER_S = 1e6;

    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<String, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();
    private final Map<String, SummarySnapshot.Builder> summaries = new LinkedHashMap<>();

    /**
     * One point of a counter.
     *
     * @param name without {@code _total}
     * @param labels name, value, name, value
     */
    void counter(final String name, final String help, final Number value, final String... labels) {
        counters.computeIfAbsent(
                        name, fresh -> CounterSnapshot.builder().name(fresh).help(help))
                .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value(value.doubleValue())
                        .labels(Labels.of(labels))
                        .build());
    }

    /** One point of a gauge. */
    void gauge(final String name, final String help, final Number value, final String... labels) {
        gauges.computeIfAbsent(
                        name, fresh -> GaugeSnapshot.builder().name(fresh).help(help))
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(value.doubleValue())
                        .labels(Labels.of(labels))
                        .build());
    }

    /** One classic histogram of seconds. */
    void histogram(final String name, final String help, final LatencyStatistics latency, final String... labels) {
        final ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        final List<Long> boundsUs = LatencyStatistics.boundsUs();
        long passed = 0;
        for (int i = 0; i < boundsUs.size(); i++) {
            final long below = latency.belowBounds().get(i);
            buckets.bucket(boundsUs.get(i) / US_PER_S, below - passed);
            passed = below;
        }
        buckets.bucket(Double.POSITIVE_INFINITY, latency.count() - passed);
        final HistogramSnapshot.HistogramDataPointSnapshot.Builder point =
                HistogramSnapshot.HistogramDataPointSnapshot.builder();
        point.classicHistogramBuckets(buckets.build());
        point.sum(latency.sumUs() / US_PER_S);
        point.labels(Labels.of(labels));
        histograms
                .computeIfAbsent(
                        name, fresh -> HistogramSnapshot.builder().name(fresh).help(help))
                .dataPoint(point.build());
    }

    /** One summary of seconds, with percentiles. */
    void summary(final String name, final String help, final LatencyStatistics latency, final String... labels) {
        final Quantiles quantiles = Quantiles.of(
                new Quantile(0.5, latency.p50Us() / US_PER_S),
                new Quantile(0.99, latency.p99Us() / US_PER_S),
                new Quantile(0.999, latency.p999Us() / US_PER_S));
        summary(name, help, latency.count(), latency.sumUs() / US_PER_S, quantiles, labels);
    }

    /** One summary of seconds. */
    void summary(final String name, final String help, final long count, final double sumS, final String... labels) {
        summary(name, help, count, sumS, Quantiles.EMPTY, labels);
    }

    MetricSnapshots snapshots() {
        final MetricSnapshots.Builder all = MetricSnapshots.builder();
        counters.values().forEach(family -> all.metricSnapshot(family.build()));
        gauges.values().forEach(family -> all.metricSnapshot(family.build()));
        histograms.values().forEach(family -> all.metricSnapshot(family.build()));
        summaries.values().forEach(family -> all.metricSnapshot(family.build()));
        return all.build();
    }

    private void summary(
            final String name,
            final String help,
            final long count,
            final double sumS,
            final Quantiles quantiles,
            final String... labels) {
        summaries
                .computeIfAbsent(
                        name, fresh -> SummarySnapshot.builder().name(fresh).help(help))
                .dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                        .count(count)
                        .sum(sumS)
                        .quantiles(quantiles)
                        .labels(Labels.of(labels))
                        .build());
    }
}
