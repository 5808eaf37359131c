package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
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
    private Command command;

    private State state = State.IDLE;
    private boolean advancing;
    private Step step;
    private IoStatus ioStatus;
    private int wantedOutBytes;

    private int status;
    private SenseCode sense;
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
        Check.that(state == State.IDLE || state == State.WAITS_FOR_DATA, "task started while another one runs in it");
        nexus = by;
        unit = by.unit();
        command = null;
        status = ScsiStatus.GOOD;
        sense = null;
        information = NO_INFORMATION;
        specific = SenseData.NOTHING_SPECIFIC;
        ioStatus = IoStatus.OK;
        then(first);
        advance();
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

    /** Locks the range at hand, then goes on. */
    void lock(final boolean exclusively, final Step next) {
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

    /** Unlocks what {@link #lock} locked. */
    void unlock() {
        if (lock.taken()) {
            unit.locks().unlock(lock);
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
                case LOCKS -> state = unit.locks().lock(lock) ? State.STEPS : State.WAITS_FOR_LOCK;
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
            unit.volume().submit(this);
        } catch (final RuntimeException bug) {
            LOG.error("scsi.submit.failed operationCode={}", task.cdb[0] & 0xFF, bug);
            abandon();
        }
    }

    /** The request may still be somewhere below: this run stays out of use, and its buffer until it comes back. */
    private void abandon() {
        final ScsiTask ended = task;
        unlock();
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
        releaseBuffer();
        if (sense != null) {
            if (task.dataIn != null) {
                task.dataIn.release();
                task.dataIn = null;
            }
            task.dataInBytes = 0;
            task.senseBytes = SenseData.write(task.sense, unit.descriptorSense(), sense, information, specific);
        }
        state = State.IDLE;
        task.complete(status);
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
        ENDS,
        ABANDONED
    }
}
