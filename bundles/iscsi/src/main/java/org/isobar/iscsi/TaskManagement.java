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

    private final IscsiConnection connection;
    private final IscsiSession session;
    private final TaskSet tasks;
    private final CommandWindow window;
    private final ScsiNexus nexus;
    private int pending;

    TaskManagement(final IscsiConnection connection, final IscsiSession session, final TaskSet tasks) {
        this.connection = connection;
        this.session = session;
        this.tasks = tasks;
        this.window = connection.window();
        this.nexus = session.nexus();
    }

    /** Takes a task management PDU. */
    void request(final BasicHeaderSegment header) {
        final int tag = header.initiatorTaskTag();
        final long lun = header.lun();
        final int cmdSn = header.cmdSn();
        final int function = header.flags() & FUNCTION_MASK;
        if (pending >= MAX_PENDING) {
            respond(tag, REJECTED);
            return;
        }
        final Predicate<IscsiTask> earlier = task -> CommandWindow.before(task.cmdSn, cmdSn);
        final Predicate<IscsiTask> earlierOnUnit = task -> task.lun == lun && earlier.test(task);
        switch (function) {
            case ABORT_TASK -> abortTask(tag, header.referencedTaskTag(), header.refCmdSn(), cmdSn);
            case ABORT_TASK_SET, CLEAR_TASK_SET, LOGICAL_UNIT_RESET -> {
                if (!nexus.hasLogicalUnit(lun)) {
                    respond(tag, NO_SUCH_LUN);
                } else if (function == ABORT_TASK_SET) {
                    abort(tag, earlierOnUnit);
                } else {
                    final boolean reset = function == LOGICAL_UNIT_RESET;
                    abortForAll(tag, earlierOnUnit, task -> task.lun == lun, () -> {
                        if (reset) {
                            nexus.resetLogicalUnit(lun);
                        }
                    });
                }
            }
            case TARGET_WARM_RESET -> abortForAll(tag, earlier, task -> true, nexus::resetTarget);
            case TARGET_COLD_RESET -> abortForAll(tag, earlier, task -> true, this::resetCold);
            case TASK_REASSIGN -> respond(tag, REASSIGN_NOT_SUPPORTED);
            default -> respond(tag, NOT_SUPPORTED);
        }
    }

    private void abortTask(final int tag, final int referencedTag, final int refCmdSn, final int cmdSn) {
        final IscsiTask referenced = tasks.find(referencedTag);
        if (referenced != null) {
            abort(tag, task -> task == referenced);
        } else if (CommandWindow.before(refCmdSn, cmdSn) && window.accepts(refCmdSn)) {
            // It has not come yet and never shall (RFC 7143 §11.6.1).
            window.skip(refCmdSn);
            respond(tag, COMPLETE);
        } else {
            respond(tag, NO_SUCH_TASK);
        }
    }

    private void abort(final int tag, final Predicate<IscsiTask> affected) {
        pending++;
        tasks.abort(affected, () -> finish(tag));
    }

    /**
     * Aborts tasks of this session, waits for those of others, then acts and answers.
     *
     * @param ours tasks of this session
     * @param others tasks of the other sessions with this target
     */
    private void abortForAll(
            final int tag, final Predicate<IscsiTask> ours, final Predicate<IscsiTask> others, final Runnable action) {
        pending++;
        final List<IscsiSession> elsewhere =
                new ArrayList<>(connection.context().sessions().of(session.agreed().targetName));
        elsewhere.remove(session);
        final AtomicInteger waitingFor = new AtomicInteger(elsewhere.size() + 1);
        final Runnable oneQuiet = () -> {
            if (waitingFor.decrementAndGet() == 0) {
                connection.lane().execute(() -> {
                    if (connection.open()) {
                        action.run();
                    }
                    finish(tag);
                });
            }
        };
        tasks.abort(ours, oneQuiet);
        elsewhere.forEach(other -> other.connection().whenQuiet(others, oneQuiet));
    }

    /** All sessions of the target end (RFC 7143 §11.5.1), this one after its answer. */
    private void resetCold() {
        nexus.resetTarget();
        connection.context().sessions().of(session.agreed().targetName).forEach(each -> {
            if (each == session) {
                connection.lane().execute(() -> connection.closeAfterFlush("target cold reset"));
            } else {
                each.connection().closeFromAnywhere("target cold reset");
            }
        });
    }

    private void finish(final int tag) {
        pending--;
        respond(tag, COMPLETE);
    }

    private void respond(final int tag, final int response) {
        if (connection.open()) {
            connection.responses().taskManagement(tag, response);
            connection.flushSoon();
        }
    }
}
