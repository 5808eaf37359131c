package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.pool.PoolThresholds;

/** A change of a pool, a page space or its pages. */
sealed interface SpaceRecord extends MemberRecord {
    /** An empty pool is there. */
    record PoolCreated(String name, String level, String performanceClass, boolean writeLog) implements SpaceRecord {
        static final int KIND = 1;
        /** A pool whose new sets have a write log, which earlier releases do not know. */
        static final int KIND_WITH_LOG = 24;
        /** What releases that knew no classes wrote. */
        private static final String UNMEASURED = "default";

        static PoolCreated read(final RecordReader in, final boolean writeLog) {
            final String name = in.text();
            final String level = in.text();
            final String performanceClass = in.text();
            return new PoolCreated(
                    name,
                    level,
                    performanceClass.equals(UNMEASURED) ? ChunkletClasses.ANY : performanceClass,
                    writeLog);
        }

        @Override
        public int kind() {
            return writeLog ? KIND_WITH_LOG : KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.text(name).text(level).text(performanceClass);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.addPool(this);
        }
    }

    /** Sets that a pool forms from now on have a write log, or have none. */
    record PoolWriteLog(String name, boolean on) implements SpaceRecord {
        static final int KIND = 25;

        static PoolWriteLog read(final RecordReader in) {
            return new PoolWriteLog(in.text(), in.oneByte() != 0);
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.text(name).oneByte(on ? 1 : 0);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.setWriteLog(name, on);
        }
    }

    /** A pool has thresholds of its own. */
    record PoolThresholdsSet(String name, int warningPercent, int criticalPercent) implements SpaceRecord {
        static final int KIND = 21;

        static PoolThresholdsSet read(final RecordReader in) {
            return new PoolThresholdsSet(in.text(), in.oneByte(), in.oneByte());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.text(name).oneByte(warningPercent).oneByte(criticalPercent);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.setThresholds(name, new PoolThresholds(warningPercent, criticalPercent));
        }
    }

    /** A pool without sets and spaces is gone. */
    record PoolDeleted(String name) implements SpaceRecord {
        static final int KIND = 2;

        static PoolDeleted read(final RecordReader in) {
            return new PoolDeleted(in.text());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.text(name);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.removePool(name);
        }
    }

    /** The page space of a volume is there. */
    record SpaceCreated(long volume, long sizeBytes, int pageBytes, String pool, boolean deleting)
            implements SpaceRecord {
        static final int KIND = 8;

        static SpaceCreated read(final RecordReader in) {
            return new SpaceCreated(in.number(), in.fixed(), in.smallNumber(), in.text(), in.oneByte() != 0);
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(volume).fixed(sizeBytes).number(pageBytes).text(pool).oneByte(deleting ? 1 : 0);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.addSpace(this);
        }
    }

    /** A page space is longer. */
    record SpaceGrown(long volume, long sizeBytes) implements SpaceRecord {
        static final int KIND = 9;

        static SpaceGrown read(final RecordReader in) {
            return new SpaceGrown(in.number(), in.fixed());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(volume).fixed(sizeBytes);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.existingSpace(volume).grow(sizeBytes);
        }
    }

    /** A page space is to go: nobody finds it any more, its pages are being unmapped. */
    record SpaceDeleting(long volume) implements SpaceRecord {
        static final int KIND = 10;

        static SpaceDeleting read(final RecordReader in) {
            return new SpaceDeleting(in.number());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(volume);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.existingSpace(volume).markDeleting();
        }
    }

    /** A page space without pages is gone. */
    record SpaceDeleted(long volume) implements SpaceRecord {
        static final int KIND = 11;

        static SpaceDeleted read(final RecordReader in) {
            return new SpaceDeleted(in.number());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(volume);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.removeSpace(volume);
        }
    }

    /** {@code count} pages from {@code page} lie in the OPEN slots of a set from {@code slot}. */
    record PagesMapped(long volume, long page, int count, long set, int slot) implements SpaceRecord {
        static final int KIND = 12;

        static PagesMapped read(final RecordReader in) {
            return new PagesMapped(in.number(), in.number(), in.smallNumber(), in.number(), in.smallNumber());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(volume).number(page).number(count).number(set).number(slot);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.mapPages(this);
        }
    }

    /** A page lies in another slot, which was OPEN; the one that it lay in is quarantined. */
    record PageMoved(long volume, long page, long set, int slot) implements SpaceRecord {
        static final int KIND = 38;

        static PageMoved read(final RecordReader in) {
            return new PageMoved(in.number(), in.number(), in.number(), in.smallNumber());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(volume).number(page).number(set).number(slot);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.movePage(this);
        }
    }

    /** New pages of a space come from another pool. */
    record SpaceHome(long volume, String pool) implements SpaceRecord {
        static final int KIND = 39;

        static SpaceHome read(final RecordReader in) {
            return new SpaceHome(in.number(), in.text());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(volume).text(pool);
        }

        @Override
        public void applyTo(final MemberState state) {
            state.setHome(this);
        }
    }

    /** Pages have no slot any more; their slots are quarantined. */
    record PagesUnmapped(long volume, List<Long> pages) implements SpaceRecord {
        static final int KIND = 13;

        public PagesUnmapped {
            pages = List.copyOf(pages);
        }

        static PagesUnmapped read(final RecordReader in) {
            final long volume = in.number();
            final int count = in.count();
            final List<Long> pages = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                pages.add(in.number());
            }
            return new PagesUnmapped(volume, pages);
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(volume).number(pages.size());
            pages.forEach(out::number);
        }

        @Override
        public boolean fromReserve() {
            return true;
        }

        @Override
        public void applyTo(final MemberState state) {
            state.unmapPages(this);
        }
    }
}
