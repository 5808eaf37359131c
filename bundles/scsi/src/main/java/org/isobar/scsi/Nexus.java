package org.isobar.scsi;

import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.api.volume.Volume;

/** One I_T nexus. Its pending unit attentions are a set of bits, so that any lane may raise and take them. */
final class Nexus implements ScsiNexus {
    private final VolumeTarget target;
    private final Volume.Hold hold;
    private final int portalGroupTag;
    private final AtomicInteger attentions = new AtomicInteger(UnitAttention.POWER_ON.bit());

    Nexus(final VolumeTarget target, final Volume.Hold hold, final int portalGroupTag) {
        this.target = target;
        this.hold = hold;
        this.portalGroupTag = portalGroupTag;
    }

    @Override
    public void start(final ScsiTask task) {
        final CommandRun run;
        if (task.unitState instanceof CommandRun known && known.usable()) {
            run = known;
        } else {
            run = new CommandRun(task);
            task.unitState = run;
        }
        run.start(this, Dispatch::dispatch);
    }

    @Override
    public void dataArrived(final ScsiTask task) {
        ((CommandRun) task.unitState).dataArrived();
    }

    @Override
    public boolean resetLogicalUnit(final long lun) {
        if (!hasLogicalUnit(lun)) {
            return false;
        }
        resetTarget();
        return true;
    }

    @Override
    public void resetTarget() {
        unit().descriptorSense(false);
        target.raise(UnitAttention.RESET, null);
    }

    @Override
    public boolean hasLogicalUnit(final long lun) {
        return Dispatch.addressesUnit(lun) && !unit().removed();
    }

    @Override
    public void close() {
        target.forget(this);
        hold.close();
    }

    LogicalUnit unit() {
        return target.unit();
    }

    int portalGroupTag() {
        return portalGroupTag;
    }

    /** A MODE SELECT of this nexus: the others are told. */
    void changeSenseFormat(final boolean descriptorSense) {
        unit().descriptorSense(descriptorSense);
        target.raise(UnitAttention.MODE_CHANGED, this);
    }

    void raise(final UnitAttention attention) {
        attentions.getAndUpdate(bits -> bits | attention.bit());
    }

    boolean attentionPending() {
        return attentions.get() != 0;
    }

    /** Takes the most urgent attention; null when another lane was faster. */
    SenseCode takeAttention() {
        while (true) {
            final int bits = attentions.get();
            if (bits == 0) {
                return null;
            }
            final UnitAttention first = UnitAttention.first(bits);
            if (attentions.compareAndSet(bits, bits & ~first.bit())) {
                return first.code();
            }
        }
    }
}
