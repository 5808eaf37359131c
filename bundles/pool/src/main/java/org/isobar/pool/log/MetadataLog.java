package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.isobar.api.device.Device;
import org.isobar.common.lane.Lanes;
import org.isobar.common.rng.Rng;

/**
 * The member's metadata journal: the same checkpoint and the same records on the system area of every ACTIVE device.
 *
 * <p>One owner, the control lane: every method is called there, every callback and stage comes there.
 *
 * <p>Order: records are written and applied in the order of their appends. All records appended in one turn of the lane,
 * or while a write is under way, form the next batch (group commit). A record is applied to the state machine and its
 * {@link Done} called only when it is written on all ACTIVE devices; a device that fails on the way is first taken off
 * the ACTIVE list by a durable record on all others. So the state in memory is never ahead of the devices.
 *
 * <p>What survives: every record reported OK survives the death of the process; one appended as durable, and all before
 * it, also survive power loss; a later one may be lost, but only together with all after it.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class MetadataLog {
    /** Longest record in bytes on system areas of 16 MiB and more. */
    public static final int RECORD_BYTES_MAX = 128 << 10;

    /**
     * A log that is not open yet.
     *
     * @param fenced hears why, once, when the log can be kept no more
     */
    public MetadataLog(final Lanes lanes, final Rng rng, final LogSettings settings, final Consumer<String> fenced) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads the system areas of all present devices and opens the log when a strict majority of the newest copy's ACTIVE
     * devices is among them: restores the newest checkpoint, replays the records after it, starts a new epoch with a
     * checkpoint on all present devices, takes missing ones off the ACTIVE list and puts present ones on it. When no
     * device has a log, the log starts empty.
     *
     * <p>Answers WAITING, with nothing written, when there are too few; may be called again then. The stage fails with
     * {@link org.isobar.api.StorageException}: INVALID for an unknown format version, CONFLICT when devices hold logs of
     * different members, UNAVAILABLE when the state outgrows a device, and with what the state machine threw.
     *
     * @param present devices that serve; not empty
     */
    public CompletionStage<Opened> open(final List<Device> present, final StateMachine state) {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends a record that may make the state grow. Refused (NO_SPACE, BUSY, FENCED, CLOSED) before the call returns.
     *
     * @param record its readable bytes are copied before the call returns; indexes are left alone
     * @param durable whether OK must mean stable media, for this record and all before it
     */
    public void append(final ByteBuf record, final boolean durable, final Done done) {
        throw new UnsupportedOperationException();
    }

    /** As {@link #append}, for records that make the state shrink or must not fail: may use the reserve. */
    public void appendFromReserve(final ByteBuf record, final boolean durable, final Done done) {
        throw new UnsupportedOperationException();
    }

    /** Ends in OK when everything appended before survives power loss; at once when it does already. */
    public void flush(final Done done) {
        throw new UnsupportedOperationException();
    }

    /**
     * Puts a device on the ACTIVE list: writes the whole state to it, flushed, then the new list to all. Done at once
     * for a device that is ACTIVE. Fails with CONFLICT when the device holds another log, IO when it fails on the way
     * (it is not ACTIVE then), UNAVAILABLE when fenced or closed.
     */
    public CompletionStage<Void> activate(final Device device) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes a device off the ACTIVE list, durable on all others; for a device that is lost or is to be removed. Done at
     * once for a device that is not ACTIVE. The last one stays: CONFLICT. Fails with UNAVAILABLE when fenced or closed.
     */
    public CompletionStage<Void> deactivate(final UUID device) {
        throw new UnsupportedOperationException();
    }

    /** The devices that the log is kept on, in UUID order; empty when not open. */
    public List<UUID> activeDevices() {
        throw new UnsupportedOperationException();
    }

    /** Writes and flushes what was appended, then accepts no more. */
    public CompletionStage<Void> close() {
        throw new UnsupportedOperationException();
    }
}
