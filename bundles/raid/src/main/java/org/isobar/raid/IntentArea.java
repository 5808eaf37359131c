package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.raid.IntentBlock;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-intent area of one device, shared by all sets that have a column there. Control lane only. Once a block is
 * loaded, what is in memory is what the device should hold, also while the device is gone; changes made while a block is
 * being written go out together with the next write of it.
 */
final class IntentArea {
    private static final Logger LOG = LoggerFactory.getLogger(IntentArea.class);

    private final Device device;
    private final Lane control;
    private final Map<Integer, Block> blocks = new HashMap<>();

    IntentArea(final Device device, final Lane control) {
        this.device = device;
        this.control = control;
    }

    Device device() {
        return device;
    }

    /**
     * Makes sure that a chunklet's block is loaded. A block that cannot be read though the device is there counts as
     * lost. Ends in OK, or OFFLINE when the device is not there.
     */
    CompletableFuture<IoStatus> load(final int chunklet) {
        final Block block = blocks.computeIfAbsent(chunklet / IntentBlock.ENTRIES, Block::new);
        if (block.loading == null) {
            block.load();
        }
        return block.loading;
    }

    /** Whether the set ever marked anything at a loaded chunklet, as far as is known. */
    boolean has(final int chunklet, final long setId) {
        return block(chunklet).content.has(chunklet % IntentBlock.ENTRIES, setId);
    }

    /** Regions that the set marked at a loaded chunklet; empty when that was lost. */
    OptionalLong word(final int chunklet, final long setId) {
        final IntentBlock content = block(chunklet).content;
        final int entry = chunklet % IntentBlock.ENTRIES;
        return content.knows(entry, setId) ? OptionalLong.of(content.word(entry, setId)) : OptionalLong.empty();
    }

    /** Makes the regions that a set marked at a loaded chunklet durable. */
    CompletableFuture<IoStatus> write(final int chunklet, final long setId, final long word) {
        final Block block = block(chunklet);
        block.content.put(chunklet % IntentBlock.ENTRIES, setId, word);
        final CompletableFuture<IoStatus> end = new CompletableFuture<>();
        block.waiting.add(end);
        block.writeWaiting();
        return end;
    }

    private Block block(final int chunklet) {
        return blocks.get(chunklet / IntentBlock.ENTRIES);
    }

    private final class Block {
        private final int number;
        private final IntentBlock content = new IntentBlock();
        private final byte[] image = new byte[IntentBlock.BYTES];
        private CompletableFuture<IoStatus> loading;
        private List<CompletableFuture<IoStatus>> waiting = new ArrayList<>();
        private boolean writing;

        Block(final int number) {
            this.number = number;
        }

        private long offset() {
            return device.layout().intentOffset() + (long) number * IntentBlock.BYTES;
        }

        private void load() {
            final CompletableFuture<IoStatus> end = new CompletableFuture<>();
            loading = end;
            final ByteBuf buffer = Buffers.allocate(IntentBlock.BYTES);
            Stages.whenEnded(
                    ControlIo.read(control, device, offset(), IntentBlock.BYTES, buffer), (status, failure) -> {
                        if (status == IoStatus.OK) {
                            buffer.getBytes(0, image);
                        }
                        buffer.release();
                        loaded(end, status);
                    });
        }

        private void loaded(final CompletableFuture<IoStatus> end, final IoStatus status) {
            if (status == IoStatus.OFFLINE || status == IoStatus.BUSY || status == IoStatus.ABORTED) {
                loading = null;
                end.complete(IoStatus.OFFLINE);
                return;
            }
            try {
                if (status != IoStatus.OK) {
                    content.lose();
                    LOG.warn("raid.intent-unreadable device={} block={}", device.uuid(), number);
                } else if (!content.read(image)) {
                    LOG.warn("raid.intent-damaged device={} block={}", device.uuid(), number);
                }
                end.complete(IoStatus.OK);
            } catch (final StorageException refused) {
                loading = null;
                end.completeExceptionally(refused);
            }
        }

        private void writeWaiting() {
            if (writing || waiting.isEmpty()) {
                return;
            }
            writing = true;
            final List<CompletableFuture<IoStatus>> covered = waiting;
            waiting = new ArrayList<>();
            content.writeTo(image);
            final ByteBuf buffer = Buffers.allocate(IntentBlock.BYTES);
            buffer.setBytes(0, image);
            Stages.whenEnded(
                    ControlIo.write(control, device, offset(), IntentBlock.BYTES, buffer), (status, failure) -> {
                        buffer.release();
                        writing = false;
                        covered.forEach(end -> end.complete(status));
                        writeWaiting();
                    });
        }
    }
}
