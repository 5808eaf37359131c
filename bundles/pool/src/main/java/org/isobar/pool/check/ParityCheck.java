package org.isobar.pool.check;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.isobar.api.device.SumBlock;
import org.isobar.api.raid.RaidColumn;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Xor;
import org.isobar.pool.store.SetState;
import org.isobar.pool.store.SetState.Slot;
import org.isobar.spi.raid.RaidGeometry;

/**
 * Verifies one set on the media: that every block matches its checksum and the redundancy of every stripe its data, and
 * that free slots hold zeros.
 * Stripes whose write intent is set may differ after an unclean stop and are made good at the next start.
 */
final class ParityCheck {
    private static final int WINDOW_BYTES = 1 << 20;
    /** So many findings of a set are named; of more there is only the number. */
    private static final int NAMED_MAX = 100;

    private final CheckReport report;
    private final boolean strict;
    private final SetState set;
    private final SetGeometry layout;
    private final RaidGeometry geometry;
    private final CheckedDevice[] columns;
    private final SumsOnMedia[] sums;
    private final ByteBuf[] windows;
    private final int windowStripes;
    private final ByteBuf sum;
    private final long marked;
    private long skipped;
    private long partial;
    private long named;
    private Run mismatch;
    private Run notZero;

    private ParityCheck(final CheckReport report, final boolean strict, final SetOnMedia found) {
        this.report = report;
        this.strict = strict;
        set = found.set();
        layout = found.layout();
        columns = found.columns();
        marked = found.marked();
        geometry = layout.geometry();
        sums = new SumsOnMedia[geometry.columns()];
        windows = new ByteBuf[geometry.columns()];
        windowStripes = Math.max(1, WINDOW_BYTES / layout.stripeColumnBytes());
        sum = Buffers.allocate(geometry.stripBytes());
        for (int i = 0; i < columns.length; i++) {
            windows[i] = Buffers.allocate(windowStripes * layout.stripeColumnBytes());
        }
    }

    /**
     * Checks a set.
     *
     * @param strict also where the write intent is set
     */
    static void check(final CheckReport report, final boolean strict, final SetOnMedia found) {
        final ParityCheck check = new ParityCheck(report, strict, found);
        try {
            check.run();
        } finally {
            check.sum.release();
            for (final ByteBuf window : check.windows) {
                window.release();
            }
        }
    }

    private void run() {
        readSums();
        for (long first = 0; first < layout.stripes(); first += windowStripes) {
            final int count = (int) Math.min(windowStripes, layout.stripes() - first);
            readWindow(first, count);
            for (int i = 0; i < count; i++) {
                checkStripe(first, first + i);
            }
        }
        mismatch = ended(mismatch);
        notZero = ended(notZero);
        if (named > NAMED_MAX) {
            report.finding("set=" + set.id(), "has more that is wrong: named=" + NAMED_MAX + " in all=" + named);
        }
        report.count("stripes", layout.stripes());
        report.count("stripes-skipped", skipped);
        if (marked != 0) {
            report.note(
                    "set=" + set.id(),
                    "was written to when it stopped, its next start makes it agree: regions=" + Long.bitCount(marked)
                            + (strict ? "" : " stripesNotChecked=" + skipped));
        }
        if (partial > 0) {
            report.note("set=" + set.id(), "columns are missing or stale: groupsNotChecked=" + partial);
        }
    }

