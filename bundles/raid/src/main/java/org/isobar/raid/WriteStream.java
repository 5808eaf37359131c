package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoRequest;

/**
 * Writes that follow each other. While some of them are on their way, whose ends will bring the initiator to send more, those that
 * come are held until they end with a stripe, or are many; when nothing is on its way, those that are held go. So a write waits for
 * nothing but others of its stream, and one that comes by itself waits for nothing.
 *
 * <p>Where there is a write log, a part of a stripe costs it much, and an initiator whose writes ended together is about to send as many:
 * so of a stream that had a stripe and more out, what is held waits for others for {@link #LINGER_NS}. Once none came, it is
 * no longer waited for. Touched on its lane only.
 */
final class WriteStream {
    /** It holds less than this and one more write. */
    static final int HELD_BYTES_MAX = 1 << 20;
    /** Less than it takes to log a part of a stripe on stable media. */
    static final long LINGER_NS = TimeUnit.MICROSECONDS.toNanos(300);

    private final AssembledSet set;
    private final LaneWork work;
    private final ArrayDeque<GatheredWrite> pool;
    private final int stripeBytes;
    private final int stripBytes;
    private final Runnable lingered = this::lingered;
    private long next = Long.MIN_VALUE;
    private int onTheirWay;
    /** Of what is held and on its way, but for the first write. */
    private long outstandingBytes;
    /** Those that are held, linked, and their length. */
    private IoRequest first;

    private IoRequest last;
    private int heldBytes;

    /** Whether there was a stripe and more out, so that more than what is held is to be expected. */
    private boolean deep;
    /** Whether what is held waits for others while nothing is on its way. */
    private boolean lingering;
    /** Those that are still to go off; the last one is that of what lingers. */
    private int timers;

    WriteStream(final AssembledSet set, final LaneWork work, final ArrayDeque<GatheredWrite> pool) {
        this.set = set;
        this.work = work;
        this.pool = pool;
        stripeBytes = set.layout().groupDataBytes();
        stripBytes = set.layout().stripBytes();
    }

    /** Whether nothing is held or on its way. */
    boolean isIdle() {
        return onTheirWay == 0 && first == null;
    }

    /** Whether it goes on there. */
    boolean reaches(final long offset) {
        return next == offset;
    }

    /** A write that ends there may be the first of it. */
    void begin(final long end) {
        next = end;
        deep = false;
    }

    /** The next write. */
    void add(final IoRequest request) {
        next = request.endBytes();
        request.next(null);
        if (first == null) {
            first = request;
        } else {
            last.next(request);
        }
        last = request;
        heldBytes += (int) request.lengthBytes();
        outstandingBytes += request.lengthBytes();
        deep |= set.layout().log() != null && outstandingBytes >= stripeBytes;
        if (next % stripeBytes == 0 || heldBytes >= HELD_BYTES_MAX || (onTheirWay > 0 && !paysToHold(request))) {
            goOn();
        } else if (onTheirWay == 0) {
            lingerOrGoOn();
        }
    }

    /** Whether the initiator sends enough for a whole stripe, or the write would have to wait for those before it anyway. */
    private boolean paysToHold(final IoRequest request) {
        return outstandingBytes >= stripeBytes
                || (request.lengthBytes() >= stripBytes
                        && first.offsetBytes() % stripeBytes != 0
                        && !set.keeps(request));
    }

    /** So many bytes of it have ended; how is told next. */
    void ended(final long bytes) {
        onTheirWay--;
        outstandingBytes -= bytes;
        if (onTheirWay == 0 && first != null) {
            lingerOrGoOn();
        }
    }

    private void lingerOrGoOn() {
        if (!deep) {
            goOn();
        } else if (!lingering) {
            lingering = true;
            timers++;
            // A set that closes waits for what this begins.
            set.requestBegins(work.lane());
            work.lane().schedule(lingered, LINGER_NS);
        }
    }

    private void lingered() {
        timers--;
        if (timers == 0 && lingering) {
            deep = false;
            goOn();
        }
        set.requestEnded(work.lane());
    }

    private void goOn() {
        lingering = false;
        final IoRequest going = first;
        final int bytes = heldBytes;
        first = null;
        last = null;
        heldBytes = 0;
        final boolean whole = going.offsetBytes() % stripeBytes == 0 && bytes % stripeBytes == 0;
        if (going.next() == null || (!whole && set.keeps(going)) || !work.takeCopy(bytes)) {
            goApart(going);
        } else {
            onTheirWay++;
            final GatheredWrite pooled = pool.pollLast();
            final GatheredWrite gathered = pooled == null ? new GatheredWrite(set, work, pool) : pooled;
            gathered.start(going, bytes, this);
        }
    }

    private void goApart(final IoRequest going) {
        for (IoRequest one = going; one != null; one = one.next()) {
            onTheirWay++;
        }
        IoRequest one = going;
        while (one != null) {
            final IoRequest following = one.next();
            one.next(null);
            set.start(one, this);
            one = following;
        }
    }
}
