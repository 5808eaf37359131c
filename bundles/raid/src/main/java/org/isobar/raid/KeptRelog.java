package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;

/**
 * Logs anew, at the end of a replay, the blocks that a group keeps, to stable media on all its columns, in slots that hold
 * nothing that counts. So a column that was not there, or lost what was not flushed, has nothing that could be taken for
 * part of the log some day: the numbers begin anew beyond all that there were. Until the checkpoint, the old slots count.
 * Control lane only.
 */
final class KeptRelog {
    private final AssembledSet set;
    private final GroupLog group;
    private final Columns columns;
    private final LogLayout layout;
    private final KeptBlocks blocks;
    private final long first;
    private final List<Long> keys;
    private final LogSlot slot = new LogSlot();
    private final KeptEntry entry = new KeptEntry();
    private final Crc32c crc = new Crc32c();

    /**
     * Sets it up.
     *
     * @param first sequence number of its first slot
     */
    KeptRelog(final AssembledSet set, final GroupLog group, final Columns columns, final long first) {
        this.set = set;
        this.group = group;
        this.columns = columns;
        this.first = first;
        layout = set.layout().log();
        blocks = set.log().kept();
        keys = group.keptKeys();
    }

    /** Slots that it takes. */
    int slots() {
        return (keys.size() + layout.contentBlocks() - 1) / layout.contentBlocks();
    }

    /** Ends with a mask of the columns that do not have it. */
    CompletableFuture<Long> run() {
        CompletableFuture<Long> all = CompletableFuture.completedFuture(0L);
        for (int number = 0; number < slots(); number++) {
            final int from = number * layout.contentBlocks();
            final List<Long> some = keys.subList(from, Math.min(keys.size(), from + layout.contentBlocks()));
            final long sequence = first + number;
            all = all.thenCompose(before -> write(sequence, some).thenApply(failed -> before | failed));
        }
        return all;
    }

    private CompletableFuture<Long> write(final long sequence, final List<Long> some) {
        final ByteBuf buffer = Buffers.allocate(layout.slotBytes());
        slot.wrap(buffer, 0).begin(set.id(), group.group(), sequence);
        final long nonce = (sequence ^ set.controlWork().clock().nanoTime()) | 1;
        slot.keeps(nonce);
        slot.end(0, crc);
        for (int number = 0; number < some.size(); number++) {
            final long key = some.get(number);
            final long stripe = blocks.stripe(key);
            final int element = blocks.element(key);
            final int from = blocks.at(key);
            final int at = entry.wrap(buffer, 0, 0, number + 1).content();
            blocks.copy(stripe, group.group(), element, from, from + LogLayout.BLOCK_BYTES, buffer, at);
            entry.write(nonce, stripe, element, from);
            group.kept().relogged(key, sequence, buffer, at);
        }
        final int length = LogSlot.HEADER_BYTES + some.size() * LogLayout.BLOCK_BYTES;
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (long left = columns.readable() & group.columnMask(); left != 0; left &= left - 1) {
            final int column = Long.numberOfTrailingZeros(left);
            final long to = columns.chunkletOffset(column) + layout.slotOffset(layout.slot(sequence));
            ends.add(ControlIo.write(set.control(), columns.device(column), to, length, buffer)
                    .thenApply(status -> status == IoStatus.OK ? 0L : 1L << column));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenApply(all -> {
            buffer.release();
            return ends.stream().mapToLong(CompletableFuture::join).reduce(0, (a, b) -> a | b);
        });
    }
}
