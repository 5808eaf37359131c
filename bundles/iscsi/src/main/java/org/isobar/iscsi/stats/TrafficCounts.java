package org.isobar.iscsi.stats;

import java.util.concurrent.atomic.AtomicLongArray;
import org.isobar.api.statistics.CommandStatistics;
import org.isobar.api.statistics.LatencyStatistics;
import org.isobar.api.statistics.StatusStatistics;
import org.isobar.api.statistics.TrafficStatistics;

/**
 * Counters and latency buckets of one stream of commands, {@value #BYTES} bytes: written by one lane, read by anyone.
 * No update needs a locked instruction, allocates, or waits; a reader sees each counter at some moment of its own, so two
 * of them may differ by the commands that ended in between.
 */
public final class TrafficCounts {
    private static final int STATUS_GOOD = 0x00;
    private static final int STATUS_CHECK_CONDITION = 0x02;
    private static final int STATUS_BUSY = 0x08;
    private static final int STATUS_RESERVATION_CONFLICT = 0x18;
    private static final int STATUS_TASK_SET_FULL = 0x28;

    private static final int NS_PER_US = 1000;

    // Where things are in the array: a block for each kind of command, then what all have in common.
    private static final int KIND_BYTES = LatencyBuckets.COUNT;
    private static final int KIND_SUM_US = KIND_BYTES + 1;
    private static final int KIND_MAX_US = KIND_BYTES + 2;
    private static final int KIND_LENGTH = KIND_BYTES + 3;
    private static final int CHECK_CONDITION = CommandKind.COUNT * KIND_LENGTH;
    private static final int BUSY = CHECK_CONDITION + 1;
    private static final int RESERVATION_CONFLICT = CHECK_CONDITION + 2;
    private static final int TASK_SET_FULL = CHECK_CONDITION + 3;
    private static final int OTHER_STATUS = CHECK_CONDITION + 4;
    private static final int ABORTED = CHECK_CONDITION + 5;
    private static final int IN_FLIGHT = CHECK_CONDITION + 6;
    private static final int SENT_BYTES = CHECK_CONDITION + 7;
    private static final int RECEIVED_BYTES = CHECK_CONDITION + 8;
    private static final int LENGTH = CHECK_CONDITION + 9;

    /** What one of these takes. */
    static final int BYTES = LENGTH * Long.BYTES;

    private final AtomicLongArray counts = new AtomicLongArray(LENGTH);

    /** A command was received. */
    public void opened() {
        add(IN_FLIGHT, 1);
    }

    /** A command is no more, answered or not. */
    public void closed() {
        add(IN_FLIGHT, -1);
    }

    /** A command ended without an answer. */
    public void aborted() {
        add(ABORTED, 1);
    }

    /**
     * A command was answered.
     *
     * @param operationCode first byte of its CDB
     * @param status SCSI status byte
     * @param sentBytes data-in
     * @param receivedBytes data-out
     * @param latencyNs from its receipt to its answer
     */
    public void answered(
            final int operationCode,
            final int status,
            final int sentBytes,
            final int receivedBytes,
            final long latencyNs) {
        final int kind = CommandKind.of(operationCode) * KIND_LENGTH;
        final long latencyUs = latencyNs / NS_PER_US;
        add(kind + LatencyBuckets.indexOf(latencyUs), 1);
        add(kind + KIND_SUM_US, Math.max(0, latencyUs));
        if (latencyUs > counts.getPlain(kind + KIND_MAX_US)) {
            counts.lazySet(kind + KIND_MAX_US, latencyUs);
        }
        if (sentBytes + receivedBytes > 0) {
            add(kind + KIND_BYTES, (long) sentBytes + receivedBytes);
            add(SENT_BYTES, sentBytes);
            add(RECEIVED_BYTES, receivedBytes);
        }
        if (status != STATUS_GOOD) {
            add(indexOfStatus(status), 1);
        }
    }

    /** Payload sent. */
    public long sentBytes() {
        return counts.get(SENT_BYTES);
    }

    /** Payload received. */
    public long receivedBytes() {
        return counts.get(RECEIVED_BYTES);
    }

    /** Commands not answered yet. */
    public long inFlight() {
        return counts.get(IN_FLIGHT);
    }

    /** Commands answered. */
    public long commands() {
        long sum = 0;
        for (int kind = 0; kind < CommandKind.COUNT; kind++) {
            sum += commands(kind);
        }
        return sum;
    }

    /** Adds what another one has counted; only the one writer of this one may call. */
    void addAll(final TrafficCounts other) {
        for (int i = 0; i < LENGTH; i++) {
            if (i < CHECK_CONDITION && i % KIND_LENGTH == KIND_MAX_US) {
                counts.lazySet(i, Math.max(counts.getPlain(i), other.counts.get(i)));
            } else {
                add(i, other.counts.get(i));
            }
        }
    }

    /** A picture. */
    TrafficStatistics statistics() {
        return new TrafficStatistics(
                statistics(CommandKind.READ),
                statistics(CommandKind.WRITE),
                statistics(CommandKind.OTHER),
                new StatusStatistics(
                        counts.get(CHECK_CONDITION),
                        counts.get(BUSY),
                        counts.get(RESERVATION_CONFLICT),
                        counts.get(TASK_SET_FULL),
                        counts.get(OTHER_STATUS)),
                counts.get(ABORTED),
                counts.get(IN_FLIGHT));
    }

    private CommandStatistics statistics(final int kind) {
        final int at = kind * KIND_LENGTH;
        final LatencyStatistics latency = LatencyBuckets.statistics(
                bucket -> counts.get(at + bucket), counts.get(at + KIND_SUM_US), counts.get(at + KIND_MAX_US));
        return new CommandStatistics(latency.count(), counts.get(at + KIND_BYTES), latency);
    }

    private long commands(final int kind) {
        long sum = 0;
        for (int bucket = 0; bucket < LatencyBuckets.COUNT; bucket++) {
            sum += counts.get(kind * KIND_LENGTH + bucket);
        }
        return sum;
    }

    private static int indexOfStatus(final int status) {
        return switch (status) {
            case STATUS_CHECK_CONDITION -> CHECK_CONDITION;
            case STATUS_BUSY -> BUSY;
            case STATUS_RESERVATION_CONFLICT -> RESERVATION_CONFLICT;
            case STATUS_TASK_SET_FULL -> TASK_SET_FULL;
            default -> OTHER_STATUS;
        };
    }

    private void add(final int index, final long delta) {
        counts.lazySet(index, counts.getPlain(index) + delta);
    }
}
