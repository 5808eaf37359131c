package org.isobar.raid;

import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;

/**
 * Flushes the columns that were written since their last flush. A column that fails may have lost writes that were
 * acknowledged, so it must be stale before the flush ends well. Pooled per lane.
 */
final class FlushTask implements Runnable, ColumnVerdict {
    private final LaneWork work;
    private ColumnFlush[] flushes = new ColumnFlush[0];
    private AssembledSet set;
    private FlushEnd end;
    private Columns seen;
    private int outstanding;
    private long lost;
    private boolean busy;
    private IoStatus verdict = IoStatus.OK;

    FlushTask(final LaneWork work) {
        this.work = work;
    }

    /**
     * Begins.
     *
     * @param all whether to flush what is in the set's log as well, which survives a power loss anyway
     */
    void start(final AssembledSet ofSet, final boolean all, final FlushEnd whenEnded) {
        set = ofSet;
        end = whenEnded;
        lost = 0;
        busy = false;
        final Columns columns = ofSet.columns();
        seen = columns;
        if (!columns.serving()) {
            finish(IoStatus.OFFLINE);
            return;
        }
        final int count = ofSet.layout().columns();
        prepare(count);
        outstanding = 1;
        for (int column = 0; column < count; column++) {
            final long written = ofSet.written(column);
            if (ofSet.flushedUpTo(column) >= (all ? written : ofSet.unlogged(column))) {
                continue;
            }
            if (columns.canWrite(column)) {
                outstanding++;
                flushes[column].start(columns.device(column), written);
            } else if ((columns.missing() & 1L << column) != 0) {
                lost |= 1L << column;
            }
        }
        columnEnded();
    }

    private void prepare(final int count) {
        if (flushes.length < count) {
            flushes = new ColumnFlush[count];
            for (int column = 0; column < count; column++) {
                flushes[column] = new ColumnFlush(column);
            }
        }
    }

    private void columnEnded() {
        if (--outstanding > 0) {
            return;
        }
        if (lost != 0) {
            set.settleFailed(lost, seen, this);
        } else {
            finish(busy ? IoStatus.BUSY : IoStatus.OK);
        }
    }

    @Override
    public void columnsSettled(final IoStatus how) {
        verdict = how;
        work.lane().execute(this);
    }

    @Override
    public void run() {
        finish(verdict == IoStatus.OK && busy ? IoStatus.BUSY : verdict);
    }

    private void finish(final IoStatus status) {
        final FlushEnd ended = end;
        set = null;
        end = null;
        seen = null;
        work.recycle(this);
        ended.flushed(status);
    }

    private final class ColumnFlush extends IoRequest {
        private final int column;
        private long covered;

        ColumnFlush(final int column) {
            this.column = column;
        }

        void start(final Device device, final long written) {
            covered = written;
            flush(work.lane());
            device.submit(this);
        }

        @Override
        protected void completed(final IoStatus status) {
            if (status == IoStatus.OK) {
                set.flushedUpTo(column, covered);
            } else if (status == IoStatus.BUSY) {
                busy = true;
            } else {
                lost |= 1L << column;
                set.flushFailed(seen.device(column));
            }
            columnEnded();
        }
    }
}
