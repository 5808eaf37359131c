package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.device.Device;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.rng.Rng;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The member's metadata journal: the same checkpoint and the same records on the system area of every ACTIVE device.
 *
 * <p>One owner, the control lane: every method is called there, every callback and stage comes there.
 *
 * <p>Order: records are written and applied in the order of their appends. All records appended in one turn of the
 * lane, or while a write is under way, form the next batch (group commit). A record is applied to the state machine and
 * its {@link Done} called only when it is written on all ACTIVE devices; a device that fails on the way is first taken
 * off the ACTIVE list by a durable record on all others. So the state in memory is never ahead of the devices.
 *
 * <p>What survives: every record reported OK survives the death of the process; one appended as durable, and all before
 * it, also survive power loss; a later one may be lost, but only together with all after it.
 */
public final class MetadataLog {
    /** Longest record in bytes on system areas of 16 MiB and more. */
    public static final int RECORD_BYTES_MAX = 128 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(MetadataLog.class);

    private final Lane lane;
    private final Rng rng;
    private final LogSettings settings;
    private final Consumer<String> fenced;
    private boolean opening;
    private LogWriter writer;

    /**
     * A log that is not open yet.
     *
     * @param fenced hears why, once, when the log can be kept no more
     */
    public MetadataLog(final Lanes lanes, final Rng rng, final LogSettings settings, final Consumer<String> fenced) {
        lane = lanes.control();
        this.rng = rng;
        this.settings = settings;
        this.fenced = fenced;
    }

    /**
     * Reads the system areas of all present devices and opens the log when a strict majority of the newest copy's
     * ACTIVE devices is among them: restores the newest checkpoint, replays the records after it, starts a new epoch
     * with a checkpoint on all present devices, takes missing ones off the ACTIVE list and puts present ones on it.
     * When no device has a log, the log starts empty.
     *
     * <p>Answers WAITING when there are too few (with nothing written, unless devices failed on the way); may be called
     * again then, and after a failure, a close or a fence. The stage fails with {@link StorageException}: INVALID for
     * an unknown format version, CONFLICT when devices hold logs of different members, IO when there is a log but no
     * readable copy, UNAVAILABLE when the state does not fit a device or too many devices failed on the way; and with
     * what the state machine threw. Nothing but WAITING and UNAVAILABLE comes after a first write.
     *
     * @param present devices that serve; not empty
     */
    public CompletionStage<Opened> open(final List<Device> present, final StateMachine state) {
        checkLane();
        Check.that(!opening && (writer == null || writer.ended() != null), "metadata log opened while open");
        Check.that(!present.isEmpty(), "metadata log opened without devices");
        opening = true;
        writer = null;
        final CompletableFuture<Opened> stage = new CompletableFuture<>();
        new LogOpening(lane, rng, settings, present, state, new OpeningOutcome(state, stage)).start();
        return stage;
    }

    /**
     * Appends a record. Refused (NO_SPACE, BUSY, FENCED, CLOSED) before the call returns.
     *
     * @param claim how much of the area it may take; without one it is {@link Claim#ORDINARY}
     * @param record its readable bytes are copied before the call returns; indexes are left alone
     * @param durable whether OK must mean stable media, for this record and all before it
     */
    public void append(final Claim claim, final ByteBuf record, final boolean durable, final Done done) {
        checkLane();
        if (usable()) {
            writer.append(record, durable, claim, done);
        } else {
            done.done(AppendResult.CLOSED);
        }
    }

    /** As above, for a record that may make the state grow. */
    public void append(final ByteBuf record, final boolean durable, final Done done) {
        append(Claim.ORDINARY, record, durable, done);
    }

    /** Ends in OK when everything appended before survives power loss; at once when it does already. */
    public void flush(final Done done) {
        checkLane();
        if (usable()) {
            writer.flush(done);
        } else {
            done.done(AppendResult.CLOSED);
        }
    }

    /**
     * Puts a device on the ACTIVE list: writes the whole state to it, flushed, then the new list to all. Done at once
     * for a device that is ACTIVE. Fails with CONFLICT when the device holds another log, IO when it fails on the way
     * (it is not ACTIVE then), UNAVAILABLE when fenced or closed.
     */
    public CompletionStage<Void> activate(final Device device) {
        return change(MembershipChange.join(device));
    }

    /**
     * Takes a device off the ACTIVE list, durable on all others; for a device that is lost or is to be removed. Done at
     * once for a device that is not ACTIVE. The last one stays: CONFLICT. Fails with UNAVAILABLE when fenced or closed.
     */
    public CompletionStage<Void> deactivate(final UUID device) {
        return change(MembershipChange.leave(device));
    }

    /** The devices that the log is kept on, in UUID order; empty when not open. */
    public List<UUID> activeDevices() {
        return usable() ? writer.active() : List.of();
    }

    /** Whether a majority of the devices that the log is kept on serves also without this one; true when it is not open. */
    public boolean survivesWithout(final UUID device) {
        return !usable() || writer.survivesWithout(device);
    }

    /** Writes and flushes what was appended, then accepts no more. */
    public CompletionStage<Void> close() {
        checkLane();
        return writer == null ? CompletableFuture.completedFuture(null) : writer.close();
    }

    private CompletionStage<Void> change(final MembershipChange wanted) {
        checkLane();
        if (usable()) {
            return writer.change(wanted);
        }
        wanted.refuse(Code.UNAVAILABLE, "metadata log is not open");
        return wanted.stage();
    }

    private boolean usable() {
        return writer != null && !opening;
    }

    private void checkLane() {
        Check.that(lane.current(), "metadata log used off the control lane");
    }

    /** What becomes of an open once the copies are read. */
    private final class OpeningOutcome implements LogOpening.Outcome {
        private final StateMachine state;
        private final CompletableFuture<Opened> stage;

        OpeningOutcome(final StateMachine state, final CompletableFuture<Opened> stage) {
            this.state = state;
            this.stage = stage;
        }

        @Override
        public void started(final LogStart start, final boolean fresh, final List<UUID> missing) {
            final LogWriter started = new LogWriter(lane, settings, state, start, this::fenced);
            writer = started;
            CompletionStage<Void> joined = started.change(MembershipChange.settled());
            for (final Copy copy : start.returned()) {
                joined = started.change(MembershipChange.join(copy)).exceptionally(failure -> {
                    LOG.warn(
                            "metadata-device-not-taken device={}", copy.device().uuid(), failure);
                    return null;
                });
            }
            joined.thenRun(() -> opened(fresh, missing));
        }

        private void opened(final boolean fresh, final List<UUID> missing) {
            if (writer.ended() == null) {
                opening = false;
                stage.complete(new Opened(Opened.State.OPEN, fresh, writer.active(), missing));
            }
        }

        private void fenced(final String why) {
            if (opening) {
                failed(new StorageException(Code.UNAVAILABLE, "metadata log: " + why));
            } else {
                fenced.accept(why);
            }
        }

        @Override
        public void waiting(final List<UUID> missing) {
            opening = false;
            stage.complete(new Opened(Opened.State.WAITING, false, List.of(), missing));
        }

        @Override
        public void failed(final RuntimeException why) {
            opening = false;
            stage.completeExceptionally(why);
        }
    }
}
