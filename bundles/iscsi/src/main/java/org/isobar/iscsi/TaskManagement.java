package org.isobar.iscsi;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.isobar.api.scsi.ScsiNexus;

/**
 * Task management functions (RFC 7143 §11.5 and §11.6; SAM-5 §7). A function is answered once no affected task is in the
 * logical unit's hands any more, so that nothing aborted reaches the volume after the answer. Tasks of other sessions
 * that a function affects are not cut off: they end and are answered first, as if they had come before it.
 */
final class TaskManagement {
    private static final int FUNCTION_MASK = 0x7F;
    private static final int ABORT_TASK = 1;
    private static final int ABORT_TASK_SET = 2;
    private static final int CLEAR_TASK_SET = 4;
    private static final int LOGICAL_UNIT_RESET = 5;
    private static final int TARGET_WARM_RESET = 6;
    private static final int TARGET_COLD_RESET = 7;
    private static final int TASK_REASSIGN = 8;

    private static final int COMPLETE = 0;
    private static final int NO_SUCH_TASK = 1;
    private static final int NO_SUCH_LUN = 2;
    private static final int REASSIGN_NOT_SUPPORTED = 4;
    private static final int NOT_SUPPORTED = 5;
    private static final int REJECTED = 255;

    /** Functions of a session that wait for tasks to end. */
    private static final int MAX_PENDING = 32;

    private final IscsiSession session;
    private final TaskSet tasks;
    private final CommandWindow window;
    private final ScsiNexus nexus;
    private int pending;

    TaskManagement(final IscsiSession session, final TaskSet tasks) {
        this.session = session;
        this.tasks = tasks;
        this.window = session.leading().window();
        this.nexus = session.nexus();
    }

    /** Takes a task management PDU that came over this connection, where its answer goes. */
    void request(final IscsiConnection connection, final BasicHeaderSegment header) {
        final Answer answer = new Answer(connection, header.initiatorTaskTag());
        final long lun = header.lun();
        final int cmdSn = header.cmdSn();
        final int function = header.flags() & FUNCTION_MASK;
        if (pending >= MAX_PENDING) {
            answer.send(REJECTED);
            return;
        }
        final Predicate<IscsiTask> earlier = task -> CommandWindow.before(task.cmdSn, cmdSn);
        final Predicate<IscsiTask> onUnit = task -> nexus.sameLogicalUnit(task.lun, lun);
        switch (function) {
            case ABORT_TASK -> abortTask(answer, header.referencedTaskTag(), header.refCmdSn(), cmdSn);
            case ABORT_TASK_SET, CLEAR_TASK_SET, LOGICAL_UNIT_RESET -> {
                if (!nexus.hasLogicalUnit(lun)) {
                    answer.send(NO_SUCH_LUN);
                } else if (function == ABORT_TASK_SET) {
                    abort(answer, cmdSn, earlier.and(onUnit));
                } else {
                    final boolean reset = function == LOGICAL_UNIT_RESET;
                    abortForAll(answer, cmdSn, earlier.and(onUnit), onUnit, () -> {
                        if (reset) {
                            nexus.resetLogicalUnit(lun);
                        }
                    });
                }
            }
            case TARGET_WARM_RESET -> abortForAll(answer, cmdSn, earlier, task -> true, nexus::resetTarget);
            case TARGET_COLD_RESET -> abortForAll(answer, cmdSn, earlier, task -> true, () -> resetCold(connection));
            case TASK_REASSIGN -> answer.send(REASSIGN_NOT_SUPPORTED);
            default -> answer.send(NOT_SUPPORTED);
        }
    }

    private void abortTask(final Answer answer, final int referencedTag, final int refCmdSn, final int cmdSn) {
        final IscsiTask referenced = tasks.find(referencedTag);
        if (referenced != null) {
            pending++;
            tasks.abort(task -> task == referenced, () -> finish(answer));
        } else if (CommandWindow.before(refCmdSn, cmdSn) && window.accepts(refCmdSn)) {
            // It has not come yet and never shall (RFC 7143 §11.6.1).
            window.skip(refCmdSn);
            answer.send(COMPLETE);
        } else {
            answer.send(NO_SUCH_TASK);
        }
    }

    private void abort(final Answer answer, final int cmdSn, final Predicate<IscsiTask> affected) {
        pending++;
        tasks.refuseLate(cmdSn, affected);
        tasks.abort(affected, () -> finish(answer));
    }

    /**
     * Aborts tasks of this session, waits for those of others, then acts and answers.
     *
     * @param ours tasks of this session
     * @param others tasks of the other sessions with this target
     */
    private void abortForAll(
            final Answer answer,
            final int cmdSn,
            final Predicate<IscsiTask> ours,
            final Predicate<IscsiTask> others,
            final Runnable action) {
        pending++;
        final List<IscsiSession> elsewhere = new ArrayList<>(sessions());
        elsewhere.remove(session);
        final AtomicInteger waitingFor = new AtomicInteger(elsewhere.size() + 1);
        final Runnable oneQuiet = () -> {
            if (waitingFor.decrementAndGet() == 0) {
                session.lane().execute(() -> {
                    if (session.fullFeature()) {
                        action.run();
                    }
                    finish(answer);
                });
            }
        };
        tasks.refuseLate(cmdSn, ours);
        tasks.abort(ours, oneQuiet);
        elsewhere.forEach(other -> other.whenQuiet(others, oneQuiet));
    }

    /** All sessions of the target end (RFC 7143 §11.5.1), this one after its answer. */
    private void resetCold(final IscsiConnection asking) {
        nexus.resetTarget();
        for (final IscsiSession each : sessions()) {
            for (final IscsiConnection connection : each.connections()) {
                if (connection != asking) {
                    connection.execute(() -> connection.dropSession("target cold reset"));
                }
            }
        }
        session.lane().execute(() -> asking.closeAfterFlush("target cold reset"));
    }

    private List<IscsiSession> sessions() {
        return session.leading().context().sessions().of(session.agreed().targetName);
    }

    private void finish(final Answer answer) {
        pending--;
        answer.send(COMPLETE);
    }

    /** Where an answer goes. */
    private record Answer(IscsiConnection connection, int initiatorTaskTag) {
        void send(final int response) {
            if (connection.open()) {
                connection.responses().taskManagement(initiatorTaskTag, response);
                connection.flushSoon();
            }
        }
    }
}
