package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.common.lane.Lane;

/**
 * All tasks of one session: starts them in order, answers each over the connection that brought it (RFC 7143 §4.2.2.1), and
 * accounts for those that the logical unit still works on when they are aborted or the connection is gone. Owned by the
 * session's lane.
 */
final class TaskSet {
    private static final int STATUS_GOOD = 0;

    /** Tasks before a CmdSN that are aborted although they may come later. */
    private record Late(int cmdSn, Predicate<IscsiTask> affected) {}

    private final Lane lane;
    private final ScsiNexus nexus;
    private final TaskObserver observer;
    private final CommandWindow window;
    private final DataBudget budget;
    private final TaskLimits.OfTarget limit;
    private final int maxTaskBytes;

    private final IntObjectHashMap<IscsiTask> byTag = new IntObjectHashMap<>();
    private final Deque<IscsiTask> pool = new ArrayDeque<>();
    private final Deque<IscsiTask> dormant = new ArrayDeque<>();
    private final List<Drain> drains = new ArrayList<>();
    private final List<Late> late = new ArrayList<>();
    private int immediateTasks;
    /** Tasks past their turn and past dormancy. */
    private int active;

    private boolean orderedActive;
    private boolean waking;

    TaskSet(final IscsiSession session) {
        final IscsiConnection leading = session.leading();
        this.lane = session.lane();
        this.nexus = session.nexus();
        this.observer = new TaskObserver(leading, session.traffic());
        this.window = leading.window();
        this.budget = leading.context().budget();
        this.limit = leading.context().taskLimits().join(session.key().targetName());
        this.maxTaskBytes = leading.context().settings().maxTaskBytes();
    }

    /** The session is over; no task is left. */
    void close() {
        limit.leave();
    }

    IscsiTask find(final int initiatorTaskTag) {
        return byTag.get(initiatorTaskTag);
    }

    int immediateTasks() {
        return immediateTasks;
    }

    /** A fresh task under this tag, which must be free; its data-out comes through {@code receiver}. */
    IscsiTask open(final DataOutReceiver receiver, final int initiatorTaskTag, final boolean immediate) {
        IscsiTask task = pool.poll();
        if (task == null) {
            task = new IscsiTask(this);
            task.lane = lane;
        }
        task.reset();
        task.stage = IscsiTask.Stage.ARRIVING;
        task.initiatorTaskTag = initiatorTaskTag;
        task.immediate = immediate;
        task.receiver = receiver;
        task.connection = receiver.connection();
        task.comingIn = true;
        task.counted = limit.take();
        if (!task.counted) {
            task.fail(Sense.TASK_SET_FULL);
        }
        if (immediate) {
            immediateTasks++;
        }
        byTag.put(initiatorTaskTag, task);
        observer.opened(task);
        return task;
    }

    /**
     * A function has aborted tasks up to a CmdSN of which some may still be on their way over other connections: those are
     * dropped when they come (RFC 7143 §4.2.3.3). A number past the window can be no such command's: it would make the
     * session deaf until its numbers got there.
     */
    void refuseLate(final int cmdSn, final Predicate<IscsiTask> affected) {
        if (CommandWindow.before(window.expectedCmdSn(), cmdSn)
                && !CommandWindow.before(window.maxCmdSn() + 1, cmdSn)) {
            late.add(new Late(cmdSn, affected));
        }
    }

    /** The task's CmdSN has its turn. */
    void deliver(final IscsiTask task) {
        if (!late.isEmpty() && refusedLate(task)) {
            observer.aborted();
            if (!task.immediate) {
                window.ended();
            }
            forget(task);
            return;
        }
        if (task.headOfQueue || (dormant.isEmpty() && mayRun(task))) {
            run(task);
        } else {
            task.stage = IscsiTask.Stage.DORMANT;
            dormant.add(task);
        }
    }

    /** The logical unit wants data. */
    void dataOutWanted(final IscsiTask task, final int bytes) {
        if (task.suppressed || task.connection.loggingOut()) {
            // Nobody is going to send data after a logout request (RFC 7143 §11.14).
            task.suppressed = true;
            end(task);
            return;
        }
        task.stage = IscsiTask.Stage.WANTS_DATA;
        task.neededBytes = (int) Math.min(bytes, task.writes ? task.expectedBytes : 0);
        task.receiver.wanted(task);
    }

