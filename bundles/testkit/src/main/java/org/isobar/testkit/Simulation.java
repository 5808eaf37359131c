package org.isobar.testkit;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.rng.Rng;
import org.isobar.common.time.Clock;

/**
 * A world in one thread: a clock that jumps to the next event, lanes, and randomness, all determined by a seed.
 *
 * <p>There are two kinds of events. <em>Work</em> is what was handed to a lane with {@code execute}, and completions of
 * simulated devices; <em>timers</em> come from {@link Lane#schedule}. Events run in the order of their time, then of
 * their creation. {@link #run} goes on while there is work (timers that fall due on the way run as well) and ignores
 * timers beyond; {@link #runFor}, {@link #runUntil} and {@link #await} also move time forward to timers when there is
 * nothing else.
 *
 * <p>What a lane task throws is thrown, wrapped in an {@link AssertionError} that names the seed, by the method that ran
 * it.
 */
public final class Simulation {
    /** {@link #runUntil} and {@link #await} give up after this much simulated time. */
    public static final long PATIENCE_NS = TimeUnit.HOURS.toNanos(1);

    private static final int DEFAULT_LANES = 2;
    private static final long START_NS = 1_000_000_000L;
    private static final long START_WALL_MS = 1_800_000_000_000L;
    private static final long EVENTS_MAX_PER_RUN = 100_000_000L;

    private final long seed;
    private final int laneCount;
    private final Random random;
    private final Random rngSource;
    private final Clock clock = new SimClock();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private SimLanes lanes;
    private long nowNs = START_NS;
    private long sequence;
    private long pendingWork;
    private Lane running;
    private boolean stopped;

    public Simulation(final long seed) {
        this(seed, DEFAULT_LANES);
    }

    public Simulation(final long seed, final int laneCount) {
        this.seed = seed;
        this.laneCount = laneCount;
        random = new Random(seed);
        rngSource = new Random(seed ^ 0x5DEECE66DL << 8);
        lanes = new SimLanes(this, laneCount);
    }

    /** What everything here follows from; print it when a random test fails. */
    public long seed() {
        return seed;
    }

    /** Simulated time. */
    public Clock clock() {
        return clock;
    }

    /** The lanes of the present incarnation, see {@link #restart}. */
    public Lanes lanes() {
        return lanes;
    }

    /** The seam that components take their randomness from. */
    public Rng rng() {
        return rngSource::nextLong;
    }

    /** The randomness of the world and of the test. */
    public Random random() {
        return random;
    }

    /** Queues a task on a lane. */
    public void onLane(final int index, final Runnable task) {
        lanes.lane(index).execute(task);
    }

    /** Runs until no work is left; see the class comment. */
    public void run() {
        for (long count = 0; pendingWork > 0 || dueTimer(); count++) {
            Check.that(count < EVENTS_MAX_PER_RUN, "simulation never comes to rest: " + where());
            step();
        }
    }

    /** Runs everything that happens within the next {@code durationNs}, then stands exactly there. */
    public void runFor(final long durationNs) {
        final long endNs = nowNs + durationNs;
        while (!stopped && !events.isEmpty() && events.peek().timeNs <= endNs) {
            step();
        }
        nowNs = Math.max(nowNs, endNs);
    }

    /**
     * Runs until the condition holds, looking after each event.
     *
     * @throws StoppedException when {@link #stop} was called meanwhile
     * @throws AssertionError when nothing is left to happen, or {@link #PATIENCE_NS} have passed
     */
    public void runUntil(final BooleanSupplier condition) {
        final long giveUpNs = nowNs + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (stopped) {
                throw new StoppedException();
            }
            if (events.isEmpty()) {
                throw new AssertionError("nothing is left to happen and the condition does not hold: " + where());
            }
            if (events.peek().timeNs > giveUpNs) {
                throw new AssertionError("the condition does not hold within one simulated hour: " + where());
            }
            step();
        }
    }

    /**
     * Runs until the stage ends and returns its result.
     *
     * @throws RuntimeException or Error what the stage failed with (wrapped when it is a checked exception)
     */
    public <T> T await(final CompletionStage<T> stage) {
        final var future = stage.toCompletableFuture();
        runUntil(future::isDone);
        try {
            return future.get();
        } catch (final InterruptedException unexpected) {
            throw new AssertionError("interrupted", unexpected);
        } catch (final ExecutionException failure) {
            Throwable cause = failure.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new CompletionException(cause);
        }
    }

    /** Kills the process: nothing queued runs any more, and nothing can be queued until {@link #restart}. */
    public void stop() {
        stopped = true;
        lanes.die();
        events.clear();
        pendingWork = 0;
    }

    /** Whether {@link #stop} was called since the last {@link #restart}. */
    public boolean stopped() {
        return stopped;
    }

    /** Starts a new process in the same world: time goes on, lanes are new, and those of before stay dead. */
    public void restart() {
        stop();
        lanes = new SimLanes(this, laneCount);
        stopped = false;
    }

    /** Queues work for a lane after a delay; device models use it for completions. */
    public void workOnLane(final Lane lane, final long delayNs, final Runnable task) {
        add(new Event(nowNs + delayNs, lane, task, false));
    }

    /** Queues work of the world outside all lanes, e.g. a device that is pulled. */
    public void outside(final long delayNs, final Runnable task) {
        add(new Event(nowNs + delayNs, null, task, false));
    }

    Event addTimer(final Lane lane, final long delayNs, final Runnable task) {
        final Event event = new Event(nowNs + Math.max(0, delayNs), lane, task, true);
        add(event);
        return event;
    }

    void cancel(final Event timer) {
        events.remove(timer);
    }

    Lane running() {
        return running;
    }

    long nowNs() {
        return nowNs;
    }

    private void add(final Event event) {
        if (stopped || (event.lane instanceof SimLane lane && lane.dead())) {
            return;
        }
        event.sequence = sequence++;
        if (!event.timer) {
            pendingWork++;
        }
        events.add(event);
    }

    private boolean dueTimer() {
        return !events.isEmpty() && events.peek().timeNs <= nowNs;
    }

    private void step() {
        Check.that(running == null, "the simulation was run from inside one of its tasks");
        final Event event = events.remove();
        if (!event.timer) {
            pendingWork--;
        }
        nowNs = Math.max(nowNs, event.timeNs);
        running = event.lane;
        try {
            event.task.run();
        } catch (final Throwable failure) {
            throw new AssertionError("uncaught: " + failure + "; " + where(), failure);
        } finally {
            running = null;
        }
    }

    private String where() {
        return "seed=" + seed + " timeNs=" + nowNs + " events=" + events.size() + " work=" + pendingWork;
    }

    /** The process was killed while the test waited for something. */
    public static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("the simulated process was stopped");
        }
    }

    /** Something that happens at a time. */
    static final class Event implements Comparable<Event> {
        private final long timeNs;
        private final Lane lane;
        private final Runnable task;
        private final boolean timer;
        private long sequence;

        Event(final long timeNs, final Lane lane, final Runnable task, final boolean timer) {
            this.timeNs = timeNs;
            this.lane = lane;
            this.task = task;
            this.timer = timer;
        }

        @Override
        public int compareTo(final Event other) {
            final int order = Long.compare(timeNs, other.timeNs);
            return order == 0 ? Long.compare(sequence, other.sequence) : order;
        }

        @Override
        public boolean equals(final Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private final class SimClock implements Clock {
        @Override
        public long nanoTime() {
            return nowNs;
        }

        @Override
        public long wallMs() {
            return START_WALL_MS + TimeUnit.NANOSECONDS.toMillis(nowNs - START_NS);
        }
    }
}
