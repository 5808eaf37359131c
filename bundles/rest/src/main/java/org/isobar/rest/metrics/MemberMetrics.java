package org.isobar.rest.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceStatus;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceService;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthInfo;
import org.isobar.api.device.SmartInfo;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.member.MemberService;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolScrubs;
import org.isobar.api.pool.PoolService;
import org.isobar.api.raid.RaidLogInfo;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.volume.MoveCounters;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumeService;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.LaneLoad;
import org.isobar.common.lane.Lanes;

/** All figures of this member, read from the services at each scrape; keeps nothing itself. */
public final class MemberMetrics {
    private static final double NS_PER_S = 1e9;
    private static final double US_PER_S = 1e6;
    private static final double MS_PER_S = 1e3;

    private final MemberService member;
    private final DeviceService devices;
    private final PoolService pools;
    private final VolumeService volumes;
    private final VolumeMoves moves;
    private final BalanceService balance;
    private final StatisticsService statistics;
    private final Lanes lanes;
    private final Jobs jobs;

    public MemberMetrics(
            final MemberService member,
            final DeviceService devices,
            final PoolService pools,
            final VolumeService volumes,
            final VolumeMoves moves,
            final BalanceService balance,
            final StatisticsService statistics,
            final Lanes lanes,
            final Jobs jobs) {
        this.member = member;
        this.devices = devices;
        this.pools = pools;
        this.volumes = volumes;
        this.moves = moves;
        this.balance = balance;
        this.statistics = statistics;
        this.lanes = lanes;
        this.jobs = jobs;
    }

