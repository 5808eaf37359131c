package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.common.Check;
import org.isobar.common.kernel.Crc32c;
import org.isobar.common.lane.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open log: does one thing at a time, on the control lane. Whatever loses a device is followed by taking it off the
 * ACTIVE list before the outcome is told to anyone.
 */
final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private final Lane lane;
    private final LogSettings settings;
    private final StateMachine machine;
    private final UUID logId;
    private final ActiveList members;
    private final LogQueue queue;
    private final Consumer<String> onFenced;
    private final Crc32c crc = new Crc32c();
    private final Trampoline pump = new Trampoline(this::step);
    private final Deque<MembershipChange> changes = new ArrayDeque<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private List<Done> flushWaiters = new ArrayList<>();
    private List<Done> flushing = new ArrayList<>();
    private Position position;
    private boolean waking;
    private boolean busy;
    private boolean switched;
    private boolean stuck;
    private boolean closing;
    private AppendResult ended;
    private Batch inFlight;
    private MembershipChange change;
    private Runnable settle;

    LogWriter(
            final Lane lane,
            final LogSettings settings,
            final StateMachine machine,
            final LogStart start,
            final Consumer<String> onFenced) {
        this.lane = lane;
        this.settings = settings;
        this.machine = machine;
        this.onFenced = onFenced;
        logId = start.logId();
        position = start.position();
        members = new ActiveList(start.active(), start.serving());
        queue = new LogQueue(settings, members.smallest(area -> area.batchBytesMax(settings)));
    }

    List<UUID> active() {
        return ended == null ? members.active() : List.of();
    }

    boolean survivesWithout(final UUID uuid) {
        return members.survivesWithout(uuid);
    }

    /** Null while it works, else what everything ends in. */
    AppendResult ended() {
        return ended;
    }

    void append(final ByteBuf record, final boolean durable, final Claim claim, final Done done) {
        final int bytes = record.readableBytes();
        final AppendResult refusal = refusal(bytes, claim);
        if (refusal != null) {
            done.done(refusal);
            return;
        }
        Check.range("record bytes", bytes, 0, Batch.recordBytesMax(queue.batchBytesMax()));
        queue.add(record, durable, done);
        wake();
    }

    private AppendResult refusal(final int bytes, final Claim claim) {
        if (ended != null || closing) {
            return ended == null ? AppendResult.CLOSED : ended;
        }
        if (queue.full(bytes)) {
            return AppendResult.BUSY;
        }
        if (claim == Claim.RESERVE) {
            return null;
        }
        final long left =
                stuck ? -1 : members.smallest(area -> mostBytes(area, claim)) - machine.checkpointBytes() - bytes;
        if (left < 0) {
            return AppendResult.NO_SPACE;
        }
        // What waits may make the state grow as much; it mostly does not, so the answer is to come again.
        return queue.unappliedBytes() > left ? AppendResult.BUSY : null;
    }

    private int mostBytes(final SystemArea area, final Claim claim) {
        return claim == Claim.URGENT ? area.urgentBytesMax(settings) : area.ordinaryBytesMax(settings);
    }

    void flush(final Done done) {
        if (ended != null || closing) {
            done.done(ended == null ? AppendResult.CLOSED : ended);
        } else if (!queue.isEmpty()) {
            queue.last().addFlush(done);
        } else if (inFlight == null && !busy && members.serving().stream().noneMatch(LogDevice::unflushed)) {
            done.done(AppendResult.OK);
        } else if (flushWaiters.size() >= settings.queuedRecordsMax()) {
            done.done(AppendResult.BUSY);
        } else {
            flushWaiters.add(done);
            wake();
        }
    }

    /** Queues a change of the ACTIVE list, behind those that wait already. */
    CompletionStage<Void> change(final MembershipChange wanted) {
        if (ended != null || closing) {
            wanted.refuse(Code.UNAVAILABLE, "metadata log is not open");
        } else {
            changes.add(wanted);
            wake();
        }
        return wanted.stage();
    }

    CompletionStage<Void> close() {
        closing = true;
        wake();
        return closed;
    }

    /** Runs in a later turn of the lane, so that all records of one turn go into one batch. */
    private void wake() {
        if (!waking) {
            waking = true;
            lane.execute(() -> {
                waking = false;
                pump.bounce();
            });
        }
    }

    private void step() {
        if (busy || ended != null) {
            return;
        }
        if (members.firstFailed() != null) {
            drop(members.firstFailed());
        } else if (settle != null) {
            final Runnable outcome = settle;
            settle = null;
            outcome.run();
            pump.bounce();
        } else if (change == null && !changes.isEmpty()) {
            change = changes.remove();
            change.prepare(lane, pump::bounce);
            pump.bounce();
        } else if (change != null && change.ready()) {
            carryOut(change);
            pump.bounce();
        } else if (!queue.isEmpty()) {
            writeNext();
        } else if (!flushWaiters.isEmpty()
                || (closing && members.serving().stream().anyMatch(LogDevice::unflushed))) {
            flushDevices();
        } else if (closing && change == null) {
            end(AppendResult.CLOSED);
        }
    }

    private void drop(final UUID gone) {
        final List<UUID> next = members.without(gone);
        LOG.warn("metadata-device-dropped device={} remaining={}", gone, next.size());
        final Batch list = Batch.ofActiveList(next);
        if (next.isEmpty() || list.lengthBytes() > members.roomBytes()) {
            list.release();
            fence("no device is left that the metadata could be kept on");
            return;
        }
        writeList(list, next);
    }

    /** Makes a new ACTIVE list count, or fences. */
    private void writeList(final Batch list, final List<UUID> next) {
        write(list, () -> {
            list.release();
            if (members.majorityOf(next)) {
                members.become(next);
            } else {
                fence("too many devices failed at once: of=" + next.size());
            }
        });
    }

    private void write(final Batch batch, final Runnable then) {
        position = new Position(position.epoch(), position.sequence() + 1);
        batch.seal(logId, position, crc);
        onAll((device, ended) -> device.writeBatch(batch.data(), batch.lengthBytes(), batch.durable(), ended), then);
    }

    /** Does a step on all serving devices; those where it fails serve no more. */
    private void onAll(final BiConsumer<LogDevice, Consumer<IoStatus>> deviceStep, final Runnable then) {
        busy = true;
        Fanout.over(members.serving(), deviceStep, lost -> {
            busy = false;
            lost.forEach(device -> {
                LOG.warn("metadata-write-failed device={}", device.uuid());
                members.fail(device.uuid());
            });
            then.run();
            pump.bounce();
        });
    }

    private void writeNext() {
        final int needed = queue.first().lengthBytes() + members.smallest(SystemArea::dropReserveBytes);
        if (!switched && members.roomBytes() < needed + members.smallest(area -> area.batchBytesMax(settings))) {
            switchHalves();
            return;
        }
        switched = false;
        final Batch batch = queue.take();
        if (members.roomBytes() < needed) {
            LOG.error("metadata-full checkpointBytes={}", machine.checkpointBytes());
            giveUp(batch, AppendResult.NO_SPACE);
            pump.bounce();
            return;
        }
        inFlight = batch;
        settle = this::applyInFlight;
        write(batch, () -> {});
    }

    private void applyInFlight() {
        final Batch batch = inFlight;
        inFlight = null;
        batch.forEach(entry -> {
            if (ended == null) {
                apply(batch, entry);
            }
            queue.ended(entry);
            tell(entry.done(), ended == null ? AppendResult.OK : ended);
        });
        batch.flushes().forEach(done -> tell(done, ended == null ? AppendResult.OK : ended));
        batch.release();
    }

    private void apply(final Batch batch, final Batch.Entry entry) {
        try {
            machine.apply(batch.record(entry));
        } catch (final RuntimeException bug) {
            LOG.error("metadata-apply-failed position={}", position, bug);
            fence("a record that is written could not be applied: " + bug.getMessage());
        }
    }

    private void giveUp(final Batch batch, final AppendResult why) {
        batch.forEach(entry -> {
            queue.ended(entry);
            tell(entry.done(), why);
        });
        batch.flushes().forEach(done -> tell(done, why));
        batch.release();
    }

    private static void tell(final Done done, final AppendResult result) {
        try {
            done.done(result);
        } catch (final RuntimeException bug) {
            LOG.error("metadata-callback-failed result={}", result, bug);
        }
    }

    /** Goes on in the other halves, behind a fresh checkpoint; stays when the state has outgrown them. */
    private void switchHalves() {
        switched = true;
        final CheckpointImage image = checkpoint();
        if (image == null) {
            pump.bounce();
            return;
        }
        stuck = image.payloadBytes() > members.smallest(area -> area.checkpointBytesMax(settings));
        if (stuck) {
            LOG.error(
                    "metadata-outgrown checkpointBytes={} estimated={}",
                    image.payloadBytes(),
                    machine.checkpointBytes());
            image.release();
            pump.bounce();
            return;
        }
        onAll((device, then) -> device.writeCheckpoint(image.data(), image.lengthBytes(), then), () -> {
            image.release();
            if (!members.majorityOf(members.active())) {
                fence("too many devices failed at once: of=" + members.active().size());
            }
        });
    }

    /** The state as it is on the devices; null when it could not be had and the log is fenced. */
    private CheckpointImage checkpoint() {
        try {
            return new CheckpointImage(logId, position, members.active(), machine.checkpoint(), crc);
        } catch (final RuntimeException bug) {
            LOG.error("metadata-checkpoint-failed position={}", position, bug);
            fence("the state could not be written down: " + bug.getMessage());
            return null;
        }
    }

    private void flushDevices() {
        flushing = flushWaiters;
        flushWaiters = new ArrayList<>();
        settle = () -> {
            final List<Done> flushed = flushing;
            flushing = new ArrayList<>();
            flushed.forEach(done -> tell(done, AppendResult.OK));
        };
        onAll(
                (device, then) -> {
                    if (device.unflushed()) {
                        device.flush(then);
                    } else {
                        then.accept(IoStatus.OK);
                    }
                },
                () -> {});
    }

    private void carryOut(final MembershipChange wanted) {
        final boolean active = wanted.uuid() != null && members.active().contains(wanted.uuid());
        if (wanted.joins() == active) {
            changed();
        } else if (wanted.joins()) {
            join(wanted);
        } else if (members.active().size() == 1) {
            refuseChange(Code.CONFLICT, "the last device that the metadata is kept on must stay");
        } else {
            members.fail(wanted.uuid());
            settle = this::changed;
        }
    }

    private void join(final MembershipChange wanted) {
        final Copy copy = wanted.copy();
        final List<UUID> next = members.with(wanted.uuid());
        final LogDevice joiner = new LogDevice(lane, copy.device(), copy.bestHalf());
        final StorageException refusal = wanted.refusal(logId, position, next.size());
        if (refusal != null) {
            change = null;
            wanted.refuse(refusal);
            return;
        }
        if (joiner.area().batchBytesMax(settings) < queue.batchBytesMax()) {
            refuseChange(Code.NO_SPACE, "system area is too small");
            return;
        }
        final Batch list = Batch.ofActiveList(next);
        if (members.roomBytes() < list.lengthBytes() + members.smallest(SystemArea::dropReserveBytes)) {
            list.release();
            if (switched) {
                refuseChange(Code.NO_SPACE, "metadata has outgrown the system areas");
            } else {
                switchHalves();
            }
            return;
        }
        switched = false;
        final CheckpointImage image = checkpoint();
        if (image == null || image.payloadBytes() > joiner.area().checkpointBytesMax(settings)) {
            list.release();
            if (image != null) {
                image.release();
                refuseChange(Code.NO_SPACE, "metadata does not fit the system area");
            }
            return;
        }
        busy = true;
        joiner.writeCheckpoint(image.data(), image.lengthBytes(), status -> {
            busy = false;
            image.release();
            joinWith(joiner, list, next, status);
            pump.bounce();
        });
    }

    private void joinWith(final LogDevice joiner, final Batch list, final List<UUID> next, final IoStatus status) {
        if (status != IoStatus.OK) {
            list.release();
            refuseChange(Code.IO, "metadata could not be written: status=" + status);
            return;
        }
        members.join(joiner);
        settle = () -> {
            if (members.serves(joiner.uuid())) {
                changed();
            } else {
                refuseChange(Code.IO, "metadata could not be written");
            }
        };
        writeList(list, next);
    }

    private void changed() {
        final MembershipChange done = change;
        change = null;
        done.done();
    }

    private void refuseChange(final Code code, final String why) {
        final MembershipChange refused = change;
        change = null;
        refused.refuse(code, why);
    }

    private void fence(final String why) {
        LOG.error("metadata-fenced why={}", why);
        end(AppendResult.FENCED);
        onFenced.accept(why);
    }

    /** Nothing is under way on any device now, and nothing will be. */
    private void end(final AppendResult how) {
        ended = how;
        settle = null;
        if (change != null) {
            refuseChange(Code.UNAVAILABLE, "metadata log has ended");
        }
        while (!changes.isEmpty()) {
            changes.remove().refuse(Code.UNAVAILABLE, "metadata log has ended");
        }
        if (inFlight != null) {
            final Batch batch = inFlight;
            inFlight = null;
            giveUp(batch, how);
        }
        while (!queue.isEmpty()) {
            giveUp(queue.take(), how);
        }
        flushing.forEach(done -> tell(done, how));
        flushWaiters.forEach(done -> tell(done, how));
        closed.complete(null);
    }
}
