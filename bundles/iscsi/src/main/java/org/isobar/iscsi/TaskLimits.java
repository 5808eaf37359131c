package org.isobar.iscsi;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Bounds the tasks in hand of each target and of the member, whatever the number of sessions they come from. Any thread may
 * call; a task is counted without a lock.
 */
final class TaskLimits {
    private final AtomicReference<TargetSettings> settings;
    private final AtomicInteger total = new AtomicInteger();
    /** Targets that have sessions, by name. */
    private final Map<String, OfTarget> targets = new ConcurrentHashMap<>();

    /**
     * Nothing in hand yet.
     *
     * @param settings hold as they are at each task
     */
    TaskLimits(final AtomicReference<TargetSettings> settings) {
        this.settings = settings;
    }

    /** The count of this target, for a session that begins; {@link OfTarget#leave} gives it back. */
    OfTarget join(final String targetName) {
        return targets.compute(targetName, (name, present) -> {
            final OfTarget target = present == null ? new OfTarget(name) : present;
            target.sessions++;
            return target;
        });
    }

    /** Tasks in hand of all targets. */
    int total() {
        return total.get();
    }

    /** Targets that are counted for. */
    int targetCount() {
        return targets.size();
    }

    /** The tasks in hand of one target. */
    final class OfTarget {
        private final String name;
        private final AtomicInteger tasks = new AtomicInteger();
        /** Changed only while the map computes this entry. */
        private int sessions;

        private OfTarget(final String name) {
            this.name = name;
        }

        /** Counts a task in, unless it is one too many for the target or the member. */
        boolean take() {
            final TargetSettings now = settings.get();
            if (tasks.incrementAndGet() > now.maxTasksPerTarget()) {
                tasks.decrementAndGet();
                return false;
            }
            if (total.incrementAndGet() > now.maxTasksTotal()) {
                give();
                return false;
            }
            return true;
        }

        /** A task that was counted in has ended. */
        void give() {
            tasks.decrementAndGet();
            total.decrementAndGet();
        }

        /** A session has ended, and its last task before that. */
        void leave() {
            targets.computeIfPresent(name, (key, present) -> --sessions == 0 ? null : present);
        }
    }
}
