package org.isobar.iscsi;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Collects the data-out of one connection's tasks: immediate, unsolicited and asked for by R2T (RFC 7143 §4.2.5.2, §11.7 and
 * §11.8). Everything must come exactly in order; what does not fails its task. Owned by the session's lane.
 *
 * <p>Tasks get their R2Ts one after the other and not all at once: so the data of a task arrive together, and it can go on
 * while they are still in the processor's caches. Asked for in turns, 32 writes of 1 MiB would pass through memory instead.
 */
final class DataOutReceiver {
    private static final int LATE_SLOTS = 64;
    /** Data asked for at a time: what a link of 10 Gbit/s carries in a round trip of 1.6 ms. */
    static final int OPEN_BYTES_MAX = 1 << 21;

    private final TaskSet tasks;
    private final IscsiConnection connection;
    private final SessionParameters agreed;
    private final TargetSettings settings;
    private final DataBudget budget;
    /** Tags of tasks that ended while data was still to come: such data is dropped silently. Round robin. */
    private final int[] lateTags = new int[LATE_SLOTS];

    private int lateCount;
    /** Tasks whose data are to be asked for, in this order. */
    private final Deque<IscsiTask> waiting = new ArrayDeque<>();
    /** Bytes asked for that have not arrived. */
    private int openBytes;
    /** Task and verdict of the data-out PDU that is coming in. */
    private IscsiTask current;

    private Sense fault;

    DataOutReceiver(final TaskSet tasks, final IscsiConnection connection) {
        this.tasks = tasks;
        this.connection = connection;
        this.agreed = connection.agreed();
        this.settings = connection.context().settings();
        this.budget = connection.context().budget();
    }

    IscsiConnection connection() {
        return connection;
    }

    /** The task ends, perhaps while a PDU for it is coming in: the rest of that goes nowhere. */
    void forget(final IscsiTask task) {
        if (current == task) {
            current = null;
            connection.reader().dropData();
        }
        if (task.awaitsTurn) {
            waiting.remove(task);
            task.awaitsTurn = false;
        }
        if (task.openBytes > 0) {
            openBytes -= task.openBytes;
            task.openBytes = 0;
            if (!waiting.isEmpty()) {
                // Later: those that wait may be about to be aborted as well.
                connection.lane().execute(this::askNext);
            }
        }
    }

    /** The header of a SCSI command is here: checks what unsolicited data it announces, and makes room. */
    void commandHeaderArrived(final IscsiTask task, final BasicHeaderSegment header) {
        final int immediateBytes = header.dataSegmentBytes();
        final boolean more = !header.isFinal();
        if (!task.writes || task.reads) {
            if (immediateBytes > 0 || more) {
                task.fail(Sense.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT);
            }
            task.unsolicitedOpen = more && task.writes;
            return;
        }
        task.unsolicitedOpen = more;
        if ((more && agreed.initialR2t)
                || (immediateBytes > 0 && !agreed.immediateData)
                || immediateBytes > Math.min(agreed.unsolicitedBytes(), task.expectedBytes)) {
            task.fail(Sense.UNEXPECTED_UNSOLICITED_DATA);
            return;
        }
        final int bufferBytes = (int) Math.min(task.expectedBytes, settings.maxTaskBytes());
        if (task.failure == null && (immediateBytes > 0 || more) && bufferBytes > 0) {
            if (!task.allocateOut(bufferBytes, budget)) {
                task.fail(Sense.TASK_SET_FULL);
            } else if (immediateBytes > 0) {
                connection.reader().receiveInto(task.outBuffer(), 0);
            }
        }
    }

    /** The whole SCSI command is here. */
    void commandArrived(final IscsiTask task, final BasicHeaderSegment header, final boolean dataIntact) {
        if (!dataIntact) {
            task.fail(Sense.PROTOCOL_SERVICE_CRC_ERROR);
        }
        task.receivedBytes = header.dataSegmentBytes();
    }

    /** The header of a data-out PDU is here. */
    void headerArrived(final BasicHeaderSegment header) {
        final IscsiTask task = tasks.find(header.initiatorTaskTag());
        // Data comes over the connection of its command, or it belongs to nothing (RFC 7143 §4.2.2.1).
        current = task == null || task.connection != connection ? null : task;
        if (current == null) {
            return;
        }
        fault = header.targetTransferTag() == BasicHeaderSegment.NO_TAG
                ? checkUnsolicited(current, header)
                : checkSolicited(current, header);
        if (fault == null && current.failure == null && current.outBuffer() != null) {
            connection.reader().receiveInto(current.outBuffer(), current.receivedBytes);
        }
    }

    /** The whole data-out PDU is here. */
    void arrived(final BasicHeaderSegment header, final boolean dataIntact) {
        final IscsiTask task = current;
        current = null;
        if (task == null) {
            arrivedForUnknown(header);
            return;
        }
        if (!dataIntact) {
            connection.responses().reject(RejectReason.DATA_DIGEST_ERROR, header);
            connection.flushSoon();
            task.fail(Sense.PROTOCOL_SERVICE_CRC_ERROR);
        }
        final boolean unsolicited = header.targetTransferTag() == BasicHeaderSegment.NO_TAG;
        if (fault != null) {
            task.fail(fault);
        } else {
            final int length = header.dataSegmentBytes();
            task.receivedBytes += length;
            if (unsolicited) {
                task.unsolicitedDataSn++;
            } else {
                task.r2ts.arrived(length);
            }
        }
        if (header.isFinal()) {
            if (unsolicited) {
                task.unsolicitedOpen = false;
            } else if (task.r2ts.count() > 0) {
                task.r2ts.remove();
            }
        }
        count(task);
        proceed(task);
        askNext();
    }

