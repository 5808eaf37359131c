package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.ParitySum;
import org.isobar.common.kernel.Xor;

/** A task that changes a range of some data strips of a group, and its redundancy with them. */
abstract class StripeChange extends GroupTask {
    private final WriteContent content = new WriteContent();
    private RedundancySource source = RedundancySource.NONE;
    /** The new redundancy, or null when it is zero or a copy or not written. */
    private ByteBuf redundancy;
    /** What the strips that are not written give, or null when the log does not ask for it. */
    private ByteBuf partialParity;

    StripeChange(final LaneWork work) {
        super(work);
    }

    /** What is written. */
    final WriteContent content() {
        return content;
    }

    /** Chooses where the new redundancy comes from; false when that cannot be had. */
    final boolean choose(final Columns columns, final long unreadable) {
        final int dataStrips = layout().dataStrips();
        final RedundancySource chosen = RedundancySource.of(
                dataStrips, content.elements(), unreadable, columns.canWrite(column(dataStrips)), unverifiable());
        source = chosen == null ? RedundancySource.NONE : chosen;
        return chosen != null;
    }

    /** Whether the new redundancy depends on something that must be read. */
    final boolean needsOld() {
        return source == RedundancySource.OTHER_DATA || source == RedundancySource.OLD_DATA;
    }

    /** Whether all data strips of the group are written. */
    final boolean isWhole() {
        return source == RedundancySource.NEW_DATA;
    }

    /** Reads what {@link #needsOld} tells of. */
    final void readOld() {
        final int dataStrips = layout().dataStrips();
        final boolean old = source == RedundancySource.OLD_DATA;
        for (int element = 0; element < dataStrips; element++) {
            if (content.holds(element) == old) {
                readElement(element);
            }
        }
        if (old) {
            readElement(dataStrips);
        }
    }

    /** Says to the log what is written in place. */
    final void describe(final LogEntry entry) {
        final long redundancyBit = 1L << layout().dataStrips();
        long elements = source == RedundancySource.NONE ? 0 : redundancyBit;
        for (int element = content.first(); element < content.end(); element++) {
            elements |= columns().canWrite(column(element)) ? 1L << element : 0;
        }
        entry.describe(
                elements,
                (content.isZero() ? content.elements() : 0) | (redundancy == null ? redundancyBit : 0),
                content.elements());
    }

    /** The checksums of what an element is to be. */
    final int[] newSums(final int element) {
        return element == layout().dataStrips()
                ? sumsOf(redundancy, 0)
                : sumsOf(content.data(), content.index(element));
    }

    /** Copies a part of what an element is to be, from {@code done} bytes after the range's start. */
    final void copyContent(final int element, final int done, final int length, final ByteBuf to, final int at) {
        if (element == layout().dataStrips()) {
            to.setBytes(at, redundancy, done, length);
        } else {
            to.setBytes(at, content.data(), content.index(element) + done, length);
        }
    }

    /**
     * Makes what the strips that are not written give together: redundancy without what is written. On the own lane, for a buffer's
     * NIO view, which sums are made with, is one thread's at a time, and other parts of the request's data are being summed up.
     */
    final void makePartialParity() {
        partialParity = Buffers.allocate(length());
        partialParity.setBytes(0, redundancy, 0, length());
        if (!content.isZero()) {
            for (int element = content.first(); element < content.end(); element++) {
                Xor.into(content.data(), content.index(element), partialParity, 0, length());
            }
        }
    }

    /** Copies a part of that, from {@code done} bytes after the range's start. */
    final void copyPartialParity(final int done, final int length, final ByteBuf to, final int at) {
        to.setBytes(at, partialParity, done, length);
    }

    /** Writes data and redundancy to all columns of the group that are there. */
    final void writeNew() {
        final int dataStrips = layout().dataStrips();
        for (int element = content.first(); element < content.end(); element++) {
            if (columns().canWrite(column(element))) {
                writeOrZero(element, content.data(), content.index(element));
            }
        }
        if (source == RedundancySource.MIRROR) {
            if (columns().canWrite(column(dataStrips))) {
                writeOrZero(dataStrips, content.data(), content.index(0));
            }
        } else if (source != RedundancySource.NONE) {
            writeOrZero(dataStrips, redundancy, 0);
        }
    }

    private void writeOrZero(final int element, final ByteBuf data, final int index) {
        if (data == null) {
            zeroElement(element);
        } else {
            writeElement(element, data, index);
        }
    }

    /** Makes the new redundancy of what is written and what was read. */
    final void renewRedundancy() {
        final int dataStrips = layout().dataStrips();
        if (source == RedundancySource.MIRROR
                || source == RedundancySource.NONE
                || (source == RedundancySource.NEW_DATA && content.isZero())) {
            redundancy = null;
            return;
        }
        final ParitySum sum = work().paritySum().begin(length());
        ByteBuf renewed = scratch(dataStrips);
        if (renewed == null) {
            renewed = allocate(dataStrips);
        } else {
            // The old redundancy.
            sum.add(renewed, 0);
        }
        addScratchExcept(dataStrips, sum);
        content.addTo(sum);
        sum.into(renewed, 0);
        redundancy = renewed;
    }

    /** Nothing is known of what was there any more. */
    final void forgetRedundancy() {
        releaseScratch();
        redundancy = null;
        if (partialParity != null) {
            partialParity.release();
            partialParity = null;
        }
    }
}
