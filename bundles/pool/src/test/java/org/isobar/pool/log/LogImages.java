package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.UUID;
import org.isobar.api.device.DeviceLayout;
import org.isobar.common.kernel.Crc32c;

/** Writes log copies into the bytes of a device, for tests that damage them afterwards. */
public final class LogImages {
    private LogImages() {}

    /** Offset of a half on the device. */
    public static int halfOffset(final DeviceLayout layout, final int half) {
        return (int) SystemArea.of(layout).halfOffset(half);
    }

    /** A checkpoint in a half. */
    public static void checkpoint(
            final byte[] device,
            final DeviceLayout layout,
            final int half,
            final UUID logId,
            final Position covers,
            final List<UUID> active,
            final byte[] state) {
        final CheckpointImage image =
                new CheckpointImage(logId, covers, active, Unpooled.wrappedBuffer(state), new Crc32c());
        image.data().getBytes(0, device, halfOffset(layout, half), image.lengthBytes());
        image.release();
    }

    /** A batch of one record behind a checkpoint of a state of this length. Returns where it begins. */
    public static int batch(
            final byte[] device,
            final DeviceLayout layout,
            final int half,
            final UUID logId,
            final Position position,
            final int stateBytes,
            final ByteBuf record) {
        final Batch batch = new Batch(LogSettings.DEFAULT.batchBytesMax());
        batch.add(record, true, result -> {});
        batch.seal(logId, position, new Crc32c());
        final int at = halfOffset(layout, half) + SystemArea.BLOCK_BYTES + SystemArea.padded(stateBytes);
        batch.data().getBytes(0, device, at, batch.lengthBytes());
        batch.release();
        return at;
    }
}