    /** All data-out is here: back to the logical unit. */
    void dataArrived(final IscsiTask task) {
        final ByteBuf data = task.outBuffer();
        task.stage = IscsiTask.Stage.STARTED;
        task.dataOut = data == null ? Unpooled.EMPTY_BUFFER : data;
        task.dataOutBytes = task.neededBytes;
        observer.dataArrived(task);
        nexus.dataArrived(task);
    }

    /** The logical unit is done with the task. */
    void completed(final IscsiTask task) {
        observer.completed(task);
        task.stage = IscsiTask.Stage.ENDED;
        answerWhenQuiet(task);
    }

    /** Ends a task whose outcome is known, once the initiator owes it no more data. */
    void answerWhenQuiet(final IscsiTask task) {
        if (task.suppressed) {
            end(task);
        } else if (!task.dataComing()) {
            answer(task);
            end(task);
        }
    }

    /**
     * Aborts tasks: those that wait for something are forgotten at once, those in the logical unit's hands get no answer.
     *
     * @param drained runs on the lane once the logical unit holds none of them, possibly within this call
     */
    void abort(final Predicate<IscsiTask> affected, final Runnable drained) {
        final Drain drain = new Drain(drained);
        final List<IscsiTask> inHand = new ArrayList<>();
        // Nothing wakes up meanwhile, only to be aborted at the next turn of the loop.
        waking = true;
        for (final IscsiTask task : List.copyOf(byTag.values())) {
            if (affected.test(task)) {
                if (task.stage == IscsiTask.Stage.STARTED) {
                    task.suppressed = true;
                    drain.await(task);
                    inHand.add(task);
                } else {
                    discard(task);
                }
            }
        }
        waking = false;
        wakeDormant();
        start(drain);
        giveUp(inHand);
    }

    /**
     * Lets tasks end and be answered as far as that needs nothing from the initiator any more, and forgets the others:
     * those that wait for data, or for commands before them.
     *
     * @param finished as in {@link #abort}
     */
    void finish(final Predicate<IscsiTask> affected, final Runnable finished) {
        final Drain drain = new Drain(finished);
        for (final IscsiTask task : List.copyOf(byTag.values())) {
            if (affected.test(task)) {
                if (task.stage == IscsiTask.Stage.STARTED || task.stage == IscsiTask.Stage.DORMANT) {
                    drain.await(task);
                } else {
                    discard(task);
                }
            }
        }
        start(drain);
    }

    /** A command that was aborted while its PDU was still coming in is here. */
    void discardArrived(final IscsiTask task) {
        if (!task.immediate) {
            window.skip(task.cmdSn);
        }
        observer.aborted();
        forget(task);
    }

    /**
     * As {@link #abort}, but lets the tasks in the logical unit's hands end and answer, those that take long early, and
     * touches no others.
     */
    void await(final Predicate<IscsiTask> affected, final Runnable drained) {
        final Drain drain = new Drain(drained);
        final List<IscsiTask> inHand = new ArrayList<>();
        for (final IscsiTask task : byTag.values()) {
            if (task.stage == IscsiTask.Stage.STARTED && affected.test(task)) {
                drain.await(task);
                inHand.add(task);
            }
        }
        start(drain);
        giveUp(inHand);
    }

    /** Tells the logical unit which of its tasks nobody waits for; some end within this call. */
    private void giveUp(final List<IscsiTask> inHand) {
        for (final IscsiTask task : inHand) {
            if (task.stage == IscsiTask.Stage.STARTED) {
                nexus.abort(task);
            }
        }
    }

    /** Runs dormant tasks whose time has come, or for which there is room now; tasks that end within do not nest. */
    void wakeDormant() {
        if (waking) {
            return;
        }
        waking = true;
        while (!dormant.isEmpty() && mayRun(dormant.peek())) {
            run(dormant.poll());
        }
        waking = false;
    }

