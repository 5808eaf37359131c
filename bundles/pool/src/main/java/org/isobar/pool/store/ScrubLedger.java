package org.isobar.pool.store;

import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.isobar.pool.store.ScrubRecord.PoolScrubSchedule;
import org.isobar.pool.store.ScrubRecord.SetScrubbed;
import org.isobar.pool.store.ScrubRecord.SetScrubbing;

/** What the metadata knows of scrubs. Any thread may read; changed on the control lane. */
final class ScrubLedger {
    private final ConcurrentSkipListMap<String, PoolScrubSchedule> schedules = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, SetScrubbing> present = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, SetScrubbed> last = new ConcurrentSkipListMap<>();
    private long bytes;

    /** The schedule of a pool, if it has one. */
    Optional<PoolScrubSchedule> schedule(final String pool) {
        return Optional.ofNullable(schedules.get(pool));
    }

    /** How far a scrub of a set is that has not ended. */
    Optional<SetScrubbing> present(final long set) {
        return Optional.ofNullable(present.get(set));
    }

    /** The last scrub of a set that ended. */
    Optional<SetScrubbed> last(final long set) {
        return Optional.ofNullable(last.get(set));
    }

    /** Bytes that it takes in a checkpoint. */
    long bytes() {
        return bytes;
    }

    void writeTo(final RecordWriter out) {
        schedules.values().forEach(record -> RecordCodec.write(record, out));
        last.values().forEach(record -> RecordCodec.write(record, out));
        present.values().forEach(record -> RecordCodec.write(record, out));
    }

    void put(final PoolScrubSchedule schedule) {
        count(schedules.put(schedule.pool(), schedule), schedule);
    }

    void put(final SetScrubbing scrub) {
        count(present.put(scrub.set(), scrub), scrub);
    }

    void put(final SetScrubbed scrub) {
        count(present.remove(scrub.set()), null);
        count(last.put(scrub.set(), scrub), scrub);
    }

    void forgetSet(final long set) {
        count(present.remove(set), null);
        count(last.remove(set), null);
    }

    void forgetPool(final String pool) {
        count(schedules.remove(pool), null);
    }

    void reset() {
        schedules.clear();
        present.clear();
        last.clear();
        bytes = 0;
    }

    private void count(final ScrubRecord old, final ScrubRecord now) {
        bytes += (now == null ? 0 : RecordCodec.length(now)) - (old == null ? 0 : RecordCodec.length(old));
    }
}
