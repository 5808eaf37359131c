package org.isobar.scsi;

import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.access.Initiator;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.api.scsi.TaskAborter;
import org.isobar.api.volume.Volume;
import org.isobar.scsi.reservation.Access;
import org.isobar.scsi.reservation.NexusName;
import org.isobar.scsi.reservation.ReservationRules;
import org.isobar.scsi.reservation.ReservationState;

/** One I_T nexus. Its pending unit attentions are a set of bits, so that any lane may raise and take them. */
final class Nexus implements ScsiNexus {
    /** What the nexus may not do in one state of the reservations. */
    private record Rights(ReservationState in, int denied) {}

    private final LogicalUnit unit;
    private final Initiator initiator;
    private final Volume.Hold hold;
    private final NexusName name;
    private final boolean readOnly;
    private final CopyResults copyResults = new CopyResults();
    private final AtomicInteger attentions = new AtomicInteger(UnitAttention.POWER_ON.bit());
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile TaskAborter aborter = (but, drained) -> drained.run();
    /** Of the last state that was looked at. */
    private volatile Rights rights = new Rights(ReservationState.NONE, 0);

    Nexus(
            final LogicalUnit unit,
            final Initiator initiator,
            final Volume.Hold hold,
            final NexusName name,
            final boolean readOnly) {
        this.unit = unit;
        this.initiator = initiator;
        this.hold = hold;
        this.name = name;
        this.readOnly = readOnly;
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
    public void abort(final ScsiTask task) {
        ((CommandRun) task.unitState).abort();
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
        unit.reset();
    }

    @Override
    public boolean hasLogicalUnit(final long lun) {
        return Dispatch.addressesUnit(lun) && !unit.removed();
    }

    @Override
    public void abortsThrough(final TaskAborter transport) {
        aborter = transport;
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            // By now another session may have the same name.
            return;
        }
        unit.nexuses().remove(this);
        unit.reservations().changeAlways(now -> ReservationRules.legacyLost(now, name), outcome -> {});
        hold.close();
    }

    LogicalUnit unit() {
        return unit;
    }

    NexusName name() {
        return name;
    }

    Initiator initiator() {
        return initiator;
    }

    CopyResults copyResults() {
        return copyResults;
    }

    int portalGroupTag() {
        return name.targetPort();
    }

    /** All portal groups, its own among them. */
    SortedSet<Integer> portGroups() {
        return unit.portGroups().with(name.targetPort());
    }

    /** Whether nothing may be written through it (now). */
    boolean writeProtected() {
        return readOnly || unit.writeProtected();
    }

    /** Whether a reservation keeps it from this. */
    boolean denied(final ReservationState state, final Access access) {
        Rights known = rights;
        if (known.in() != state) {
            known = new Rights(state, state.denied(name));
            rights = known;
        }
        return (known.denied() & access.bit()) != 0;
    }

    void abortTasks(final ScsiTask but, final Runnable drained) {
        aborter.abortTasks(but, drained);
    }

    void raise(final UnitAttention attention) {
        raise(attention.bit());
    }

    /** Raises all of a set of bits. */
    void raise(final int among) {
        attentions.getAndUpdate(bits -> bits | among);
    }

    boolean attentionPending() {
        return attentions.get() != 0;
    }

    /** Takes the most urgent attention of these; null when none of them is pending. */
    UnitAttention takeAttention(final int among) {
        while (true) {
            final int bits = attentions.get();
            if ((bits & among) == 0) {
                return null;
            }
            final UnitAttention first = UnitAttention.first(bits & among);
            if (attentions.compareAndSet(bits, bits & ~first.bit())) {
                return first;
            }
        }
    }
}