    private void readSums() {
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] != null) {
                try {
                    sums[i] = SumsOnMedia.read(
                            columns[i], set.spec().columns().get(i).chunklet(), set.id(), i);
                } catch (final IOException unreadable) {
                    report.finding(
                            "set=" + set.id() + " column=" + i + " device=" + columns[i].uuid(),
                            "checksums cannot be read: " + unreadable.getMessage());
                }
            }
        }
    }

    /** A column that cannot be read here is left out from here on. */
    private void readWindow(final long firstStripe, final int stripes) {
        final int bytes = layout.stripeColumnBytes();
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] != null) {
                final int chunklet = set.spec().columns().get(i).chunklet();
                final long at = columns[i].layout().chunkletOffset(chunklet) + firstStripe * bytes;
                try {
                    columns[i].read(at, stripes * bytes, windows[i]);
                } catch (final IOException unreadable) {
                    report.finding(
                            "set=" + set.id() + " column=" + i + " device=" + columns[i].uuid(),
                            "cannot be read: offset=" + at + " " + unreadable.getMessage());
                    columns[i] = null;
                }
            }
        }
    }

    private void checkStripe(final long first, final long stripe) {
        final boolean inDoubt = (marked & 1L << layout.region(stripe)) != 0;
        if (inDoubt && !strict) {
            skipped++;
            return;
        }
        final long slot = layout.slot(stripe);
        final boolean free = slot < set.slotCount() && set.slot((int) slot) == Slot.FREE;
        for (int group = 0; group < geometry.groupsPerStripe(); group++) {
            checkSums(first, stripe, group);
            if (!complete(stripe, group)) {
                partial++;
            } else if (!consistent(first, stripe, group)) {
                mismatch = extended(mismatch, new Run("redundancy does not match the data", group, stripe, stripe));
            }
            if (free && !zero(first, stripe, group)) {
                notZero = extended(notZero, new Run("free slot holds data", group, stripe, stripe));
            }
        }
    }

    private void checkSums(final long first, final long stripe, final int group) {
        for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
            final int column = geometry.column(stripe, group, element);
            if (columns[column] == null || sums[column] == null) {
                continue;
            }
            final int within = layout.offsetInStripe(stripe, group, element);
            for (int block = 0; block < geometry.stripBytes(); block += SumBlock.DATA_BYTES) {
                final long offset = stripe * layout.stripeColumnBytes() + within + block;
                if (sums[column].mismatch(offset, windows[column], at(first, stripe, group, element) + block)) {
                    name(
                            "set=" + set.id() + " column=" + column + " device=" + columns[column].uuid(),
                            "block does not match its checksum: chunkletOffset=" + offset);
                }
            }
        }
    }

    /** A set that lost a whole device would have a finding for each of its blocks. */
    private void name(final String where, final String what) {
        named++;
        if (named <= NAMED_MAX) {
            report.finding(where, what);
        }
    }

    private boolean complete(final long stripe, final int group) {
        for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
            if (columns[geometry.column(stripe, group, element)] == null) {
                return false;
            }
        }
        return true;
    }

    private boolean consistent(final long first, final long stripe, final int group) {
        sum.setZero(0, geometry.stripBytes());
        for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
            Xor.into(
                    windows[geometry.column(stripe, group, element)],
                    at(first, stripe, group, element),
                    sum,
                    0,
                    geometry.stripBytes());
        }
        return Xor.allZero(sum, 0, geometry.stripBytes());
    }

    private boolean zero(final long first, final long stripe, final int group) {
        for (int element = 0; element < geometry.dataStripsPerGroup(); element++) {
            final int column = geometry.column(stripe, group, element);
            if (columns[column] != null
                    && !Xor.allZero(windows[column], at(first, stripe, group, element), geometry.stripBytes())) {
                return false;
            }
        }
        return true;
    }

    private int at(final long first, final long stripe, final int group, final int element) {
        return (int) (stripe - first) * layout.stripeColumnBytes() + layout.offsetInStripe(stripe, group, element);
    }

    /** One line for neighbouring stripes of the same kind, in one slot. */
    private Run extended(final Run run, final Run next) {
        if (run != null
                && run.group == next.group
                && run.to + 1 == next.from
                && layout.slot(run.from) == layout.slot(next.from)) {
            return new Run(run.what, run.group, run.from, next.to);
        }
        ended(run);
        return next;
    }

    private Run ended(final Run run) {
        if (run != null) {
            final long slot = layout.slot(run.from);
            final String slotName = slot < set.slotCount() ? " slot=" + slot + " " + set.slot((int) slot) : "";
            name(
                    "set=" + set.id() + " stripe=" + run.from + (run.to > run.from ? "-" + run.to : "") + " group="
                            + run.group,
                    run.what + ": pool=" + set.pool() + " level=" + set.spec().level() + slotName + " devices="
                            + devices(run.from, run.group));
        }
        return null;
    }

    private String devices(final long stripe, final int group) {
        final StringBuilder names = new StringBuilder();
        for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
            final RaidColumn column = set.spec().columns().get(geometry.column(stripe, group, element));
            names.append(element == 0 ? "" : ",")
                    .append(column.device())
                    .append('/')
                    .append(column.chunklet());
        }
        return names.toString();
    }

    private record Run(String what, int group, long from, long to) {}
}
