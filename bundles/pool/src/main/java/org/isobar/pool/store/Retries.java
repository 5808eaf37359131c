package org.isobar.pool.store;

import java.util.HashMap;
import java.util.Map;
import org.isobar.common.time.Clock;

/** Which work has failed, how often, and until when it is left alone. Control lane. */
final class Retries<K> {
    private final Clock clock;
    private final long pauseNs;
    private final Map<K, Failed> failed = new HashMap<>();

    Retries(final Clock clock, final long pauseNs) {
        this.clock = clock;
        this.pauseNs = pauseNs;
    }

    private record Failed(int times, long notBeforeNs) {}

    /** How often it failed in a row. */
    int times(final K work) {
        final Failed before = failed.get(work);
        return before == null ? 0 : before.times();
    }

    /** Whether it may be tried now. */
    boolean due(final K work) {
        final Failed before = failed.get(work);
        return before == null || clock.nanoTime() - before.notBeforeNs() >= 0;
    }

    /** It failed once more: {@link #due} again after the pause. */
    void failed(final K work) {
        failed.put(work, new Failed(times(work) + 1, clock.nanoTime() + pauseNs));
    }

    void succeeded(final K work) {
        failed.remove(work);
    }
}
