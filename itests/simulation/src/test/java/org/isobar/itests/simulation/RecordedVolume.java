package org.isobar.itests.simulation;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageSpace;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.WriteLog;

/**
 * A volume whose writes and flushes are noted together with how long the devices' write log was when they began and ended,
 * so that it is known for each length what a block may hold. Writes that are on their way together do not overlap. A
 * block of 512 bytes is full of the number of its write.
 */
final class RecordedVolume {
    private static final int BLOCK_BYTES = ModelledVolume.BLOCK_BYTES;

    private final WriteLog log;
    private final PageSpace space;
    private final List<Change> changes = new ArrayList<>();
    private final List<Flush> flushes = new ArrayList<>();
    private int sequence;
    private int outstanding;

    RecordedVolume(final WriteLog log, final PageSpace space) {
        this.log = log;
        this.space = space;
    }

    int outstanding() {
        return outstanding;
    }

    void write(final Lane lane, final int from, final int to, final boolean durable) {
        final Change change = new Change(from, to, changes.size() + 1, durable);
        changes.add(change);
        final int lengthBytes = (to - from) * BLOCK_BYTES;
        final ByteBuf data = Buffers.allocate(lengthBytes);
        for (int at = 0; at < lengthBytes; at += Long.BYTES) {
            data.setLong(at, change.stamp);
        }
        change.data = data;
        change.write(lane, (long) from * BLOCK_BYTES, lengthBytes, data, 0, durable);
        begin(lane, change);
    }

    void flush(final Lane lane) {
        final Flush flush = new Flush();
        flushes.add(flush);
        flush.flush(lane);
        begin(lane, flush);
    }

    private void begin(final Lane lane, final IoRequest request) {
        outstanding++;
        lane.execute(() -> space.submit(request));
    }

    /**
     * What each block may hold after so many entries of the log.
     *
     * @param blocks of the volume
     * @param allThere whether all writes of these entries are there, or only those that were made stable
     */
    Stamps[] allowed(final int blocks, final int entries, final boolean allThere) {
        final Stamps[] allowed = new Stamps[blocks];
        Arrays.setAll(allowed, block -> Stamps.of(0));
        for (final Change change : changes) {
            if (change.begunAt > entries) {
                continue;
            }
            final boolean kept = kept(change, entries, allThere);
            for (int block = change.from; block < change.to; block++) {
                if (kept) {
                    allowed[block].become(change.stamp);
                } else {
                    allowed[block].add(change.stamp);
                }
            }
        }
        return allowed;
    }

    private boolean kept(final Change change, final int entries, final boolean allThere) {
        if (change.endedAt > entries) {
            return false;
        }
        return allThere
                || change.durable
                || flushes.stream().anyMatch(flush -> flush.endedAt <= entries && flush.begun > change.ended);
    }

    /** One write. */
    private final class Change extends IoRequest {
        private final int from;
        private final int to;
        private final long stamp;
        private final boolean durable;
        private final int begunAt = log.size();
        private int ended = Integer.MAX_VALUE;
        private int endedAt = Integer.MAX_VALUE;
        private ByteBuf data;

        Change(final int from, final int to, final long stamp, final boolean durable) {
            this.from = from;
            this.to = to;
            this.stamp = stamp;
            this.durable = durable;
        }

        @Override
        protected void completed(final IoStatus status) {
            data.release();
            ended = ++sequence;
            endedAt = checked(status);
        }
    }

    private final class Flush extends IoRequest {
        private final int begun = ++sequence;
        private int endedAt = Integer.MAX_VALUE;

        @Override
        protected void completed(final IoStatus status) {
            endedAt = checked(status);
        }
    }

    private int checked(final IoStatus status) {
        outstanding--;
        if (status != IoStatus.OK) {
            throw new AssertionError("failed on healthy devices: " + status);
        }
        return log.size();
    }
}
