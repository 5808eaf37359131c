package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;

/**
 * Writes that follow each other, made as one, from a copy. When that ends in an error each of them is made by itself, so that those fail
 * which must. Touched on its lane only.
 */
final class GatheredWrite extends IoRequest {
    private final AssembledSet set;
    private final LaneWork work;
    private final ArrayDeque<GatheredWrite> pool;
    private ByteBuf copy;
    private IoRequest first;

    GatheredWrite(final AssembledSet set, final LaneWork work, final ArrayDeque<GatheredWrite> pool) {
        this.set = set;
        this.work = work;
        this.pool = pool;
    }

    /** Begins with writes that are linked and have so many bytes, for which the lane has given the right to copy them. */
    void start(final IoRequest firstOfThem, final int bytes, final WriteStream stream) {
        first = firstOfThem;
        copy = Buffers.allocate(bytes);
        int at = 0;
        for (IoRequest one = first; one != null; one = one.next()) {
            copy.setBytes(at, one.data(), one.dataIndex(), (int) one.lengthBytes());
            at += (int) one.lengthBytes();
        }
        write(first.lane(), first.offsetBytes(), bytes, copy, 0, false);
        set.start(this, stream);
    }

    @Override
    protected void completed(final IoStatus status) {
        work.copyEnded((int) lengthBytes());
        copy.release();
        copy = null;
        IoRequest one = first;
        first = null;
        pool.addLast(this);
        while (one != null) {
            final IoRequest following = one.next();
            one.next(null);
            if (status == IoStatus.IO_ERROR) {
                set.start(one, null);
            } else {
                one.complete(status);
            }
            one = following;
        }
    }
}
