package org.isobar.device;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;

/**
 * Cuts one request into system calls, whoever makes them: a step is set up by {@link #begin} and {@link #advance}, the
 * engine carries it out and hands its result to {@link #advance}, until that says there is no more. It finishes short
 * transfers, repeats interrupted ones, writes zeros where holes cannot be punched, and in direct mode takes pieces
 * that are not aligned through an aligned buffer, reading what surrounds them first. Reusable, single-threaded.
 */
final class Transfer {
    /** What the engine has to do next. */
    enum Step {
        /** Read {@link #length} bytes at {@link #offset} into {@link #buffer} from {@link #index}. */
        READ,
        /** Write likewise, to stable media when the request is durable. */
        WRITE,
        /** Punch a hole of {@link #length} bytes at {@link #offset}. */
        PUNCH,
        /** Nothing: the request has ended with {@link #errno}. */
        END
    }

    /** Longest single read or write. */
    private static final int MAX_PIECE_BYTES = 8 << 20;
    /** Longest hole punched at once: a file system locks the file meanwhile. */
    private static final long MAX_PUNCH_BYTES = 64L << 20;
    /** Longest unaligned piece that goes through a buffer of ours at once. */
    private static final int BOUNCE_BYTES = 64 << 10;
    /** Zeros written at once. */
    private static final int ZERO_BYTES = 1 << 20;
    /** Interruptions in a row before we give up on a step. */
    private static final int MAX_REPEATS = 1000;

    private static final long UNIT_MASK = DeviceIo.UNIT_BYTES - 1L;
    private static final ByteBuf ZEROS = Buffers.allocateZeroed(ZERO_BYTES).asReadOnly();

    private final boolean direct;
    private final PunchSupport punch;

    private IoOp op;
    private ByteBuf data;
    private int dataIndex;
    private long at;
    private long end;
    private boolean punching;
    private int repeats;

    private Step step = Step.END;
    private long offset;
    private long length;
    private ByteBuf buffer;
    private int index;
    private int errno;

    private ByteBuf bounce;
    private long bounceStart;
    private int bounceLength;
    /** Bytes of the bounce window that the step at hand has transferred. */
    private int bounceDone;

    /**
     * Prepares for requests to one device.
     *
     * @param direct whether transfers must be aligned
     * @param punch what is known of the device, shared by all its transfers
     */
    Transfer(final boolean direct, final PunchSupport punch) {
        this.direct = direct;
        this.punch = punch;
    }

    /** Takes a request and sets up its first step. */
    void begin(final IoRequest request) {
        op = request.op();
        data = request.data();
        dataIndex = request.dataIndex();
        at = request.offsetBytes();
        end = request.endBytes();
        errno = Errno.NONE;
        repeats = 0;
        punching = data == null && punch.possible();
        next();
    }

    /**
     * Takes the result of the step and sets up the next one.
     *
     * @param result bytes transferred, 0 for a hole punched, or the negative error number
     */
    void advance(final int result) {
        if (result == -Errno.EINTR || result == -Errno.EAGAIN) {
            repeats++;
            if (repeats > MAX_REPEATS) {
                fail(-result);
            }
            return;
        }
        repeats = 0;
        if (step == Step.PUNCH) {
            punched(result);
        } else if (result < 0) {
            fail(-result);
        } else if (bounce != null) {
            bounced(result);
        } else {
            moved(result);
        }
    }

    /** Ends the request in an error of ours. */
    void abort() {
        fail(Errno.EIO);
    }

    Step step() {
        return step;
    }

    long offset() {
        return offset;
    }

    long length() {
        return length;
    }

    ByteBuf buffer() {
        return buffer;
    }

    int index() {
        return index;
    }

    int errno() {
        return errno;
    }

    /** How the request ended. */
    IoStatus status() {
        return Errno.status(errno);
    }

