package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.common.kernel.Xor;
import org.isobar.common.lane.Lane;

/**
 * Goes through stripes of a {@link StripeSweep}, one group after the other, each under the lock of its whole strips, so
 * that requests see it before or after.
 */
final class SweepWorker extends GroupTask implements ColumnVerdict {
    /** What {@link #run} continues with. */
    private enum Step {
        STRIPE,
        GROUP,
        LOCKED,
        SETTLED
    }

    private final AssembledSet owner;
    private final StripeSweep sweep;
    private final Lane control;
    private Step step = Step.STRIPE;
    private long current;
    private int nextGroup;
    private int element;
    private boolean writing;
    private boolean compared;
    private boolean wrong;
    private boolean corrected;
    private IoStatus verdict = IoStatus.OK;

    SweepWorker(final LaneWork work, final AssembledSet owner, final StripeSweep sweep, final Lane control) {
        super(work);
        this.owner = owner;
        this.sweep = sweep;
        this.control = control;
    }

    @Override
    public void run() {
        switch (step) {
            case STRIPE -> takeStripe();
            case GROUP -> takeGroup();
            case LOCKED -> locked();
            default -> settled();
        }
    }

    private void takeStripe() {
        current = sweep.takeStripe();
        if (current < 0) {
            sweep.workerEnded(control);
            return;
        }
        nextGroup = 0;
        compared = true;
        wrong = false;
        corrected = false;
        takeGroup();
    }

    private void takeGroup() {
        final SetLayout layout = owner.layout();
        while (nextGroup < layout.groups()) {
            final int group = nextGroup++;
            element = catchesUp() ? layout.elementOn(sweep.column(), current, group) : layout.dataStrips();
            if (element >= 0) {
                assign(owner, current, group, 0, layout.stripBytes());
                step = Step.LOCKED;
                if (owner.locks().acquire(this)) {
                    locked();
                }
                return;
            }
        }
        sweep.stripeEnded(compared, wrong, corrected);
        step = Step.STRIPE;
        lane().execute(this);
    }

    private boolean catchesUp() {
        return sweep.kind() == SweepKind.CATCH_UP;
    }

    private void locked() {
        writing = false;
        final Columns columns = refreshColumns();
        if (!columns.serving()) {
            stop(StorageException.Code.UNAVAILABLE, "set went offline");
            return;
        }
        final long unreadable = unreadableElements();
        if (catchesUp() && (unreadable != 1L << element || !columns.canWrite(sweep.column()))) {
            stop(StorageException.Code.UNAVAILABLE, "column lost while it was caught up");
            return;
        }
        if (!catchesUp() && unreadable != 0) {
            notCompared();
            return;
        }
        beginReads(true);
        for (int other = 0; other <= layout().dataStrips(); other++) {
            if (!catchesUp() || other != element) {
                readElement(other);
            }
        }
        endOfPhase();
    }

    @Override
    void phaseEnded() {
        if (writing) {
            writesEnded();
        } else if (failed() == 0 && busy() == 0) {
            if (catchesUp()) {
                writeFromOthers(element);
            } else {
                compare();
            }
        } else if (catchesUp()) {
            stop(StorageException.Code.IO, "column not caught up, others cannot be read");
        } else {
            sweep.readErrors(Long.bitCount(failed()));
            if (sweep.kind() == SweepKind.SCRUB && sweep.repairs() && busy() == 0 && Long.bitCount(failed()) == 1) {
                wrong = true;
                writeFromOthers(Long.numberOfTrailingZeros(failed()));
            } else {
                notCompared();
            }
        }
    }

    /** Writes a strip as the sum of the others. */
    private void writeFromOthers(final int target) {
        final int first = target == 0 ? 1 : 0;
        final ByteBuf sum = scratch(first);
        for (int other = first + 1; other <= layout().dataStrips(); other++) {
            if (other != target) {
                Xor.into(scratch(other), 0, sum, 0, length());
            }
        }
        writeStrip(target, sum);
    }

    /** Compares the redundancy strip with the sum of the data strips. */
    private void compare() {
        final int redundancy = layout().dataStrips();
        final ByteBuf sum = scratch(0);
        for (int other = 1; other < redundancy; other++) {
            Xor.into(scratch(other), 0, sum, 0, length());
        }
        final ByteBuf difference = scratch(redundancy);
        Xor.into(sum, 0, difference, 0, length());
        if (Xor.allZero(difference, 0, length())) {
            groupEnded();
            return;
        }
        wrong = true;
        if (sweep.repairs()) {
            writeStrip(redundancy, sum);
        } else {
            groupEnded();
        }
    }

    private void writeStrip(final int target, final ByteBuf content) {
        writing = true;
        beginWrites(false);
        writeElement(target, content, 0);
        endOfPhase();
    }

    private void writesEnded() {
        if (failed() == 0 && busy() == 0) {
            corrected = true;
            groupEnded();
        } else {
            step = Step.SETTLED;
            owner.settleFailed(columnsOf(failed() | busy()), columns(), this);
        }
    }

    @Override
    public void columnsSettled(final IoStatus how) {
        verdict = how;
        lane().execute(this);
    }

    private void settled() {
        if (verdict != IoStatus.OK) {
            stop(StorageException.Code.UNAVAILABLE, "set went offline");
        } else if (catchesUp()) {
            stop(StorageException.Code.IO, "column not caught up, it cannot be written");
        } else {
            notCompared();
        }
    }

    private void notCompared() {
        compared = false;
        sweep.unresolved(stripe());
        groupEnded();
    }

    private void groupEnded() {
        unlock();
        step = Step.GROUP;
        lane().execute(this);
    }

    private void stop(final StorageException.Code code, final String why) {
        sweep.fail(code, why);
        unlock();
        sweep.workerEnded(control);
    }

    private void unlock() {
        releaseScratch();
        owner.locks().release(this);
        clear();
    }
}
