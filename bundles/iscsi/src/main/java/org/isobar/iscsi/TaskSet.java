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

/**
 * All tasks of one session: starts them in order, answers them, and accounts for those that the logical unit still works
 * on when they are aborted or the connection is gone. Owned by the connection's lane.
 */
final class TaskSet {
    private static final int STATUS_GOOD = 0;

    private final IscsiConnection connection;
    private final ScsiNexus nexus;
    private final SessionParameters agreed;
    private final TaskObserver observer;
    private final CommandWindow window;
    private final DataBudget budget;
    private final int maxTaskBytes;
    private final DataOutReceiver dataOut;

    private final IntObjectHashMap<IscsiTask> byTag = new IntObjectHashMap<>();
    private final Deque<IscsiTask> pool = new ArrayDeque<>();
    private final Deque<IscsiTask> dormant = new ArrayDeque<>();
    private final List<Drain> drains = new ArrayList<>();
    private int immediateTasks;
    /** Tasks past their turn and past dormancy. */
    private int active;

    private boolean orderedActive;
    private boolean waking;

    TaskSet(final IscsiConnection connection, final IscsiSession session) {
        this.connection = connection;
        this.nexus = session.nexus();
        this.agreed = session.agreed();
        this.observer = new TaskObserver(connection, session.traffic());
        this.window = connection.window();
        this.budget = connection.context().budget();
        this.maxTaskBytes = connection.context().settings().maxTaskBytes();
        this.dataOut = new DataOutReceiver(this, connection, session);
    }

    DataOutReceiver dataOut() {
        return dataOut;
    }

    IscsiTask find(final int initiatorTaskTag) {
        return byTag.get(initiatorTaskTag);
    }

    int immediateTasks() {
        return immediateTasks;
    }

    /** A fresh task under this tag, which must be free. */
    IscsiTask open(final int initiatorTaskTag, final boolean immediate) {
        IscsiTask task = pool.poll();
        if (task == null) {
            task = new IscsiTask(this);
            task.lane = connection.lane();
        }
        task.reset();
        task.stage = IscsiTask.Stage.ARRIVING;
        task.initiatorTaskTag = initiatorTaskTag;
        task.immediate = immediate;
        if (immediate) {
            immediateTasks++;
        }
        byTag.put(initiatorTaskTag, task);
        observer.opened(task);
        return task;
    }

    /** The task's CmdSN has its turn. */
    void deliver(final IscsiTask task) {
        if (task.headOfQueue || (dormant.isEmpty() && mayRun(task))) {
            run(task);
        } else {
            task.stage = IscsiTask.Stage.DORMANT;
            dormant.add(task);
        }
    }

    /** The logical unit wants data. */
    void dataOutWanted(final IscsiTask task, final int bytes) {
        if (task.suppressed) {
            end(task);
            return;
        }
        task.stage = IscsiTask.Stage.WANTS_DATA;
        task.neededBytes = (int) Math.min(bytes, task.writes ? task.expectedBytes : 0);
        dataOut.wanted(task);
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
        // Nothing wakes up meanwhile, only to be aborted at the next turn of the loop.
        waking = true;
        for (final IscsiTask task : List.copyOf(byTag.values())) {
            if (affected.test(task)) {
                if (task.stage == IscsiTask.Stage.STARTED) {
                    task.suppressed = true;
                    drain.await(task);
                } else {
                    discard(task);
                }
            }
        }
        waking = false;
        wakeDormant();
        start(drain);
    }

    /** As {@link #abort}, but lets the tasks in the logical unit's hands end and answer, and touches no others. */
    void await(final Predicate<IscsiTask> affected, final Runnable drained) {
        final Drain drain = new Drain(drained);
        for (final IscsiTask task : byTag.values()) {
            if (task.stage == IscsiTask.Stage.STARTED && affected.test(task)) {
                drain.await(task);
            }
        }
        start(drain);
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

    private void start(final Drain drain) {
        if (drain.idle()) {
            drain.run();
        } else {
            drains.add(drain);
        }
    }

    private boolean mayRun(final IscsiTask task) {
        return (task.ordered ? active == 0 : !orderedActive) && connection.writable();
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
        final ResponseWriter responses = connection.responses();
        if (!task.immediate) {
            // Before the answer is written, so that it opens the window.
            window.ended();
        }
        if (task.failure != null) {
            task.failure.answer(task);
            task.dataInBytes = 0;
        }
        int expDataSn = task.r2tSn;
        final int dataBytes = (int) Math.min(task.dataInBytes, task.reads ? task.expectedBytes : 0);
        if (task.dataIn != null && dataBytes > 0) {
            final boolean withStatus = task.status == STATUS_GOOD;
            expDataSn = responses.dataIn(task, dataBytes, agreed, withStatus);
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
            dataOut.expectLate(task.initiatorTaskTag);
        }
        task.releaseBuffers(budget);
        task.stage = IscsiTask.Stage.FREE;
        byTag.remove(task.initiatorTaskTag);
        if (task.immediate) {
            immediateTasks--;
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
