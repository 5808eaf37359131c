package org.isobar.api.block;

import io.netty.buffer.ByteBuf;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;

/**
 * One request to a {@link BlockLayer}, reusable. The submitter subclasses it with what to do at completion, sets it up
 * with one of the setters, and submits it; until {@link #completed} is called it belongs to the layer. A layer that
 * needs several steps keeps them in pooled children of its own.
 */
public abstract class IoRequest {
    private IoOp op = IoOp.FLUSH;
    private long offsetBytes;
    private long lengthBytes;
    private ByteBuf data;
    private int dataIndex;
    private boolean durable;
    private boolean unchecked;
    private Lane lane;
    private boolean pending;
    private IoRequest next;

    /** Called exactly once per submission, on {@link #lane()}. May set up and submit this request again. */
    protected abstract void completed(IoStatus status);

    /** Sets up a read of {@code lengthBytes} bytes at {@code offsetBytes} into {@code data} from absolute {@code index}. */
    public final void read(
            final Lane onLane, final long offset, final int length, final ByteBuf into, final int index) {
        set(onLane, IoOp.READ, offset, length, into, index, false);
    }

    /**
     * Sets up a write.
     *
     * @param survivesPowerLoss true when completion must mean stable media (FUA)
     */
    public final void write(
            final Lane onLane,
            final long offset,
            final int length,
            final ByteBuf from,
            final int index,
            final boolean survivesPowerLoss) {
        set(onLane, IoOp.WRITE, offset, length, from, index, survivesPowerLoss);
    }

    /** Sets up a ZERO. */
    public final void zero(final Lane onLane, final long offset, final long length, final boolean survivesPowerLoss) {
        set(onLane, IoOp.ZERO, offset, length, null, 0, survivesPowerLoss);
    }

    /** Sets up a DISCARD. */
    public final void discard(final Lane onLane, final long offset, final long length) {
        set(onLane, IoOp.DISCARD, offset, length, null, 0, false);
    }

    /** Sets up a FLUSH. */
    public final void flush(final Lane onLane) {
        set(onLane, IoOp.FLUSH, 0, 0, null, 0, false);
    }

    /**
     * Sets up this request as a part of {@code parent}: same operation, data, durability, checks and lane, another range.
     */
    public final void part(final IoRequest parent, final long offset, final long length, final int index) {
        set(parent.lane, parent.op, offset, length, parent.data, index, parent.durable);
        unchecked = parent.unchecked;
    }

    /**
     * Says, after the set-up and before the submission, that a READ takes what the medium gives: a layer that keeps
     * checksums does not compare with them what it need not put together from redundancy.
     */
    public final void takeUnchecked() {
        unchecked = true;
    }

    private void set(
            final Lane onLane,
            final IoOp operation,
            final long offset,
            final long length,
            final ByteBuf payload,
            final int index,
            final boolean survivesPowerLoss) {
        Check.that(!pending, "request set up again before it completed");
        pending = true;
        lane = onLane;
        op = operation;
        offsetBytes = offset;
        lengthBytes = length;
        data = payload;
        dataIndex = index;
        durable = survivesPowerLoss;
        unchecked = false;
    }

    /** Ends the request; called once by the layer that holds it, on {@link #lane()}. */
    public final void complete(final IoStatus status) {
        Check.that(pending, "request completed twice");
        pending = false;
        next = null;
        completed(status);
    }

    /** Ends the request on its lane, from whatever lane or thread the caller runs on. */
    public final void completeOnLane(final IoStatus status) {
        if (lane.current()) {
            complete(status);
        } else {
            lane.execute(() -> complete(status));
        }
    }

    /** What is asked. */
    public final IoOp op() {
        return op;
    }

    /** First byte, relative to the layer submitted to. */
    public final long offsetBytes() {
        return offsetBytes;
    }

    /** Length in bytes; at most {@link Integer#MAX_VALUE} for READ and WRITE. */
    public final long lengthBytes() {
        return lengthBytes;
    }

    /** First byte after the range. */
    public final long endBytes() {
        return offsetBytes + lengthBytes;
    }

    /** Payload of READ and WRITE, else null. Use absolute indexes from {@link #dataIndex()}. */
    public final ByteBuf data() {
        return data;
    }

    /** Absolute index of the first payload byte. */
    public final int dataIndex() {
        return dataIndex;
    }

    /** Whether completion of a WRITE or ZERO must mean stable media (FUA). */
    public final boolean durable() {
        return durable;
    }

    /** Whether a READ takes what the medium gives; see {@link #takeUnchecked}. */
    public final boolean unchecked() {
        return unchecked;
    }

    /** The lane this request was set up for: it is submitted and completed there. */
    public final Lane lane() {
        return lane;
    }

    /** Whether it is between set-up and completion. */
    public final boolean pending() {
        return pending;
    }

    /** Queue link, free for the layer that holds the request. */
    public final IoRequest next() {
        return next;
    }

    /** Sets the queue link. */
    public final void next(final IoRequest request) {
        next = request;
    }
}
