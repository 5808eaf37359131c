package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;
import org.isobar.common.lane.Lane;

/** Reads the system area of one device, once. */
final class CopyReader {
    private static final int PROMISES = -1;

    private final Lane lane;
    private final Device device;
    private final SystemArea area;
    private final Consumer<Copy> then;
    private final Trampoline steps = new Trampoline(this::step);
    private final LogRequest request = new LogRequest(this::completed);
    private final HalfImage[] halves = new HalfImage[SystemArea.HALVES];
    private ByteBuf window;
    private int half = PROMISES;
    private long promised;
    private int unknownVersion;

    CopyReader(final Lane lane, final Device device, final Consumer<Copy> then) {
        this.lane = lane;
        this.device = device;
        this.then = then;
        area = SystemArea.of(device.layout());
        for (int i = 0; i < halves.length; i++) {
            halves[i] = new HalfImage(area.halfBytes());
        }
    }

    void start() {
        window = Buffers.allocate(HalfImage.WINDOW_BYTES);
        steps.bounce();
    }

    private void step() {
        while (half >= 0 && half < halves.length && halves[half].wantBytes() == 0) {
            half++;
        }
        if (half == PROMISES) {
            request.read(lane, area.offset(), SystemArea.HALVES * SystemArea.BLOCK_BYTES, window, 0);
        } else if (half < halves.length) {
            final HalfImage image = halves[half];
            request.read(lane, area.halfOffset(half) + image.wantOffset(), image.wantBytes(), window, 0);
        } else {
            end(IoStatus.OK);
            return;
        }
        device.submit(request);
    }

    private void completed(final IoStatus status) {
        if (status != IoStatus.OK) {
            end(status);
            return;
        }
        if (half == PROMISES) {
            acceptPromises();
            half = 0;
        } else {
            halves[half].accept(window, halves[half].wantBytes());
        }
        steps.bounce();
    }

    private void acceptPromises() {
        final Crc32c crc = new Crc32c();
        for (int i = 0; i < SystemArea.HALVES; i++) {
            final int at = i * SystemArea.BLOCK_BYTES;
            promised = Math.max(promised, PromiseBlock.epoch(window, at, crc));
            noteVersion(PromiseBlock.version(window, at));
        }
    }

    private void noteVersion(final int version) {
        if (version != 0 && version != LogFormat.VERSION) {
            unknownVersion = version;
        }
    }

    private void end(final IoStatus status) {
        window.release();
        HalfImage best = null;
        int bestHalf = SystemArea.HALVES - 1;
        for (int i = 0; i < halves.length; i++) {
            noteVersion(halves[i].version());
            if (halves[i].status() == HalfImage.Status.VALID
                    && (best == null || halves[i].position().compareTo(best.position()) > 0)) {
                best = halves[i];
                bestHalf = i;
            }
        }
        // The first half is the one that a log begins with, so only a torn header there may be all there ever was.
        final boolean hadLog = best != null
                || halves[0].status() == HalfImage.Status.DAMAGED
                || halves[1].status() != HalfImage.Status.EMPTY;
        final IoStatus sound = status == IoStatus.OK && damagedBeyond(best) ? IoStatus.IO_ERROR : status;
        then.accept(new Copy(device, sound, promised, best, bestHalf, unknownVersion, hadLog));
    }

    /** Whether a half that was newer than the best one has lost its checkpoint, so that the best one is too old. */
    private boolean damagedBeyond(final HalfImage best) {
        for (final HalfImage image : halves) {
            if (image.status() == HalfImage.Status.DAMAGED
                    && (best == null || image.covered().compareTo(best.position()) > 0)) {
                return true;
            }
        }
        return false;
    }
}
