package org.isobar.iscsi.stats;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.isobar.api.statistics.SlowCommand;
import org.isobar.api.statistics.SlowCommandLog;
import org.isobar.common.Check;
import org.isobar.common.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last commands that took too long and tells the log of them, at most so many a minute; the first line after
 * some were left out says how many.
 */
public final class SlowCommands {
    private static final Logger LOG = LoggerFactory.getLogger(SlowCommands.class);
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long NS_PER_US = 1000;

    private final int thresholdMs;
    private final int kept;
    private final int linesPerMinute;
    private final Clock clock;
    private final Executor logWriter;
    // The lock guards everything below; only slow commands and readers take it, for a few instructions.
    private final Deque<SlowCommand> last = new ArrayDeque<>();
    private long total;
    private long minuteBeganNs;
    private int linesThisMinute;
    private long leftOut;

    /**
     * Starts empty.
     *
     * @param thresholdMs commands that take at least this long are slow, 1 to 600000
     * @param kept how many are kept, 1 to 4096
     * @param linesPerMinute lines in the log, 0 to 6000
     * @param logWriter writes to the log, off the lanes
     */
    SlowCommands(
            final int thresholdMs,
            final int kept,
            final int linesPerMinute,
            final Clock clock,
            final Executor logWriter) {
        this.thresholdMs = Check.range("slow.threshold.ms", thresholdMs, 1, 600_000);
        this.kept = Check.range("slow.kept", kept, 1, 4096);
        this.linesPerMinute = Check.range("slow.lines.per.minute", linesPerMinute, 0, 6000);
        this.clock = clock;
        this.logWriter = logWriter;
        minuteBeganNs = clock.nanoTime();
    }

    /** Commands that take at least this long are slow, in nanoseconds. */
    public long thresholdNs() {
        return TimeUnit.MILLISECONDS.toNanos(thresholdMs);
    }

    /** A slow command was answered at {@code answeredNs}. */
    public void add(
            final SessionTraffic session,
            final byte[] cdb,
            final int status,
            final CommandTimes times,
            final long answeredNs) {
        final long submittedNs = times.submittedNs == 0 ? answeredNs : times.submittedNs;
        final long dataNs = times.dataArrivedNs == 0 ? submittedNs : times.dataArrivedNs;
        final long completedNs = times.completedNs == 0 ? dataNs : times.completedNs;
        final SlowCommand command = new SlowCommand(
                clock.wallMs(),
                session.tsih(),
                session.initiatorName(),
                session.targetName(),
                CommandText.name(cdb),
                CommandText.lba(cdb),
                CommandText.blocks(cdb),
                status,
                (answeredNs - times.receivedNs) / NS_PER_US,
                (submittedNs - times.receivedNs) / NS_PER_US,
                (dataNs - submittedNs) / NS_PER_US,
                (completedNs - dataNs) / NS_PER_US,
                (answeredNs - completedNs) / NS_PER_US);
        final long unsaid = keep(command, answeredNs);
        if (unsaid >= 0) {
            logWriter.execute(() -> log(command, unsaid));
        }
    }

    SlowCommandLog log() {
        synchronized (this) {
            final List<SlowCommand> newestFirst = new ArrayList<>(last);
            return new SlowCommandLog(thresholdMs, total, newestFirst);
        }
    }

    /** Returns how many were left out of the log before this one, or -1 when this one is, too. */
    private synchronized long keep(final SlowCommand command, final long nowNs) {
        total++;
        if (last.size() == kept) {
            last.removeLast();
        }
        last.addFirst(command);
        if (nowNs - minuteBeganNs >= MINUTE_NS) {
            minuteBeganNs = nowNs;
            linesThisMinute = 0;
        }
        if (linesThisMinute >= linesPerMinute) {
            leftOut++;
            return -1;
        }
        linesThisMinute++;
        final long unsaid = leftOut;
        leftOut = 0;
        return unsaid;
    }

    private static void log(final SlowCommand command, final long unsaid) {
        LOG.warn(
                "command.slow ms={} command=\"{}\" lba={} blocks={} status=0x{} initiator={} target={} tsih={}"
                        + " queued_us={} data_us={} unit_us={} answer_us={} left_out={}",
                command.totalUs() / 1000,
                command.command(),
                command.lba(),
                command.blocks(),
                Integer.toHexString(command.status()),
                command.initiatorName(),
                command.targetName(),
                command.tsih(),
                command.queuedUs(),
                command.dataUs(),
                command.unitUs(),
                command.answerUs(),
                unsaid);
    }
}
