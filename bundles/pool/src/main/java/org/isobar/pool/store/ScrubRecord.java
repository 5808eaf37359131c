package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.pool.SetScrub.LostPlace;

/** What is kept of scrubs; nothing of a pool or set that has gone meanwhile. */
sealed interface ScrubRecord extends MemberRecord {
    /**
     * When the sets of a pool are scrubbed.
     *
     * @param sinceWallMs from when on sets count as scrubbed that never were, ms since 1970
     */
    record PoolScrubSchedule(String pool, ScrubSchedule schedule, long sinceWallMs) implements ScrubRecord {
        static final int KIND = 31;

        static PoolScrubSchedule read(final RecordReader in) {
            return new PoolScrubSchedule(
                    in.text(), new ScrubSchedule(in.smallNumber(), in.oneByte(), in.oneByte()), in.fixed());
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.text(pool)
                    .number(schedule.intervalDays())
                    .oneByte(schedule.fromHour())
                    .oneByte(schedule.untilHour())
                    .fixed(sinceWallMs);
        }

        @Override
        public void applyTo(final MemberState state) {
            if (state.pool(pool).isPresent()) {
                state.scrubs().put(this);
            }
        }
    }

    /**
     * How far a scrub of a set is, a little behind.
     *
     * @param done mask of the regions of the set that it is done with
     */
    record SetScrubbing(long set, long done, SetScrub found) implements ScrubRecord {
        static final int KIND = 32;

        static SetScrubbing read(final RecordReader in) {
            return new SetScrubbing(in.number(), in.fixed(), readScrub(in));
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set).fixed(done);
            writeScrub(found, out);
        }

        @Override
        public void applyTo(final MemberState state) {
            if (state.set(set).isPresent()) {
                state.scrubs().put(this);
            }
        }
    }

    /** A scrub of a set has ended. */
    record SetScrubbed(long set, SetScrub found) implements ScrubRecord {
        static final int KIND = 33;

        static SetScrubbed read(final RecordReader in) {
            return new SetScrubbed(in.number(), readScrub(in));
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void write(final RecordWriter out) {
            out.number(set);
            writeScrub(found, out);
        }

        @Override
        public void applyTo(final MemberState state) {
            if (state.set(set).isPresent()) {
                state.scrubs().put(this);
            }
        }
    }

    private static void writeScrub(final SetScrub scrub, final RecordWriter out) {
        out.oneByte(scrub.repair() ? 1 : 0).fixed(scrub.beganWallMs()).fixed(scrub.endedWallMs());
        out.number(scrub.bytesChecked()).number(scrub.stripesInconsistent()).number(scrub.stripesRepaired());
        out.number(scrub.readErrors()).number(scrub.blocksMended()).number(scrub.blocksLost());
        out.number(scrub.lost().size());
        for (final LostPlace place : scrub.lost()) {
            out.fixed(place.volume()).number(place.lba()).number(place.setOffset());
        }
    }

    private static SetScrub readScrub(final RecordReader in) {
        final boolean repair = in.oneByte() != 0;
        final long began = in.fixed();
        final long ended = in.fixed();
        final long bytesChecked = in.number();
        final long inconsistent = in.number();
        final long repaired = in.number();
        final long readErrors = in.number();
        final long mended = in.number();
        final long lostBlocks = in.number();
        final int count = in.count();
        final List<LostPlace> lost = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lost.add(new LostPlace(in.fixed(), in.number(), in.number()));
        }
        return new SetScrub(
                repair, began, ended, bytesChecked, inconsistent, repaired, readErrors, mended, lostBlocks, lost);
    }
}
