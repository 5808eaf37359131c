package org.isobar.pool.check;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.isobar.api.device.SumBlock;
import org.isobar.common.kernel.Crc32c;

/** The checksums of one column as its device holds them. */
final class SumsOnMedia {
    private final int[] sums;
    private final Crc32c crc = new Crc32c();

    private SumsOnMedia(final int[] sums) {
        this.sums = sums;
    }

    /** Reads them all; null when the device keeps none. */
    static SumsOnMedia read(final CheckedDevice device, final int chunklet, final long setId, final int column)
            throws IOException {
        if (!device.layout().hasSums()) {
            return null;
        }
        final int length = (int) SumBlock.bytesFor(device.layout().chunkletBytes());
        final byte[] area = device.read(device.layout().chunkletSumsOffset(chunklet), length)
                .array();
        final int[] all = new int[length / SumBlock.BYTES * SumBlock.ENTRIES];
        final byte[] block = new byte[SumBlock.BYTES];
        final int[] entries = new int[SumBlock.ENTRIES];
        for (int number = 0; number < length / SumBlock.BYTES; number++) {
            System.arraycopy(area, number * SumBlock.BYTES, block, 0, block.length);
            SumBlock.decode(block, setId, column, number, entries);
            System.arraycopy(entries, 0, all, number * SumBlock.ENTRIES, entries.length);
        }
        return new SumsOnMedia(all);
    }

    /** Whether a checksum is known and is not that of the content. */
    boolean mismatch(final long offsetInChunklet, final ByteBuf content, final int index) {
        final int known = sums[(int) (offsetInChunklet / SumBlock.DATA_BYTES)];
        return known != SumBlock.UNKNOWN && known != SumBlock.of(crc, content, index);
    }
}
