package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.UUID;
import java.util.function.Consumer;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.lane.Lane;

/** One device that the log is kept on, and where the next batch goes there. One call at a time. */
final class LogDevice {
    private static final int PIECE_BYTES = 256 << 10;

    private final Lane lane;
    private final Device device;
    private final SystemArea area;
    private int half;
    private int offset;
    private boolean unflushed;

    /**
     * A device that holds no usable checkpoint yet.
     *
     * @param bestHalf the half that the next checkpoint does not go to
     */
    LogDevice(final Lane lane, final Device device, final int bestHalf) {
        this.lane = lane;
        this.device = device;
        area = SystemArea.of(device.layout());
        half = bestHalf;
    }

    UUID uuid() {
        return device.uuid();
    }

    SystemArea area() {
        return area;
    }

    /** Bytes left in the present half. */
    int roomBytes() {
        return area.halfBytes() - offset;
    }

    /** Whether it holds batches that power loss could take. */
    boolean unflushed() {
        return unflushed;
    }

    /** Promises an epoch, durable. */
    void promise(final ByteBuf block, final long epoch, final Consumer<IoStatus> then) {
        final LogRequest request = new LogRequest(then);
        request.write(lane, area.promiseOffset(epoch), SystemArea.BLOCK_BYTES, block, 0, true);
        device.submit(request);
    }

    /** Writes a batch behind what is there; a durable one takes everything before it to stable media as well. */
    void writeBatch(final ByteBuf batch, final int lengthBytes, final boolean durable, final Consumer<IoStatus> then) {
        final boolean flushAfter = durable && unflushed;
        final LogRequest request = new LogRequest(status -> {
            if (status == IoStatus.OK && flushAfter) {
                flush(then);
            } else {
                then.accept(status);
            }
        });
        unflushed |= !durable;
        final long at = area.halfOffset(half) + offset;
        offset += lengthBytes;
        request.write(lane, at, lengthBytes, batch, 0, durable && !flushAfter);
        device.submit(request);
    }

    /** Flushes the device. */
    void flush(final Consumer<IoStatus> then) {
        final LogRequest request = new LogRequest(status -> {
            unflushed &= status != IoStatus.OK;
            then.accept(status);
        });
        request.flush(lane);
        device.submit(request);
    }

    /** Writes a checkpoint to the other half, all on stable media, and goes on there. */
    void writeCheckpoint(final ByteBuf image, final int lengthBytes, final Consumer<IoStatus> then) {
        new CheckpointWrite(image, lengthBytes, then).steps.bounce();
    }

    /**
     * A checkpoint on its way, in bounded pieces; the half with the older one stays as it is. The old header goes first
     * and the new one comes last, each on stable media: so a whole header always stands before the state it belongs to,
     * and one that does not is damage, never an interrupted write.
     */
    private final class CheckpointWrite {
        private final ByteBuf image;
        private final int lengthBytes;
        private final Consumer<IoStatus> then;
        private final int target = (half + 1) % SystemArea.HALVES;
        private final LogRequest request = new LogRequest(this::completed);
        private final Trampoline steps = new Trampoline(this::step);
        private Step next = Step.ERASE_HEADER;
        private int done = SystemArea.BLOCK_BYTES;

        CheckpointWrite(final ByteBuf image, final int lengthBytes, final Consumer<IoStatus> then) {
            this.image = image;
            this.lengthBytes = lengthBytes;
            this.then = then;
        }

        private void step() {
            final long start = area.halfOffset(target);
            switch (next) {
                case ERASE_HEADER -> {
                    request.zero(lane, start, SystemArea.BLOCK_BYTES, true);
                    next = done < lengthBytes ? Step.STATE : Step.FLUSH;
                }
                case STATE -> {
                    final int piece = Math.min(PIECE_BYTES, lengthBytes - done);
                    request.write(lane, start + done, piece, image, done, false);
                    done += piece;
                    next = done < lengthBytes ? Step.STATE : Step.FLUSH;
                }
                case FLUSH -> {
                    request.flush(lane);
                    next = Step.HEADER;
                }
                case HEADER -> {
                    request.write(lane, start, SystemArea.BLOCK_BYTES, image, 0, true);
                    next = Step.END;
                }
                case END -> {
                    half = target;
                    offset = lengthBytes;
                    unflushed = false;
                    then.accept(IoStatus.OK);
                    return;
                }
            }
            device.submit(request);
        }

        private void completed(final IoStatus status) {
            if (status == IoStatus.OK) {
                steps.bounce();
            } else {
                then.accept(status);
            }
        }
    }

    private enum Step {
        ERASE_HEADER,
        STATE,
        FLUSH,
        HEADER,
        END
    }
}
