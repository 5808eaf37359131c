package org.isobar.itests.simulation;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageSpace;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;

/**
 * A page space with a model of what it may hold. Each block carries its volume, its number and the stamp of its write,
 * so that foreign data is told from old data.
 */
final class ModelledVolume {
    static final int BLOCK_BYTES = 512;
    private static final long MAGIC = 0x150BA2L;
    private static final int REPEATED_BYTES = 2 * Long.BYTES;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long number;
    private final String pool;
    private final int pageBytes;
    private final BlockModel model;
    private PageSpace space;
    private int outstanding;
    private int failures;
    private int aborted;
    private int generation;
    private byte[] scratch = new byte[0];

    ModelledVolume(final long number, final String pool, final int pageBytes, final long sizeBytes) {
        this.number = number;
        this.pool = pool;
        this.pageBytes = pageBytes;
        model = new BlockModel((int) (sizeBytes / BLOCK_BYTES));
    }

    long number() {
        return number;
    }

    String pool() {
        return pool;
    }

    int pageBytes() {
        return pageBytes;
    }

    BlockModel model() {
        return model;
    }

    PageSpace space() {
        return space;
    }

    int blockCount() {
        return model.blockCount();
    }

    /** Requests on their way. */
    int outstanding() {
        return outstanding;
    }

    /** Requests that failed since the last call; that a small member is full is a right answer and no failure. */
    int takeFailures() {
        final int count = failures;
        failures = 0;
        return count;
    }

    /** Of those that failed, the ones that a device did not answer in time, since the last call. */
    int takeAborted() {
        final int count = aborted;
        aborted = 0;
        return count;
    }

    /** The space of a process that has just started. */
    void attach(final PageSpace of) {
        space = of;
    }

    /** The process is dead: nothing that was on its way ever ends. */
    void detach(final boolean powerLost) {
        generation++;
        outstanding = 0;
        failures = 0;
        aborted = 0;
        space = null;
        if (powerLost) {
            model.powerLost();
        } else {
            model.killed();
        }
    }

    /** The volume is longer now. */
    void grow(final int blocks) {
        model.grow(blocks);
    }

    void write(final Lane lane, final int from, final int to, final long stamp, final boolean durable) {
        final ByteBuf data = Buffers.allocate((to - from) * BLOCK_BYTES);
        data.setBytes(0, filled(from, to, stamp), 0, (to - from) * BLOCK_BYTES);
        final Write request = new Write(model.begin(from, to, stamp), durable, data);
        request.write(lane, (long) from * BLOCK_BYTES, (to - from) * BLOCK_BYTES, data, 0, durable);
        submit(lane, request);
    }

    void zero(final Lane lane, final int from, final int to, final boolean durable) {
        final Write request = new Write(model.begin(from, to, 0), durable, null);
        request.zero(lane, (long) from * BLOCK_BYTES, (long) (to - from) * BLOCK_BYTES, durable);
        submit(lane, request);
    }

    void discard(final Lane lane, final int from, final int to) {
        final Write request = new Write(model.begin(from, to, 0), false, null);
        request.discard(lane, (long) from * BLOCK_BYTES, (long) (to - from) * BLOCK_BYTES);
        submit(lane, request);
    }

    void read(final Lane lane, final int from, final int to) {
        final ByteBuf data = Buffers.allocate((to - from) * BLOCK_BYTES);
        final Read request = new Read(model.look(from, to), data);
        request.read(lane, (long) from * BLOCK_BYTES, (to - from) * BLOCK_BYTES, data, 0);
        submit(lane, request);
    }

    void flush(final Lane lane) {
        final Flush request = new Flush();
        request.flush(lane);
        outstanding++;
        lane.execute(() -> {
            request.taken = model.flush();
            space.submit(request);
        });
    }

    private void submit(final Lane lane, final IoRequest request) {
        outstanding++;
        lane.execute(() -> space.submit(request));
    }