    /** The logical unit wants {@link IscsiTask#neededBytes}. */
    void wanted(final IscsiTask task) {
        if (task.neededBytes > settings.maxTaskBytes()) {
            task.fail(Sense.INVALID_FIELD_IN_CDB);
        } else if (task.failure == null
                && task.neededBytes > 0
                && task.outBuffer() == null
                && !task.allocateOut(task.neededBytes, budget)) {
            task.fail(Sense.TASK_SET_FULL);
        }
        proceed(task);
    }

    /** A task with this tag ended although the initiator may still send data for it. */
    void expectLate(final int initiatorTaskTag) {
        lateTags[lateCount % LATE_SLOTS] = initiatorTaskTag;
        // Stays between LATE_SLOTS and twice that once the table is full, so that it never overflows.
        lateCount = lateCount + 1 < 2 * LATE_SLOTS ? lateCount + 1 : LATE_SLOTS;
    }

    private void proceed(final IscsiTask task) {
        if (task.failure != null) {
            if (task.stage == IscsiTask.Stage.WANTS_DATA) {
                task.stage = IscsiTask.Stage.ENDED;
            }
        } else if (task.stage == IscsiTask.Stage.WANTS_DATA && !task.unsolicitedOpen) {
            if (task.receivedBytes < task.neededBytes) {
                askForData(task);
            } else if (task.r2ts.count() == 0) {
                tasks.dataArrived(task);
            }
            return;
        }
        if (task.stage == IscsiTask.Stage.ENDED) {
            tasks.answerWhenQuiet(task);
        }
    }

    /** A task whose data have begun to come stays first in line. */
    private void askForData(final IscsiTask task) {
        if (task.awaitsTurn) {
            return;
        }
        if (openBytes >= OPEN_BYTES_MAX) {
            task.awaitsTurn = true;
            if (task.r2tSn > 0) {
                waiting.addFirst(task);
            } else {
                waiting.add(task);
            }
            return;
        }
        ask(task);
    }

    private void askNext() {
        while (openBytes < OPEN_BYTES_MAX && !waiting.isEmpty()) {
            final IscsiTask task = waiting.poll();
            task.awaitsTurn = false;
            ask(task);
        }
    }

    private void ask(final IscsiTask task) {
        if (task.r2tSn == 0) {
            task.solicitedBytes = task.receivedBytes;
        }
        while (task.r2ts.count() < agreed.maxOutstandingR2t && task.solicitedBytes < task.neededBytes) {
            final int length = Math.min(agreed.maxBurstBytes, task.neededBytes - task.solicitedBytes);
            final int transferTag = connection.nextTransferTag();
            task.r2ts.add(transferTag, task.solicitedBytes, length);
            connection.responses().readyToTransfer(task, transferTag, task.r2tSn, task.solicitedBytes, length);
            task.r2tSn++;
            task.solicitedBytes += length;
        }
        count(task);
        connection.flushSoon();
    }

    private void count(final IscsiTask task) {
        openBytes += task.r2ts.openBytes() - task.openBytes;
        task.openBytes = task.r2ts.openBytes();
    }

    private Sense checkUnsolicited(final IscsiTask task, final BasicHeaderSegment header) {
        if (!task.unsolicitedOpen) {
            return Sense.UNEXPECTED_UNSOLICITED_DATA;
        }
        if (header.dataSn() != task.unsolicitedDataSn) {
            return Sense.DATA_PHASE_ERROR;
        }
        if (header.bufferOffset() != task.receivedBytes) {
            return Sense.DATA_OFFSET_ERROR;
        }
        final long endBytes = (long) task.receivedBytes + header.dataSegmentBytes();
        return endBytes > Math.min(agreed.unsolicitedBytes(), task.expectedBytes)
                ? Sense.UNEXPECTED_UNSOLICITED_DATA
                : null;
    }

    private static Sense checkSolicited(final IscsiTask task, final BasicHeaderSegment header) {
        final R2tQueue r2ts = task.r2ts;
        if (r2ts.count() == 0
                || header.targetTransferTag() != r2ts.transferTag()
                || header.dataSn() != r2ts.nextDataSn()) {
            return Sense.DATA_PHASE_ERROR;
        }
        if (header.bufferOffset() != r2ts.nextOffset()) {
            return Sense.DATA_OFFSET_ERROR;
        }
        final int length = header.dataSegmentBytes();
        final boolean complete = length == r2ts.missingBytes();
        return length > r2ts.missingBytes() || (header.isFinal() && !complete) ? Sense.INCORRECT_AMOUNT_OF_DATA : null;
    }

    private void arrivedForUnknown(final BasicHeaderSegment header) {
        if (header.targetTransferTag() == BasicHeaderSegment.NO_TAG) {
            // Belongs to a command that was rejected or ignored, and shares its fate.
            return;
        }
        for (int i = 0; i < Math.min(lateCount, LATE_SLOTS); i++) {
            if (lateTags[i] == header.initiatorTaskTag()) {
                return;
            }
        }
        connection.responses().reject(RejectReason.INVALID_PDU_FIELD, header);
        connection.flushSoon();
    }
}
