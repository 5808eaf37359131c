package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.buffer.Buffers;
import org.isobar.spi.raid.LogInspector;

/**
 * Looks at the checkpoints of a group's log on all columns. The highest one counts, so a column may be behind: it slept, or
 * power went while they were written. A torn one still is whole, as it lies in one sector and zeros.
 */
final class CheckpointInspection {
    private static final int COPIES = LogLayout.CHECKPOINT_BLOCKS;

    private final long set;
    private final LogLayout layout;
    private final int group;
    private final long mask;
    private final boolean written;
    private final LogInspector.Media media;
    private final LogInspector.Findings findings;
    private final LogCheckpoint[] newestOf;
    private LogCheckpoint newest;
    private int columns;

    CheckpointInspection(
            final RaidSetSpec spec,
            final SetLayout layout,
            final int group,
            final boolean written,
            final LogInspector.Media media,
            final LogInspector.Findings findings) {
        set = spec.id();
        this.layout = layout.log();
        this.group = group;
        mask = layout.columnMask(0, group);
        this.written = written;
        this.media = media;
        this.findings = findings;
        newestOf = new LogCheckpoint[layout.columns()];
    }

    /** The one that counts, or null. */
    LogCheckpoint newest() {
        return newest;
    }

    /** Columns that could be read. */
    int columns() {
        return columns;
    }

    void read() {
        for (long left = mask; left != 0; left &= left - 1) {
            final int column = Long.numberOfTrailingZeros(left);
            if (media.has(column)) {
                read(column);
            }
        }
        for (long left = newest == null ? 0 : mask; left != 0; left &= left - 1) {
            compare(Long.numberOfTrailingZeros(left));
        }
    }

    private void read(final int column) {
        final ByteBuf blocks = Buffers.allocate(COPIES * LogLayout.BLOCK_BYTES);
        try {
            media.read(column, layout.checkpointOffset(0), COPIES * LogLayout.BLOCK_BYTES, blocks);
            columns++;
            for (int copy = 0; copy < COPIES; copy++) {
                take(blocks.slice(copy * LogLayout.BLOCK_BYTES, LogLayout.BLOCK_BYTES), column, copy);
            }
            if (newestOf[column] == null) {
                findings.damage(LogInspection.where(group, column), "has no checkpoint of the write log");
            }
        } catch (final IOException unreadable) {
            findings.damage(
                    LogInspection.where(group, column),
                    "checkpoints of the write log cannot be read: " + unreadable.getMessage());
        } finally {
            blocks.release();
        }
    }

    private void take(final ByteBuf block, final int column, final int copy) {
        final LogCheckpoint one = LogCheckpoint.of(block, set, group, column);
        if (one == null) {
            if (LogCheckpoint.names(block, set, group, column)) {
                findings.damage(
                        LogInspection.where(group, column), "checkpoint of the write log is damaged: copy=" + copy);
            }
            return;
        }
        if (layout.checkpointOffset(one.count()) != layout.checkpointOffset(copy)) {
            findings.damage(
                    LogInspection.where(group, column),
                    "checkpoint of the write log lies in the wrong place: copy=" + copy + " count=" + one.count());
        }
        if (newestOf[column] == null || one.count() > newestOf[column].count()) {
            newestOf[column] = one;
        }
        if (newest == null || one.count() > newest.count()) {
            newest = one;
        }
    }

    private void compare(final int column) {
        final LogCheckpoint own = newestOf[column];
        if (own == null) {
            return;
        }
        if (own.tail() > newest.tail() || (own.count() == newest.count() && own.tail() != newest.tail())) {
            findings.damage(
                    LogInspection.where(group, column),
                    "checkpoint of the write log differs from that of other columns: count=" + own.count() + " tail="
                            + own.tail() + " newest=" + newest.count() + " newestTail=" + newest.tail());
        } else if (own.count() < newest.count() && !written) {
            findings.note(
                    LogInspection.where(group, column),
                    "checkpoint of the write log is behind, another column's counts: count=" + own.count() + " newest="
                            + newest.count());
        }
    }
}