    /** Stamps of blocks from {@code from} on; throws when one is another block's. */
    long[] stamps(final byte[] bytes, final int from, final int count) {
        final long[] found = new long[count];
        for (int i = 0; i < count; i++) {
            found[i] = stamp(bytes, i * BLOCK_BYTES, from + i);
        }
        return found;
    }

    private long stamp(final byte[] bytes, final int index, final int block) {
        final long first = (long) LONGS.get(bytes, index);
        final long stamp = (long) LONGS.get(bytes, index + Long.BYTES);
        // Equal to itself sixteen bytes further: all of it repeats the first sixteen.
        final int end = index + BLOCK_BYTES;
        if (!Arrays.equals(bytes, index, end - REPEATED_BYTES, bytes, index + REPEATED_BYTES, end)) {
            throw new AssertionError("torn block: volume=" + number + " block=" + block);
        }
        if (first != (stamp == 0 ? 0 : label(block))) {
            throw new AssertionError("foreign data: volume=" + number + " block=" + block + " label="
                    + Long.toHexString(first) + " stamp=" + stamp);
        }
        return stamp;
    }

    private byte[] filled(final int from, final int to, final long stamp) {
        final byte[] bytes = scratch((to - from) * BLOCK_BYTES);
        for (int block = from; block < to; block++) {
            final int index = (block - from) * BLOCK_BYTES;
            LONGS.set(bytes, index, label(block));
            LONGS.set(bytes, index + Long.BYTES, stamp);
            for (int done = REPEATED_BYTES; done < BLOCK_BYTES; done *= 2) {
                System.arraycopy(bytes, index, bytes, index + done, done);
            }
        }
        return bytes;
    }

    /** For a moment; other bytes are in it after the next use. */
    byte[] scratch(final int lengthBytes) {
        if (scratch.length < lengthBytes) {
            scratch = new byte[lengthBytes];
        }
        return scratch;
    }

    private long label(final int block) {
        return MAGIC << 40 | number << 32 | block;
    }

    private void ended(final int of, final IoStatus status) {
        if (of == generation) {
            outstanding--;
            aborted += status == IoStatus.ABORTED ? 1 : 0;
            failures += status == IoStatus.OK || status == IoStatus.NO_SPACE ? 0 : 1;
        }
    }

    private final class Write extends IoRequest {
        private final BlockModel.Change change;
        private final boolean durable;
        private final ByteBuf data;
        private final int of = generation;

        Write(final BlockModel.Change change, final boolean durable, final ByteBuf data) {
            this.change = change;
            this.durable = durable;
            this.data = data;
        }

        @Override
        protected void completed(final IoStatus status) {
            if (data != null) {
                data.release();
            }
            if (status == IoStatus.OK) {
                model.done(change, durable);
            } else {
                model.failed(change);
            }
            ended(of, status);
        }
    }

    private final class Read extends IoRequest {
        private final BlockModel.Look look;
        private final ByteBuf data;
        private final int of = generation;

        Read(final BlockModel.Look look, final ByteBuf data) {
            this.look = look;
            this.data = data;
        }

        @Override
        protected void completed(final IoStatus status) {
            long[] found = null;
            if (status == IoStatus.OK) {
                final int count = look.to() - look.from();
                final byte[] bytes = scratch(count * BLOCK_BYTES);
                data.getBytes(0, bytes, 0, count * BLOCK_BYTES);
                found = stamps(bytes, look.from(), count);
            }
            data.release();
            try {
                model.looked(look, found);
            } catch (final AssertionError wrong) {
                throw new AssertionError("volume=" + number + " pool=" + pool + " " + wrong.getMessage(), wrong);
            }
            ended(of, status);
        }
    }

    private final class Flush extends IoRequest {
        private final int of = generation;
        private BlockModel.Flush taken;

        @Override
        protected void completed(final IoStatus status) {
            if (status == IoStatus.OK) {
                model.flushed(taken);
            }
            ended(of, status);
        }
    }
}
