package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.buffer.Buffers;
import org.isobar.spi.raid.LogInspector;
import org.isobar.spi.raid.RaidGeometry;

/** Looks for the write log of a set where the set's record does not say that it is, by its checkpoints. */
final class MisplacedLog {
    private static final int WINDOW_BLOCKS = 256;

    private final RaidSetSpec spec;
    private final RaidGeometry geometry;
    private final LogInspector.Media media;
    private final LogInspector.Findings findings;

    MisplacedLog(
            final RaidSetSpec spec,
            final RaidGeometry geometry,
            final LogInspector.Media media,
            final LogInspector.Findings findings) {
        this.spec = spec;
        this.geometry = geometry;
        this.media = media;
        this.findings = findings;
    }

    /** The set's record says that there is none: looks where new sets have it. */
    void lookAtSetWithout() {
        final long length = LogLayout.bytesFor(geometry.dataStripsPerGroup(), spec.stripBytes(), spec.chunkletBytes());
        if (length > 0) {
            final long first = (spec.chunkletBytes() - length) / LogLayout.BLOCK_BYTES;
            find(first, first + LogLayout.CHECKPOINT_BLOCKS);
        }
    }

    /** There is none where it should be. */
    void lookElsewhere() {
        find(0, spec.chunkletBytes() / LogLayout.BLOCK_BYTES);
    }

    private void find(final long from, final long to) {
        for (int column = 0; column < geometry.columns(); column++) {
            if (media.has(column)) {
                final long length = find(column, from, to);
                if (length > 0) {
                    findings.damage(
                            LogInspection.where(groupOf(column), column),
                            "the set's record says another length of the write log: logBytes=" + spec.logBytes()
                                    + " found=" + length);
                }
                return;
            }
        }
    }

    private int groupOf(final int column) {
        for (int group = 0; group < geometry.groupsPerStripe(); group++) {
            for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
                if (geometry.column(0, group, element) == column) {
                    return group;
                }
            }
        }
        throw new IllegalStateException("column of no group: " + column);
    }

    /** Length of the log that the first checkpoint on a column tells of, or 0. */
    private long find(final int column, final long from, final long to) {
        final ByteBuf window = Buffers.allocate(WINDOW_BLOCKS * LogLayout.BLOCK_BYTES);
        try {
            for (long first = from; first < to; first += WINDOW_BLOCKS) {
                final int count = (int) Math.min(WINDOW_BLOCKS, to - first);
                media.read(column, first * LogLayout.BLOCK_BYTES, count * LogLayout.BLOCK_BYTES, window);
                for (int i = 0; i < count; i++) {
                    final LogCheckpoint one = LogCheckpoint.of(
                            window.slice(i * LogLayout.BLOCK_BYTES, LogLayout.BLOCK_BYTES),
                            spec.id(),
                            groupOf(column),
                            column);
                    if (one != null) {
                        final long start = first + i - one.count() % LogLayout.CHECKPOINT_BLOCKS;
                        return spec.chunkletBytes() - start * LogLayout.BLOCK_BYTES;
                    }
                }
            }
        } catch (final IOException unreadable) {
            findings.note(
                    LogInspection.where(groupOf(column), column),
                    "cannot be looked through for a write log: " + unreadable.getMessage());
        } finally {
            window.release();
        }
        return 0;
    }
}
