package org.isobar.iscsi;

import org.isobar.iscsi.stats.CommandTimes;
import org.isobar.iscsi.stats.SessionTraffic;
import org.isobar.iscsi.stats.SlowCommands;
import org.isobar.iscsi.stats.TrafficCounts;
import org.isobar.iscsi.stats.TurnClock;

/** Counts and times the tasks of one task set, on its lane. */
final class TaskObserver {
    private final TurnClock clock;
    private final SessionTraffic session;
    private final TrafficCounts counts;
    private final SlowCommands slow;
    private final long slowNs;

    TaskObserver(final IscsiConnection leading, final SessionTraffic session) {
        this.session = session;
        clock = leading.clock();
        counts = session.newPart();
        slow = leading.context().statistics().slow();
        slowNs = slow.thresholdNs();
    }

    void opened(final IscsiTask task) {
        task.times.begin(clock.turnNs());
        counts.opened();
    }

    void submitted(final IscsiTask task) {
        task.times.submittedNs = clock.nowNs();
    }

    void dataArrived(final IscsiTask task) {
        task.times.dataArrivedNs = clock.nowNs();
    }

    void completed(final IscsiTask task) {
        task.times.completedNs = clock.tick();
    }

    void answered(final IscsiTask task, final int sentBytes) {
        final CommandTimes times = task.times;
        final long nowNs = clock.nowNs();
        final long latencyNs = nowNs - times.receivedNs;
        counts.answered(task.cdb[0], task.status, sentBytes, task.dataOutBytes, latencyNs);
        if (latencyNs >= slowNs) {
            slow.add(session, task.cdb, task.status, times, nowNs);
        }
    }

    void aborted() {
        counts.aborted();
    }

    void closed() {
        counts.closed();
    }
}
