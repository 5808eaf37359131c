package org.isobar.iscsi.stats;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.isobar.api.statistics.SessionStatistics;
import org.isobar.api.statistics.TrafficStatistics;

/** What one session does: a part for each task set, which its lane alone writes. Any thread may call. */
public final class SessionTraffic {
    private final String initiatorName;
    private final String targetName;
    private final long loggedInWallMs;
    private final VolumeTraffic volume;
    private final int tsih;
    private final List<TrafficCounts> parts = new CopyOnWriteArrayList<>();

    SessionTraffic(
            final String initiatorName,
            final String targetName,
            final long loggedInWallMs,
            final VolumeTraffic volume,
            final int tsih) {
        this.initiatorName = initiatorName;
        this.targetName = targetName;
        this.loggedInWallMs = loggedInWallMs;
        this.volume = volume;
        this.tsih = tsih;
    }

    /** Counters for one more lane. */
    public TrafficCounts newPart() {
        final TrafficCounts part = new TrafficCounts();
        parts.add(part);
        return part;
    }

    /** SCSI commands answered. */
    public long commands() {
        return parts.stream().mapToLong(TrafficCounts::commands).sum();
    }

    /** Payload sent. */
    public long sentBytes() {
        return parts.stream().mapToLong(TrafficCounts::sentBytes).sum();
    }

    /** Payload received. */
    public long receivedBytes() {
        return parts.stream().mapToLong(TrafficCounts::receivedBytes).sum();
    }

    /** Commands not answered yet. */
    public int inFlight() {
        return (int) parts.stream().mapToLong(TrafficCounts::inFlight).sum();
    }

    int tsih() {
        return tsih;
    }

    String initiatorName() {
        return initiatorName;
    }

    String targetName() {
        return targetName;
    }

    /** Null in a discovery session. */
    VolumeTraffic volume() {
        return volume;
    }

    void addTo(final TrafficCounts sum) {
        parts.forEach(sum::addAll);
    }

    SessionStatistics statistics() {
        final TrafficCounts sum = new TrafficCounts();
        addTo(sum);
        final TrafficStatistics traffic = sum.statistics();
        return new SessionStatistics(
                tsih, initiatorName, targetName, volume == null ? "" : volume.name(), loggedInWallMs, traffic);
    }
}