    /** Everything in Prometheus' text format. */
    public byte[] text() throws IOException {
        final Families families = new Families();
        final MemberInfo info = member.info();
        families.gauge("isobar_member_serving", "1 when the member serves", serving(info));
        families.gauge(
                "isobar_member_warnings",
                "Things that someone should look at",
                info.warnings().size());
        lanes.loads().forEach(lane -> lane(families, lane));
        devices.infos().stream().filter(device -> device.uuid() != null).forEach(device -> device(families, device));
        pools.pools().forEach(pool -> {
            pool(families, pool);
            writeLogs(families, pool);
            scrubs(families, pool);
        });
        moves(families);
        balance(families);
        jobs.all().stream()
                .filter(job -> job.state() == JobState.RUNNING && job.unit().equals("bytes"))
                .forEach(job -> sweep(families, job));
        new TrafficMetrics(families).add(volumes.volumes(), statistics);
        JvmMetrics.add(families);
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, families.snapshots(), EscapingScheme.UNDERSCORE_ESCAPING);
        return text.toByteArray();
    }

    private void moves(final Families families) {
        families.gauge(
                "isobar_volume_moves",
                "Volumes on their way to other pools",
                moves.moves().size());
        final MoveCounters counters = moves.counters();
        families.counter("isobar_moved_pages", "Pages that were moved to other pools", counters.movedPages());
        families.counter("isobar_moved_bytes", "Bytes of these", counters.movedBytes());
        families.counter(
                "isobar_move_failed_pages",
                "Attempts to move a page that left it where it was, for lack of room or after a failure",
                counters.failedPages());
    }

    private void balance(final Families families) {
        final BalanceStatus status = balance.status();
        families.gauge(
                "isobar_balance_enabled",
                "1 when balancing is on",
                status.settings().enabled() ? 1 : 0);
        families.gauge("isobar_balance_left_pages", "Pages that balancing is still to move", status.leftPages());
        final BalanceStatus.Counters counters = status.counters();
        families.counter("isobar_balance_decisions", "Answers of balancing policies", counters.decisions());
        families.counter("isobar_balance_nothing", "Of these, to do nothing", counters.nothingDecisions());
        families.counter("isobar_balance_moved_pages", "Pages that balancing has moved", counters.movedPages());
        families.counter("isobar_balance_moved_bytes", "Bytes of these", counters.movedBytes());
        families.counter(
                "isobar_balance_failed_pages",
                "Pages that balancing was to move and left where they were",
                counters.failedPages());
    }

    private static int serving(final MemberInfo info) {
        return info.state() == MemberInfo.State.SERVING ? 1 : 0;
    }

    private static void lane(final Families families, final LaneLoad lane) {
        final String[] labels = {"lane", Integer.toString(lane.index())};
        families.counter(
                "isobar_lane_cpu_seconds",
                "Processor time of the lane; its rate is the busy share",
                lane.cpuNs() / NS_PER_S,
                labels);
        families.gauge("isobar_lane_queued_tasks", "Tasks that wait to run on the lane", lane.queuedTasks(), labels);
    }

    private static void device(final Families families, final DeviceInfo device) {
        final String[] labels = {"device", device.uuid().toString(), "path", device.path()};
        families.gauge(
                "isobar_device_online",
                "1 when the device serves",
                device.state() == DeviceState.ONLINE ? 1 : 0,
                labels);
        families.gauge("isobar_device_size_bytes", "Usable length of the device", device.sizeBytes(), labels);
        final String errors = "isobar_device_errors";
        final String help = "Failed operations of the device; flushes count as writes";
        families.counter(errors, help, device.readErrors(), with(labels, "operation", "read"));
        families.counter(errors, help, device.writeErrors(), with(labels, "operation", "write"));
        health(families, device.health(), labels);
    }

    private static void health(final Families families, final HealthInfo health, final String... labels) {
        families.gauge(
                "isobar_device_health",
                "0 good, 1 slow, 2 suspect, 3 failed",
                health.state().urgency(),
                labels);
        families.gauge(
                "isobar_device_health_score", "100 nothing against the device, 0 failed", health.score(), labels);
        families.gauge(
                "isobar_device_held_off_until_seconds",
                "Wall-clock time before which a device that came and went is not let in, 0 when it is not held off",
                health.heldOffUntilMs() / MS_PER_S,
                labels);
        families.gauge("isobar_device_stuck", "Operations under way beyond the time-out", health.stuck(), labels);
        final String evidence = "isobar_device_evidence";
        final String help = "Events against the device, of which half are forgotten after each half-life";
        families.gauge(evidence, help, health.readErrors(), with(labels, "kind", "read-error"));
        families.gauge(evidence, help, health.writeErrors(), with(labels, "kind", "write-error"));
        families.gauge(evidence, help, health.timeouts(), with(labels, "kind", "timeout"));
        families.gauge(evidence, help, health.retries(), with(labels, "kind", "retry"));
        families.gauge(evidence, help, health.corrected(), with(labels, "kind", "mended-block"));
        families.gauge(evidence, help, health.flaps(), with(labels, "kind", "gone"));
        latency(families, health.read(), with(labels, "operation", "read"));
        latency(families, health.write(), with(labels, "operation", "write"));
        latency(families, health.flush(), with(labels, "operation", "flush"));
        smart(families, health.smart(), labels);
    }

    private static void latency(final Families families, final HealthInfo.Latency latency, final String... labels) {
        families.gauge(
                "isobar_device_latency_mean_seconds",
                "Mean of the last half minute",
                latency.meanUs() / US_PER_S,
                labels);
        families.gauge(
                "isobar_device_latency_p99_seconds",
                "99 of 100 were faster, in the last half minute",
                latency.p99Us() / US_PER_S,
                labels);
    }

    private static void smart(final Families families, final SmartInfo smart, final String... labels) {
        if (!smart.available()) {
            return;
        }
        families.gauge(
                "isobar_device_smart_passed",
                "1 when the device holds itself to be sound",
                smart.passed() ? 1 : 0,
                labels);
        if (smart.temperatureC() >= 0) {
            families.gauge("isobar_device_temperature_celsius", "As the device says", smart.temperatureC(), labels);
        }
    }

    private static void pool(final Families families, final PoolInfo pool) {
        final String[] labels = {"pool", pool.name(), "level", pool.level()};
        families.gauge("isobar_pool_capacity_bytes", "Data bytes of the pool's sets", pool.capacityBytes(), labels);
        families.gauge("isobar_pool_used_bytes", "Of the capacity, in pages", pool.usedBytes(), labels);
        families.gauge(
                "isobar_pool_free_bytes",
                "Of the capacity, not in pages",
                pool.capacityBytes() - pool.usedBytes(),
                labels);
        families.gauge(
                "isobar_pool_growable_bytes",
                "What the pool may gain from free chunklets",
                pool.growableBytes(),
                labels);
        families.gauge(
                "isobar_pool_fullness",
                "0 normal, 1 warning, 2 critical, 3 full",
                pool.fullness().urgency(),
                labels);
        families.gauge("isobar_pool_sets", "RAID sets of the pool", pool.setCount(), labels);
        families.gauge("isobar_pool_degraded_sets", "Of these, not healthy", pool.degradedSets(), labels);
        families.gauge("isobar_pool_offline_sets", "Of these, offline", pool.offlineSets(), labels);
    }

    private void writeLogs(final Families families, final PoolInfo pool) {
        final List<RaidLogInfo> logs = pools.sets().stream()
                .filter(set -> set.pool().equals(pool.name()) && set.info().log() != null)
                .map(set -> set.info().log())
                .toList();
        if (logs.isEmpty()) {
            return;
        }
        final String[] labels = {"pool", pool.name(), "level", pool.level()};
        families.gauge(
                "isobar_pool_log_bytes",
                "Room in the write logs of the pool's sets, on each of two columns",
                logs.stream()
                        .mapToLong(log -> (long) log.slots() * log.slotBytes())
                        .sum(),
                labels);
        families.gauge(
                "isobar_pool_log_used_bytes",
                "Of this, with something that is perhaps not on stable media in its place",
                logs.stream()
                        .mapToLong(log -> (long) log.usedSlots() * log.slotBytes())
                        .sum(),
                labels);
        families.gauge(
                "isobar_pool_log_kept_blocks",
                "Blocks of 4 KiB that were acknowledged from the log and are not in their place yet",
                logs.stream().mapToLong(RaidLogInfo::keptBlocks).sum(),
                labels);
        families.counter(
                "isobar_pool_log_refused_writes",
                "Small writes that were made in place at once, for want of room in the log",
                logs.stream().mapToLong(RaidLogInfo::refusedWrites).sum(),
                labels);
    }

    private void scrubs(final Families families, final PoolInfo pool) {
        final PoolScrubs scrubs;
        try {
            scrubs = pools.scrubs(pool.name());
        } catch (final StorageException e) {
            if (e.code() == Code.NOT_FOUND) {
                return; // deleted since the pools were listed
            }
            throw e;
        }
        final String[] labels = {"pool", pool.name(), "level", pool.level()};
        families.counter(
                "isobar_pool_scrub_checked_bytes", "Data that scrubs have checked", scrubs.checkedBytes(), labels);
        families.counter(
                "isobar_pool_scrub_mended_blocks",
                "Blocks of 4 KiB that scrubs have mended",
                scrubs.mendedBlocks(),
                labels);
        families.counter(
                "isobar_pool_scrub_lost_blocks",
                "Blocks of 4 KiB that scrubs have found lost",
                scrubs.lostBlocks(),
                labels);
        final long known = scrubs.sets().stream()
                .filter(of -> of.last() != null)
                .mapToLong(of -> of.last().blocksLost())
                .sum();
        families.gauge(
                "isobar_pool_scrub_last_lost_blocks", "Blocks lost, by the last scrub of each set", known, labels);
        final long oldest = scrubs.sets().stream()
                .mapToLong(of -> of.last() == null ? 0 : of.last().endedWallMs())
                .min()
                .orElse(0);
        families.gauge(
                "isobar_pool_scrub_oldest_timestamp_seconds",
                "When the set that waits longest was scrubbed, 0 for never",
                oldest / MS_PER_S,
                labels);
    }

    private static void sweep(final Families families, final JobInfo job) {
        final String[] labels = {"job", Long.toString(job.id()), "kind", job.kind(), "subject", job.subject()};
        families.gauge("isobar_job_done_bytes", "What a running job has done", job.doneUnits(), labels);
        families.gauge("isobar_job_total_bytes", "All that it has to do", job.totalUnits(), labels);
        families.gauge("isobar_job_bytes_per_second", "Its rate of the last 10 to 20 s", job.unitsPerSecond(), labels);
        families.gauge(
                "isobar_job_expected_end_timestamp_seconds",
                "When it ends at that rate, 0 when not known",
                job.expectedEndWallMs() / MS_PER_S,
                labels);
    }

    static String[] with(final String[] labels, final String... more) {
        final List<String> all = new ArrayList<>(List.of(labels));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
