package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.isobar.api.device.SumBlock;
import org.isobar.common.kernel.Crc32c;
import org.isobar.common.kernel.ParitySum;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;

/**
 * Everything pooled and bounded of one lane, shared by all sets; touched on that lane only. A part is one strip of a read
 * or one group of a write; a request that gets none waits its turn here and holds nothing meanwhile.
 */
final class LaneWork {
    /** Copies of writes at the same time. */
    static final int COPIED_BYTES_MAX = 32 << 20;

    private final Lane lane;
    private final Clock clock;
    private final ParitySum paritySum = new ParitySum();
    private final int partsMax;
    private final int requestsMax;
    private final ArrayDeque<SetRequest> requests = new ArrayDeque<>();
    private final ArrayDeque<ReadPart> readParts = new ArrayDeque<>();
    private final ArrayDeque<GroupRead> groupReads = new ArrayDeque<>();
    private final ArrayDeque<GroupWrite> groupWrites = new ArrayDeque<>();
    private final ArrayDeque<ColumnIo> columnIos = new ArrayDeque<>();
    private final ArrayDeque<FlushTask> flushes = new ArrayDeque<>();
    private final ArrayDeque<SetRequest> waiting = new ArrayDeque<>();
    private final LogOutbox toLog;
    private final LogInbox fromLog;
    /** Of the control lane: those that got something to log. */
    private final ArrayDeque<GroupLog> logs = new ArrayDeque<>();

    private final Crc32c crc = new Crc32c();
    private final ByteBuf block = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(SumBlock.DATA_BYTES));
    private int parts;
    private int requestCount;
    private long copiedBytes;
    /** Read by other lanes, now and then. */
    private final AtomicLong requestsBegun = new AtomicLong();

    private boolean serving;

    LaneWork(final Lane lane, final Clock clock, final EngineSettings settings) {
        this.lane = lane;
        toLog = new LogOutbox(lane);
        fromLog = new LogInbox(lane);
        this.clock = clock;
        partsMax = settings.laneParts();
        requestsMax = settings.laneRequests();
    }

    Lane lane() {
        return lane;
    }

    /** The lane's own. */
    Crc32c crc() {
        return crc;
    }

    /** Scratch of one block, for use within one call. */
    ByteBuf block() {
        return block;
    }

    Clock clock() {
        return clock;
    }

    /** For sums that are finished before anything else happens on this lane. */
    ParitySum paritySum() {
        return paritySum;
    }

    /** Where writes go that are to be logged. */
    LogOutbox toLog() {
        return toLog;
    }

    /** Where the log puts writes that may be made in place meanwhile. */
    LogInbox fromLog() {
        return fromLog;
    }

    /** Has a log go on when all that has come to it is there. */
    void pumpLater(final GroupLog log) {
        logs.addLast(log);
    }

    void pumpLogs() {
        for (GroupLog log = logs.pollFirst(); log != null; log = logs.pollFirst()) {
            log.arrived();
        }
    }

    /** A request to use, or null when too many are in flight. */
    SetRequest request() {
        if (requestCount == requestsMax) {
            return null;
        }
        requestCount++;
        requestsBegun.setOpaque(requestsBegun.getPlain() + 1);
        final SetRequest pooled = requests.pollLast();
        return pooled != null ? pooled : new SetRequest(this);
    }

    /** Requests from above so far. Any lane may call. */
    long requestsBegun() {
        return requestsBegun.getOpaque();
    }

    /** Takes the right to one part, or queues the request, which is pumped when there is one again. */
    boolean takePart(final SetRequest request) {
        if (parts == partsMax) {
            waiting.addLast(request);
            return false;
        }
        parts++;
        return true;
    }

    /** Gives the right to one part back. */
    void partEnded() {
        parts--;
        if (serving) {
            return;
        }
        // A part that ends at once calls in here again from within pump(); the loop takes care of what that frees.
        serving = true;
        while (parts < partsMax && !waiting.isEmpty()) {
            waiting.pollFirst().pumpAgain();
        }
        serving = false;
    }

    /** Takes the right to copy so many bytes of writes until {@link #copyEnded}; false when there is too much of that already. */
    boolean takeCopy(final int bytes) {
        final boolean may = copiedBytes + bytes <= COPIED_BYTES_MAX;
        copiedBytes += may ? bytes : 0;
        return may;
    }

    void copyEnded(final int bytes) {
        copiedBytes -= bytes;
    }

    ReadPart readPart() {
        final ReadPart pooled = readParts.pollLast();
        return pooled != null ? pooled : new ReadPart(this);
    }

    GroupRead groupRead() {
        final GroupRead pooled = groupReads.pollLast();
        return pooled != null ? pooled : new GroupRead(this);
    }

    GroupWrite groupWrite() {
        final GroupWrite pooled = groupWrites.pollLast();
        return pooled != null ? pooled : new GroupWrite(this);
    }

    ColumnIo columnIo() {
        final ColumnIo pooled = columnIos.pollLast();
        return pooled != null ? pooled : new ColumnIo(this);
    }

    FlushTask flush() {
        final FlushTask pooled = flushes.pollLast();
        return pooled != null ? pooled : new FlushTask(this);
    }

    void recycle(final SetRequest request) {
        requestCount--;
        keep(requests, request);
    }

    void recycle(final ReadPart part) {
        keep(readParts, part);
    }

    void recycle(final GroupRead task) {
        keep(groupReads, task);
    }

    void recycle(final GroupWrite task) {
        keep(groupWrites, task);
    }

    void recycle(final ColumnIo io) {
        keep(columnIos, io);
    }

    void recycle(final FlushTask flush) {
        keep(flushes, flush);
    }

    private <T> void keep(final ArrayDeque<T> pool, final T item) {
        if (pool.size() < partsMax) {
            pool.addLast(item);
        }
    }
}