    private void next() {
        if (at == end) {
            step = Step.END;
            forget();
        } else if (punching) {
            step = Step.PUNCH;
            offset = at;
            length = Math.min(end - at, MAX_PUNCH_BYTES);
        } else if (direct && !aligned()) {
            openWindow();
        } else {
            step = op == IoOp.READ ? Step.READ : Step.WRITE;
            offset = at;
            buffer = data == null ? ZEROS : data;
            index = data == null ? 0 : dataIndex;
            final long piece = Math.min(end - at, data == null ? ZERO_BYTES : MAX_PIECE_BYTES);
            length = direct ? piece & ~UNIT_MASK : piece;
        }
    }

    private boolean aligned() {
        final boolean memoryAligned = data == null || ((data.memoryAddress() + dataIndex) & UNIT_MASK) == 0;
        return memoryAligned && (at & UNIT_MASK) == 0 && end - at >= DeviceIo.UNIT_BYTES;
    }

    private void punched(final int result) {
        if (result == 0) {
            at += length;
        } else if (result == -Errno.EOPNOTSUPP) {
            punch.impossible();
            punching = false;
        } else if (result == -Errno.EINVAL) {
            // A block device punches whole logical blocks only; other ranges may still work.
            punching = false;
        } else {
            fail(-result);
            return;
        }
        next();
    }

    private void moved(final int result) {
        // Direct transfers that stop within a unit are taken up at its start.
        final long whole = direct ? result & ~UNIT_MASK : result;
        if (whole == 0) {
            fail(Errno.BEYOND_END);
            return;
        }
        at += whole;
        if (data != null) {
            dataIndex += (int) whole;
        }
        next();
    }

    /** Sets up the aligned window around the next bytes; a write that covers it all needs no read first. */
    private void openWindow() {
        bounceStart = at & ~UNIT_MASK;
        final long wantedEnd = (end + UNIT_MASK) & ~UNIT_MASK;
        bounceLength = (int) Math.min(BOUNCE_BYTES, wantedEnd - bounceStart);
        bounce = Buffers.allocate(bounceLength);
        final boolean whole = at == bounceStart && end >= bounceStart + bounceLength;
        if (op != IoOp.READ && whole) {
            fillWindow();
            windowStep(Step.WRITE, 0);
        } else {
            windowStep(Step.READ, 0);
        }
    }

    private void windowStep(final Step what, final int done) {
        step = what;
        bounceDone = done;
        offset = bounceStart + done;
        length = (long) bounceLength - done;
        buffer = bounce;
        index = done;
    }

    private void bounced(final int result) {
        final int whole = (int) (result & ~UNIT_MASK);
        if (whole == 0) {
            fail(Errno.BEYOND_END);
            return;
        }
        final int done = bounceDone + whole;
        if (done < bounceLength) {
            windowStep(step, done);
            return;
        }
        if (step == Step.READ && op != IoOp.READ) {
            fillWindow();
            windowStep(Step.WRITE, 0);
            return;
        }
        final int payload = windowPayload();
        if (op == IoOp.READ) {
            data.setBytes(dataIndex, bounce, (int) (at - bounceStart), payload);
        }
        at += payload;
        dataIndex += payload;
        closeWindow();
        next();
    }

    private void fillWindow() {
        final int from = (int) (at - bounceStart);
        if (data == null) {
            bounce.setZero(from, windowPayload());
        } else {
            bounce.setBytes(from, data, dataIndex, windowPayload());
        }
    }

    private int windowPayload() {
        return (int) (Math.min(end, bounceStart + bounceLength) - at);
    }

    private void closeWindow() {
        bounce.release();
        bounce = null;
    }

    private void fail(final int why) {
        errno = why;
        step = Step.END;
        if (bounce != null) {
            closeWindow();
        }
        forget();
    }

    private void forget() {
        data = null;
        buffer = null;
    }

    /** Whether a device can punch holes, learnt from its first refusal. */
    static final class PunchSupport {
        private volatile boolean possible;

        PunchSupport(final boolean possible) {
            this.possible = possible;
        }

        boolean possible() {
            return possible;
        }

        void impossible() {
            possible = false;
        }
    }
}
