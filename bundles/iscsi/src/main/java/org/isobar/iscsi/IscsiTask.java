package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.common.buffer.Buffers;
import org.isobar.iscsi.stats.CommandTimes;

/** One SCSI command of a session, from its PDU to its answer; pooled by its {@link TaskSet}. */
final class IscsiTask extends ScsiTask implements CommandWindow.Command {
    /** Where a task is. */
    enum Stage {
        /** In the pool. */
        FREE,
        /** Its PDU is still coming in, or it waits for its CmdSN's turn. */
        ARRIVING,
        /** Its turn has come, but tasks before it must end (SAM-5 §8.6) or answers be fetched first. */
        DORMANT,
        /** In the hands of the logical unit. */
        STARTED,
        /** The logical unit waits for data. */
        WANTS_DATA,
        /** Its outcome is known; data that the initiator still sends must be over before the answer goes out. */
        ENDED
    }

    private final TaskSet owner;

    final CommandTimes times = new CommandTimes();
    Stage stage = Stage.FREE;
    /** The connection that brought it and carries everything of it. */
    IscsiConnection connection;
    /** Takes its data-out. */
    DataOutReceiver receiver;
    /** Its command PDU is not complete yet. */
    boolean comingIn;

    int initiatorTaskTag;
    int cmdSn;
    boolean immediate;
    /** Counts among the tasks of its target. */
    boolean counted;

    boolean ordered;
    boolean headOfQueue;
    boolean reads;
    boolean writes;
    /** Expected data transfer length, unsigned 32 bits. */
    long expectedBytes;
    /** No answer goes out: aborted, or the connection is gone. */
    boolean suppressed;
    /** Why the transport fails the task, or null. */
    Sense failure;

    /** Data-out received in order so far; the next byte goes here. */
    int receivedBytes;
    /** Unsolicited data-out PDUs are still to come. */
    boolean unsolicitedOpen;

    int unsolicitedDataSn;
    /** Data-out that the logical unit wants and the initiator has. */
    int neededBytes;
    /** Where the next R2T begins. */
    int solicitedBytes;

    int r2tSn;
    /** What the receiver has counted in of {@link R2tQueue#openBytes}. */
    int openBytes;
    /** Waits until the receiver asks for its data. */
    boolean awaitsTurn;

    final R2tQueue r2ts = new R2tQueue();

    private ByteBuf outBuffer;
    private int budgetBytes;

    IscsiTask(final TaskSet owner) {
        this.owner = owner;
    }

    /** Buffer for data-out, or null. */
    ByteBuf outBuffer() {
        return outBuffer;
    }

    /** Gets the buffer for {@code bytes} of data-out; false when all buffers of the member are in use. */
    boolean allocateOut(final int bytes, final DataBudget budget) {
        if (!reserve(bytes, budget)) {
            return false;
        }
        outBuffer = Buffers.allocate(bytes);
        return true;
    }

    /** Counts {@code bytes} of buffers in that this task is going to need; once for a task. */
    boolean reserve(final int bytes, final DataBudget budget) {
        if (!budget.take(bytes)) {
            return false;
        }
        budgetBytes = bytes;
        return true;
    }

    /** Gives all buffers back. */
    void releaseBuffers(final DataBudget budget) {
        if (outBuffer != null) {
            outBuffer.release();
            outBuffer = null;
        }
        budget.give(budgetBytes);
        budgetBytes = 0;
        dataOut = null;
        if (dataIn != null) {
            dataIn.release();
            dataIn = null;
        }
    }

    /** Fails the task; the first reason counts. */
    void fail(final Sense why) {
        if (failure == null) {
            failure = why;
        }
    }

    /** Whether the initiator still owes data-out PDUs. */
    boolean dataComing() {
        return unsolicitedOpen || r2ts.count() > 0;
    }

    /** Bytes that the initiator expected beyond those that the command moves; negative when it moves more. */
    long residualBytes() {
        final long expected = reads || writes ? expectedBytes : 0;
        return expected - dataInBytes - dataOutWantedBytes;
    }

    /** Makes a pooled task fresh. */
    void reset() {
        resetAnswer();
        suppressed = false;
        failure = null;
        receivedBytes = 0;
        unsolicitedOpen = false;
        unsolicitedDataSn = 0;
        neededBytes = 0;
        solicitedBytes = 0;
        r2tSn = 0;
        r2ts.clear();
        ordered = false;
        headOfQueue = false;
    }

    @Override
    public void deliver() {
        owner.deliver(this);
    }

    @Override
    protected void dataOutWanted(final int bytes) {
        owner.dataOutWanted(this, bytes);
    }

    @Override
    protected void completed() {
        owner.completed(this);
    }
}
