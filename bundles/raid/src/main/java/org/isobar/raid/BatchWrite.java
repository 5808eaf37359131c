package org.isobar.raid;

import java.util.function.Consumer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.lane.Lane;

/**
 * The write of a batch to two columns of its group, which it may choose anew when one fails, or to a certain one, which is given
 * up when that fails. Control lane only.
 */
final class BatchWrite implements ColumnVerdict {
    private static final int REPLICAS = 2;
    private static final long BUSY_RETRY_NS = 1_000_000;
    private static final int BUSY_RETRIES_MAX = 10_000;

    private final AssembledSet set;
    private final int group;
    private final Lane control;
    private final LogWrite batch;
    /** Hears whether its columns have it, or need not, as all others of the group or the one are given up; else the set stops serving. */
    private final Consumer<Boolean> end;

    private final Replica[] replicas = new Replica[REPLICAS];
    private Columns seen;
    private int outstanding;
    private long failed;

    BatchWrite(final AssembledSet set, final int group, final LogWrite batch, final Consumer<Boolean> end) {
        this.set = set;
        this.group = group;
        this.batch = batch;
        this.end = end;
        control = set.control();
        for (int i = 0; i < REPLICAS; i++) {
            replicas[i] = new Replica();
        }
    }

    /** Begins. A device may end a short write before it returns from its submission: then all may be over when this returns. */
    void start() {
        seen = set.columns();
        failed = 0;
        outstanding = 1;
        if (batch.column() != LogWrite.TWO) {
            startOnly(batch.column());
            return;
        }
        long places = seen.readable() & set.layout().columnMask(0, group);
        if (Long.bitCount(places) < REPLICAS) {
            end(false);
            return;
        }
        final int turn = (int) ((set.id() + group) % seen.count());
        places = Long.rotateRight(places, turn);
        long chosen = 0;
        for (final Replica replica : replicas) {
            replica.column = (Long.numberOfTrailingZeros(places) + turn) % Long.SIZE;
            chosen |= 1L << replica.column;
            places &= places - 1;
        }
        batch.chosen(chosen);
        for (final Replica replica : replicas) {
            outstanding++;
            replica.start();
        }
        replicaEnded();
    }

    private void startOnly(final int column) {
        if (seen.canRead(column)) {
            replicas[0].column = column;
            batch.chosen(1L << column);
            outstanding++;
            replicas[0].start();
        } else {
            failed = 1L << column;
        }
        replicaEnded();
    }

    private void replicaEnded() {
        if (--outstanding > 0) {
            return;
        }
        if (failed == 0) {
            end(true);
        } else {
            set.keeper().settleFailed(failed, seen, this);
        }
    }

    @Override
    public void columnsSettled(final IoStatus verdict) {
        if (verdict != IoStatus.OK) {
            end(false);
        } else if (batch.column() == LogWrite.TWO) {
            start();
        } else {
            end(true);
        }
    }

    private void end(final boolean written) {
        seen = null;
        end.accept(written);
    }

    /** The write to one column. */
    private final class Replica extends IoRequest {
        private int column;
        private Device device;
        private int retries;

        private void start() {
            device = seen.device(column);
            retries = 0;
            submit();
        }

        private void submit() {
            final long at = seen.chunkletOffset(column) + batch.inChunklet();
            write(control, at, batch.lengthBytes(), batch.buffer(), batch.index(), batch.isDurable());
            device.submit(this);
        }

        @Override
        protected void completed(final IoStatus status) {
            if (status == IoStatus.BUSY && retries++ < BUSY_RETRIES_MAX) {
                control.schedule(this::submit, BUSY_RETRY_NS);
                return;
            }
            if (status != IoStatus.OK) {
                failed |= 1L << column;
            } else if (!batch.isDurable()) {
                set.wrote(column, false);
            }
            replicaEnded();
        }
    }
}
