package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.common.Check;
import org.isobar.common.buffer.Buffers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command on its way through the unit, step by step; stays with its task object and is used again with it. Lives on the
 * task's lane. Each step ends by saying what comes next (data, a lock, a request to the volume, the end); {@link #advance}
 * does it in a loop, so that answers which come at once do not pile up on the stack.
 */
final class CommandRun extends IoRequest implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandRun.class);
    private static final int NO_INFORMATION = -1;

    private final BlockLocks.RangeLock lock = new BlockLocks.RangeLock(this);

    private ScsiTask task;
    private Nexus nexus;
    private LogicalUnit unit;
    /** Where requests and locks go: the unit, or another one that a copy reads or writes. */
    private LogicalUnit reached;

    private Command command;
    /** What a background run works on. */
    private Object subject;
    /** What this run takes part of, to be counted down at its end. */
    private AtomicInteger share;

    private boolean aborted;
    private boolean refusable;
    /** Grows with every wait and every end, so that what was waited for earlier wakes nothing. */
    private int waits;

    private State state = State.IDLE;
    private boolean advancing;
    private Step step;
    private IoStatus ioStatus;
    private int wantedOutBytes;

    private int status;
    private SenseCode sense;
    private CopyFailure copyFailure;
    private long information;
    private int specific;

    /** First byte and length of the range at hand; steps that go piece by piece move them on. */
    private long offsetBytes;

    private long lengthBytes;
    private int position;
    private ByteBuf buffer;

    CommandRun(final ScsiTask task) {
        this.task = task;
    }

    /** Begins the task with {@code first}, which decodes the command. */
    void start(final Nexus by, final Step first) {
        start(by, by.unit(), null, first);
    }

    /** Begins work that no initiator waits for; obstacles do not stop it. */
    void start(final LogicalUnit on, final Object about, final Step first) {
        start(null, on, about, first);
    }

    private void start(final Nexus by, final LogicalUnit on, final Object about, final Step first) {
        Check.that(state == State.IDLE || state == State.WAITS_FOR_DATA, "task started while another one runs in it");
        nexus = by;
        unit = on;
        reached = on;
        subject = about;
        command = null;
        aborted = false;
        status = ScsiStatus.GOOD;
        sense = null;
        copyFailure = null;
        information = NO_INFORMATION;
        specific = SenseData.NOTHING_SPECIFIC;
        ioStatus = IoStatus.OK;
        then(first);
        advance();
    }

    /** Nobody waits for the answer any more; see {@link org.isobar.api.scsi.ScsiNexus#abort}. */
    void abort() {
        aborted = true;
        if (state == State.PARKED) {
            end(ScsiStatus.TASK_ABORTED);
            if (!advancing) {
                advance();
            }
        }
    }

    void dataArrived() {
        Check.that(state == State.WAITS_FOR_DATA, "data for a task that does not wait for any");
        then(step);
        if (!advancing) {
            advance();
        }
    }

    /** Whether another task can begin in this run; not so after a failure that left a request below. */
    boolean usable() {
        return state != State.ABANDONED;
    }

    // What a step looks at.

    ScsiTask task() {
        return task;
    }

    byte[] cdb() {
        return task.cdb;
    }

    Nexus nexus() {
        return nexus;
    }

    LogicalUnit unit() {
        return unit;
    }

    Command command() {
        return command;
    }

    void command(final Command decoded) {
        command = decoded;
    }

    /** The unit whose blocks are read, written and locked now. */
    LogicalUnit reached() {
        return reached;
    }

    /** From now on requests and locks go to this unit; no lock may be held. */
    void reach(final LogicalUnit other) {
        Check.that(!lock.taken(), "a run holds locks of one unit at a time");
        reached = other;
    }

    /** What a background run works on. */
    <T> T subject(final Class<T> type) {
        return type.cast(subject);
    }

    /** Makes a command remember what it works on. */
    void subject(final Object about) {
        subject = about;
    }

    boolean aborted() {
        return aborted;
    }

    /** Takes a share of what there is only so much of; false when all are taken. Given back at the end. */
    boolean takeShare(final AtomicInteger taken, final int limit) {
        Check.that(share == null, "a command takes one share");
        if (taken.incrementAndGet() > limit) {
            taken.decrementAndGet();
            return false;
        }
        share = taken;
        return true;
    }

    long offset() {
        return offsetBytes;
    }

    long length() {
        return lengthBytes;
    }

    /** Sets the range at hand. */
    void range(final long firstBlock, final long blocks) {
        offsetBytes = firstBlock << BlockLimits.BLOCK_SHIFT;
        lengthBytes = blocks << BlockLimits.BLOCK_SHIFT;
    }

    /** Shortens the range at hand. */
    void length(final long bytes) {
        lengthBytes = bytes;
    }

    /** Moves the beginning of the range at hand on; its end stays. */
    void skip(final long bytes) {
        offsetBytes += bytes;
        lengthBytes -= bytes;
    }

    /** A number of the command's own: how far it is in its data or parameter list. */
    int position() {
        return position;
    }

    void position(final int value) {
        position = value;
    }

    /** The buffer of {@link #allocate}. */
    ByteBuf buffer() {
        return buffer;
    }

    // What a step ends with: exactly one of these.

    /** Goes on with another step at once. */
    void then(final Step next) {
        step = next;
        state = State.STEPS;
    }

    /** Collects data-out, then goes on. Nothing may be held meanwhile: the data may never come. */
    void wantData(final int bytes, final Step next) {
        wantedOutBytes = bytes;
        step = next;
        state = State.WANTS_DATA;
    }

    /** Locks the range at hand, then goes on; unless something stands in the way of the unit's commands by then. */
    void lock(final boolean exclusively, final Step next) {
        lock(exclusively, nexus != null, next);
    }

    /** Locks the range at hand shared, then goes on; what stands in the way the next step has to look at. */
    void lockRegardless(final Step next) {
        lock(false, false, next);
    }

    private void lock(final boolean exclusively, final boolean heedsObstacles, final Step next) {
        refusable = heedsObstacles;
        lock.set(offsetBytes >>> BlockLimits.BLOCK_SHIFT, lengthBytes >>> BlockLimits.BLOCK_SHIFT, exclusively);
        step = next;
        state = State.LOCKS;
    }

    /** Reads from a byte offset of the volume into the buffer, then goes on. */
    void read(final long from, final int bytes, final Step next) {
        read(task.lane, from, bytes, buffer, 0);
        submits(next);
    }

    /** Writes to a byte offset of the volume, then goes on. */
    void write(
            final long to,
            final int bytes,
            final ByteBuf from,
            final int index,
            final boolean durable,
            final Step next) {
        write(task.lane, to, bytes, from, index, durable);
        submits(next);
    }

    /** Zeroes, then goes on. */
    void zero(final long from, final long bytes, final Step next) {
        zero(task.lane, from, bytes, false);
        submits(next);
    }

    /** Discards, then goes on. */
    void discard(final long from, final long bytes, final Step next) {
        discard(task.lane, from, bytes);
        submits(next);
    }

    /** Flushes, then goes on. */
    void flush(final Step next) {
        flush(task.lane);
        submits(next);
    }

    /** Waits until {@link #resume}, which comes exactly once and may come at any moment from now on. */
    void pause() {
        state = State.PAUSED;
    }

    /** Goes on after {@link #pause}. Any thread may call. */
    void resume(final Step next) {
        task.lane.execute(() -> {
            Check.that(state == State.PAUSED, "resumed while not paused");
            then(next);
            advance();
        });
    }

    /** Waits for a change of the control path, then goes on with how it ended. */
    void await(final CompletionStage<?> stage, final Step next) {
        final int ticket = waits(State.WAITS_ELSEWHERE, next);
        stage.whenComplete((done, failure) -> wake(ticket, failure == null ? IoStatus.OK : Failures.of(failure)));
    }

    /** Waits for at least this time, then goes on. */
    void sleep(final long ns, final Step next) {
        final int ticket = waits(State.WAITS_ELSEWHERE, next);
        task.lane.schedule(() -> awake(ticket, IoStatus.OK), ns);
    }

    /** Waits until {@link #wake}; an abort ends the command at once. */
    int park(final Step next) {
        if (aborted) {
            end(ScsiStatus.TASK_ABORTED);
            return waits;
        }
        return waits(State.PARKED, next);
    }

    /** Goes on with what waits under this ticket; harmless when it waits no more. Any thread may call. */
    void wake(final int ticket, final IoStatus how) {
        task.lane.execute(() -> awake(ticket, how));
    }

    private int waits(final State how, final Step next) {
        step = next;
        state = how;
        waits++;
        return waits;
    }

    private void awake(final int ticket, final IoStatus how) {
        if (ticket == waits && (state == State.WAITS_ELSEWHERE || state == State.PARKED)) {
            ioStatus = how;
            state = State.STEPS;
            advance();
        }
    }

    /** Ends well. */
    void good() {
        end(ScsiStatus.GOOD);
    }

    /** Ends with a status other than CHECK CONDITION. */
    void end(final int statusByte) {
        status = statusByte;
        state = State.ENDS;
    }

    /** Ends with CHECK CONDITION. */
    void check(final SenseCode code) {
        sense = code;
        end(ScsiStatus.CHECK_CONDITION);
    }

    /** Ends with CHECK CONDITION and the INFORMATION field. */
    void check(final SenseCode code, final long informationField) {
        information = informationField;
        check(code);
    }

    /** Ends with CHECK CONDITION and sense-key specific bytes. */
    void checkSpecific(final SenseCode code, final int senseKeySpecific) {
        specific = senseKeySpecific;
        check(code);
    }

    /** Ends with COPY ABORTED and where the copy failed. */
    void copyAborted(final SenseCode code, final CopyFailure where) {
        copyFailure = where;
        specific = where.segmentPointer();
        check(code);
    }

    /** Ends with INVALID FIELD IN CDB, pointing at a byte. */
    void invalidCdb(final int byteIndex) {
        specific = SenseData.cdbField(byteIndex);
        check(SenseCode.INVALID_FIELD_IN_CDB);
    }

    /** Ends with INVALID FIELD IN CDB, pointing at a bit. */
    void invalidCdb(final int byteIndex, final int bit) {
        specific = SenseData.cdbField(byteIndex, bit);
        check(SenseCode.INVALID_FIELD_IN_CDB);
    }

    /** Ends with INVALID FIELD IN PARAMETER LIST, pointing at a byte. */
    void invalidParameter(final int byteIndex) {
        specific = SenseData.parameterField(byteIndex);
        check(SenseCode.INVALID_FIELD_IN_PARAMETER_LIST);
    }

    /** Ends with the answer to a failed request over the range at hand (not {@link IoStatus#OK}). */
    void fail(final IoStatus how, final SenseCode mediumError) {
        switch (how) {
            case IO_ERROR -> check(mediumError, offsetBytes >>> BlockLimits.BLOCK_SHIFT);
            case OFFLINE -> check(SenseCode.NOT_READY);
            case NO_SPACE -> check(SenseCode.SPACE_ALLOCATION_FAILED);
            case BUSY -> end(ScsiStatus.BUSY);
            case OUT_OF_RANGE -> check(SenseCode.LBA_OUT_OF_RANGE);
            case WRITE_PROTECTED -> check(SenseCode.WRITE_PROTECTED);
            case ABORTED -> check(SenseCode.COMMAND_ABORTED);
            case OK -> throw new IllegalStateException("a request that ended well is not a failure");
        }
    }

    /** Ends well with data-in, cut to the allocation length. */
    void answer(final byte[] data, final int dataBytes, final long allocationBytes) {
        final int bytes = (int) Math.min(dataBytes, allocationBytes);
        final int sent = Math.min(bytes, task.expectedInBytes);
        task.dataInBytes = bytes;
        if (sent > 0) {
            task.dataIn = Buffers.allocate(sent).writeBytes(data, 0, sent);
        }
        good();
    }

    /** Ends well with the buffer as data-in; the transport owns it from now on. */
    void answerBuffer(final int bytes) {
        task.dataIn = buffer.writerIndex(bytes);
        buffer = null;
        good();
    }

    // Held between steps, let go at the end.

    /** Takes a buffer of this length; released at the end. */
    void allocate(final int bytes) {
        Check.that(buffer == null, "a command has one buffer");
        buffer = Buffers.allocate(bytes);
    }

    /** Releases the buffer of {@link #allocate}; harmless when there is none. */
    void free() {
        releaseBuffer();
    }

    /** Unlocks what {@link #lock} locked. */
    void unlock() {
        if (lock.taken()) {
            reached.locks().unlock(lock);
        }
    }

    @Override
    protected void completed(final IoStatus how) {
        if (state == State.ABANDONED) {
            releaseBuffer();
            return;
        }
        Check.that(state == State.WAITS_FOR_IO, "request completed that was not waited for");
        ioStatus = how;
        state = State.STEPS;
        if (!advancing) {
            advance();
        }
    }

    /** The lock that this run waits for is its own; called on any lane. */
    void lockTurn() {
        task.lane.execute(this);
    }

    /** Goes on after {@link #lockTurn}. */
    @Override
    public void run() {
        lock.granted();
        state = State.LOCKS;
        advance();
    }

    private void submits(final Step next) {
        step = next;
        state = State.SUBMITS;
    }

    private void advance() {
        advancing = true;
        while (true) {
            switch (state) {
                case STEPS -> takeStep();
                case SUBMITS -> submit();
                case WANTS_DATA -> {
                    state = State.WAITS_FOR_DATA;
                    task.wantDataOut(wantedOutBytes);
                }
                case LOCKS -> {
                    if (reached.locks().lock(lock)) {
                        state = State.STEPS;
                        refuseAtObstacle();
                    } else {
                        state = State.WAITS_FOR_LOCK;
                    }
                }
                case ENDS -> {
                    advancing = false;
                    finish();
                    return;
                }
                default -> {
                    advancing = false;
                    return;
                }
            }
        }
    }

    /** What began to stand in the way while the command waited for its data or its lock stops it too. */
    private void refuseAtObstacle() {
        if (refusable && reached.obstacle() != null) {
            Obstacles.refuse(this, reached);
        }
    }

    private void takeStep() {
        final IoStatus how = ioStatus;
        ioStatus = IoStatus.OK;
        state = State.IDLE;
        try {
            step.take(this, how);
            Check.that(state != State.IDLE, "a step ended without saying what comes next");
        } catch (final RuntimeException bug) {
            LOG.error("scsi.command.failed operationCode={}", task.cdb[0] & 0xFF, bug);
            check(SenseCode.INTERNAL_TARGET_FAILURE);
        }
    }

    private void submit() {
        state = State.WAITS_FOR_IO;
        try {
            reached.volume().submit(this);
        } catch (final RuntimeException bug) {
            LOG.error("scsi.submit.failed operationCode={}", task.cdb[0] & 0xFF, bug);
            abandon();
        }
    }

    /** The request may still be somewhere below: this run stays out of use, and its buffer until it comes back. */
    private void abandon() {
        final ScsiTask ended = task;
        unlock();
        giveShareBack();
        ended.unitState = null;
        task = null;
        state = State.ABANDONED;
        if (!pending()) {
            releaseBuffer();
        }
        ended.senseBytes = SenseData.write(
                ended.sense,
                unit.descriptorSense(),
                SenseCode.INTERNAL_TARGET_FAILURE,
                NO_INFORMATION,
                SenseData.NOTHING_SPECIFIC);
        ended.dataInBytes = 0;
        ended.complete(ScsiStatus.CHECK_CONDITION);
    }

    private void finish() {
        unlock();
        giveShareBack();
        releaseBuffer();
        waits++;
        subject = null;
        if (sense != null) {
            if (task.dataIn != null) {
                task.dataIn.release();
                task.dataIn = null;
            }
            task.dataInBytes = 0;
            task.senseBytes = SenseData.write(task.sense, unit.descriptorSense(), sense, information, specific);
            if (copyFailure != null) {
                task.senseBytes = copyFailure.addTo(task.sense, task.senseBytes, unit.descriptorSense());
            }
        }
        state = State.IDLE;
        task.complete(status);
    }

    private void giveShareBack() {
        if (share != null) {
            share.decrementAndGet();
            share = null;
        }
    }

    private void releaseBuffer() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }

    private enum State {
        IDLE,
        STEPS,
        SUBMITS,
        WAITS_FOR_IO,
        WANTS_DATA,
        WAITS_FOR_DATA,
        LOCKS,
        WAITS_FOR_LOCK,
        PAUSED,
        WAITS_ELSEWHERE,
        PARKED,
        ENDS,
        ABANDONED
    }
}