    private boolean refusedLate(final IscsiTask task) {
        late.removeIf(each -> !CommandWindow.before(window.expectedCmdSn() - 1, each.cmdSn()));
        return late.stream().anyMatch(each -> each.affected().test(task));
    }

    private void start(final Drain drain) {
        if (drain.idle()) {
            drain.run();
        } else {
            drains.add(drain);
        }
    }

    private boolean mayRun(final IscsiTask task) {
        return (task.ordered ? active == 0 : !orderedActive) && task.connection.writable();
    }

    private void run(final IscsiTask task) {
        active++;
        if (task.ordered) {
            orderedActive = true;
        }
        if (task.reads && task.failure == null && !task.reserve(readBytes(task), budget)) {
            task.fail(Sense.TASK_SET_FULL);
        }
        if (task.failure != null) {
            task.stage = IscsiTask.Stage.ENDED;
            answerWhenQuiet(task);
            return;
        }
        task.stage = IscsiTask.Stage.STARTED;
        observer.submitted(task);
        nexus.start(task);
    }

    private int readBytes(final IscsiTask task) {
        return (int) Math.min(task.expectedBytes, maxTaskBytes);
    }

    private void answer(final IscsiTask task) {
        final IscsiConnection connection = task.connection;
        final ResponseWriter responses = connection.responses();
        if (!task.immediate) {
            // Before the answer is written, so that it opens the window.
            window.ended();
        }
        if (task.failure != null) {
            task.failure.answer(task, byTag.size() > 1);
            task.dataInBytes = 0;
        }
        int expDataSn = task.r2tSn;
        final int dataBytes = (int) Math.min(task.dataInBytes, task.reads ? task.expectedBytes : 0);
        if (task.dataIn != null && dataBytes > 0) {
            final boolean withStatus = task.status == STATUS_GOOD;
            expDataSn = responses.dataIn(task, dataBytes, connection.agreed(), withStatus);
            if (!withStatus) {
                responses.scsiResponse(task, expDataSn);
            }
        } else {
            responses.scsiResponse(task, expDataSn);
        }
        observer.answered(task, task.dataIn == null ? 0 : dataBytes);
        connection.flushSoon();
    }

    private void discard(final IscsiTask task) {
        switch (task.stage) {
            case ARRIVING -> discardArriving(task);
            case DORMANT -> {
                dormant.remove(task);
                // end() takes it out of the active ones, where it never was.
                active++;
                task.ordered = false;
                task.suppressed = true;
                end(task);
            }
            default -> {
                task.suppressed = true;
                end(task);
            }
        }
    }

    private void discardArriving(final IscsiTask task) {
        if (task.comingIn) {
            task.suppressed = true;
            return;
        }
        if (!task.immediate) {
            window.withdraw(task.cmdSn);
        }
        observer.aborted();
        forget(task);
    }

    private void end(final IscsiTask task) {
        if (task.suppressed) {
            observer.aborted();
            if (!task.immediate) {
                window.ended();
            }
        }
        active--;
        if (task.ordered) {
            orderedActive = false;
        }
        forget(task);
        if (!drains.isEmpty()) {
            endDrains(task);
        }
        wakeDormant();
    }

    private void forget(final IscsiTask task) {
        if (task.dataComing()) {
            task.receiver.expectLate(task.initiatorTaskTag);
        }
        task.receiver.forget(task);
        task.releaseBuffers(budget);
        task.connection = null;
        task.receiver = null;
        task.stage = IscsiTask.Stage.FREE;
        byTag.remove(task.initiatorTaskTag);
        if (task.immediate) {
            immediateTasks--;
        }
        if (task.counted) {
            limit.give();
        }
        observer.closed();
        pool.push(task);
    }

    private void endDrains(final IscsiTask task) {
        final List<Drain> over = new ArrayList<>();
        for (final Iterator<Drain> each = drains.iterator(); each.hasNext(); ) {
            final Drain drain = each.next();
            if (drain.ended(task)) {
                each.remove();
                over.add(drain);
            }
        }
        over.forEach(Drain::run);
    }
}
