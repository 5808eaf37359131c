package org.isobar.iscsi.trace;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.isobar.common.time.Clock;

/**
 * The recording end of one connection, on its lane: passes on references to what was received and sent, without a copy.
 * Before the initiator has said its name the pieces are kept here, up to {@value #UNDECIDED_MAX_BYTES} bytes.
 */
public final class ConnectionTrace {
    private static final int UNDECIDED_MAX_BYTES = 128 << 10;

    private final Clock clock;
    private final ConnectionStreams streams;
    private final List<TraceItem> undecided = new ArrayList<>();
    private int undecidedBytes;
    /** Null while undecided. */
    private TraceFile file;

    private boolean headerDigest;
    private boolean dataDigest;
    private final long[] offsets = new long[2];
    /** Whether the next piece of a direction may begin only with a PDU: at first, and after a loss. */
    private final boolean[] lost = {true, true};
    /** Whether the next piece begins with a PDU for sure. */
    private final boolean[] fresh = new boolean[2];
    /** Whether anything of a direction was recorded, so that what is missing from then on is a loss. */
    private final boolean[] begun = new boolean[2];

    ConnectionTrace(
            final Clock clock,
            final InetSocketAddress initiator,
            final InetSocketAddress portal,
            final TraceFile file) {
        this.clock = clock;
        this.file = file;
        streams = new ConnectionStreams(initiator, portal, file == null);
    }

    /** Sets what was agreed on, from the next piece on. */
    public void agreed(final boolean useHeaderDigest, final boolean useDataDigest) {
        headerDigest = useHeaderDigest;
        dataDigest = useDataDigest;
    }

    /** Whether nobody knows yet if this connection is to be recorded. */
    public boolean undecided() {
        return file == null;
    }

    /** Whether there is still something to record for. */
    public boolean running() {
        return file == null || file.running();
    }

    /** Whether the next piece of the direction must begin with a PDU to be of use. */
    public boolean needsBoundary(final Direction direction) {
        return lost[direction.index()];
    }

    /** The next piece begins with a PDU. */
    public void boundary(final Direction direction) {
        lost[direction.index()] = false;
        fresh[direction.index()] = true;
        begun[direction.index()] = true;
    }

    /** Takes note of {@code bytes}, all that is readable; the caller keeps its reference. */
    public void record(final Direction direction, final ByteBuf bytes) {
        record(direction, bytes, bytes.readerIndex(), bytes.readableBytes());
    }

    /** As {@link #record(Direction, ByteBuf)} for a part. */
    public void record(final Direction direction, final ByteBuf bytes, final int index, final int length) {
        final int way = direction.index();
        final long offset = offsets[way];
        offsets[way] += length;
        if (length == 0) {
            return;
        }
        if (lost[way]) {
            skipped(way, length);
            return;
        }
        final TraceItem item = new TraceItem(
                streams,
                direction,
                bytes.retainedSlice(index, length),
                offset,
                offsets[1 - way],
                fresh[way],
                headerDigest,
                dataDigest,
                clock.nanoTime());
        fresh[way] = false;
        if (!pass(item, length)) {
            item.bytes().release();
            lost[way] = true;
            drop(length);
        }
    }

    /** Bytes of a direction went by before a PDU began. */
    public void skip(final Direction direction, final int length) {
        offsets[direction.index()] += length;
        skipped(direction.index(), length);
    }

    /** The initiator has said its name, and {@code wanted} wants it. */
    void decide(final TraceFile wanted) {
        file = wanted;
        for (final TraceItem item : undecided) {
            if (!file.offer(item)) {
                item.bytes().release();
                lost[item.direction().index()] = true;
                drop(item.bytes().capacity());
            }
        }
        undecided.clear();
    }

    /** The connection is over, or is not to be recorded: lets go of everything. */
    public void close() {
        undecided.forEach(item -> item.bytes().release());
        undecided.clear();
    }

    private boolean pass(final TraceItem item, final int length) {
        if (file != null) {
            return file.offer(item);
        }
        if (undecidedBytes + length > UNDECIDED_MAX_BYTES) {
            return false;
        }
        undecidedBytes += length;
        undecided.add(item);
        return true;
    }

    private void skipped(final int way, final int length) {
        if (begun[way]) {
            drop(length);
        }
    }

    private void drop(final int length) {
        if (file != null) {
            file.dropped(length);
        }
    }
}
