package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isobar.common.lane.Lane;

/** Full-feature phase of one connection (RFC 7143 §4.3): takes the initiator's PDUs apart and hands them on. */
final class FullFeaturePhase implements IscsiConnection.Phase {
    private static final int MAX_IMMEDIATE_TASKS = 16;
    /** Data of a request that waits for its turn. */
    private static final int MAX_WAITING_DATA_BYTES = 8192;
    /** Shortest time between two looks at whether the answers are fetched. */
    private static final int MIN_FETCH_MS = 100;

    private static final int LOGOUT_CLOSE_SESSION = 0;
    private static final int LOGOUT_CLOSE_CONNECTION = 1;
    private static final int LOGOUT_REMOVE_FOR_RECOVERY = 2;
    private static final int LOGOUT_DONE = 0;
    private static final int LOGOUT_NO_SUCH_CONNECTION = 1;
    private static final int LOGOUT_RECOVERY_NOT_SUPPORTED = 2;

    private final IscsiConnection connection;
    private final IscsiSession session;
    private final CommandWindow window;
    private final ResponseWriter responses;
    private final TextExchange text;
    /** Null in a discovery session. */
    private final TaskSet tasks;

    private final TaskManagement taskManagement;
    /** Null in a discovery session. */
    private final DataOutReceiver dataOut;

    private Lane.Timer pingTimer;
    private Lane.Timer logoutTimer;
    private Lane.Timer fetchTimer;
    private boolean pinged;

    /** The task whose command PDU is coming in, or null. */
    private IscsiTask arriving;
    /** Why the command PDU that is coming in is rejected, 0 for not at all. */
    private int rejectReason;
    /** Data of the NOP or text request that is coming in. */
    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;

    FullFeaturePhase(final IscsiConnection connection, final IscsiSession session) {
        this.connection = connection;
        this.session = session;
        window = connection.window();
        responses = connection.responses();
        text = new TextExchange(connection, connection.agreed());
        tasks = session.tasks();
        taskManagement = session.taskManagement();
        dataOut = tasks == null ? null : new DataOutReceiver(tasks, connection);
        schedulePing(connection.context().settings().pingIntervalMs());
    }

    @Override
    public void headerArrived(final BasicHeaderSegment header) {
        if (connection.loggingOut()) {
            return;
        }
        switch (header.opcode()) {
            case Opcode.SCSI_COMMAND -> commandHeaderArrived(header);
            case Opcode.DATA_OUT -> {
                if (dataOut != null) {
                    dataOut.headerArrived(header);
                }
            }
            case Opcode.NOP_OUT, Opcode.TEXT -> {
                if (header.dataSegmentBytes() > 0) {
                    gathered = connection.allocate(header.dataSegmentBytes());
                    gathered.writerIndex(gathered.capacity());
                    connection.reader().receiveInto(gathered, 0);
                }
            }
            default -> {}
        }
    }

    @Override
    public void pduArrived(final BasicHeaderSegment header, final boolean dataIntact) {
        if (connection.loggingOut()) {
            // Nothing may come after a logout request (RFC 7143 §11.14); what does is not executed.
            commandDropped();
            releaseGathered();
            return;
        }
        switch (header.opcode()) {
            case Opcode.SCSI_COMMAND -> commandArrived(header, dataIntact);
            case Opcode.DATA_OUT -> {
                if (dataOut == null) {
                    reject(RejectReason.PROTOCOL_ERROR, header);
                } else {
                    dataOut.arrived(header, dataIntact);
                }
            }
            case Opcode.NOP_OUT -> {
                if (header.initiatorTaskTag() == BasicHeaderSegment.NO_TAG) {
                    // Answer to a ping of ours, or nothing but an acknowledgement: having heard it is all.
                    releaseGathered();
                } else {
                    requestArrived(header, dataIntact);
                }
            }
            case Opcode.TEXT, Opcode.LOGOUT -> requestArrived(header, dataIntact);
            case Opcode.TASK_MANAGEMENT -> {
                if (tasks == null) {
                    reject(RejectReason.COMMAND_NOT_SUPPORTED, header);
                } else {
                    requestArrived(header, dataIntact);
                }
            }
            case Opcode.SNACK -> reject(RejectReason.SNACK_REJECT, header);
            case Opcode.LOGIN -> reject(RejectReason.PROTOCOL_ERROR, header);
            default -> reject(RejectReason.COMMAND_NOT_SUPPORTED, header);
        }
    }

    @Override
    public void oversized(final BasicHeaderSegment header) {
        responses.reject(RejectReason.PROTOCOL_ERROR, header);
        connection.closeAfterFlush("data segment too long");
    }

    @Override
    public void requestLogout(final int waitMs) {
        if (logoutTimer != null) {
            return;
        }
        responses.requestLogout((int) Math.min(0xFFFF, TimeUnit.MILLISECONDS.toSeconds(waitMs + 999L)));
        connection.flushSoon();
        logoutTimer = connection.lane().schedule(this::logoutOverdue, TimeUnit.MILLISECONDS.toNanos(waitMs));
    }

    private void logoutOverdue() {
        connection.dropSession("no logout in time");
    }

    /** Tasks that wait for their answers' turn would keep the session for ever when nobody fetches any. */
    @Override
    public void logoutBegun() {
        final int waitMs =
                Math.max(MIN_FETCH_MS, connection.context().settings().logoutWaitMs());
        fetchTimer = connection.lane().schedule(this::closeUnlessFetching, TimeUnit.MILLISECONDS.toNanos(waitMs));
    }

    private void closeUnlessFetching() {
        if (connection.writable()) {
            // The logical unit takes its time; that is no fault of the initiator.
            logoutBegun();
        } else {
            connection.close("answers not fetched after logout");
        }
    }

    @Override
    public void writable() {
        if (tasks != null) {
            tasks.wakeDormant();
        }
    }

    @Override
    public void disconnected() {
        if (pingTimer != null) {
            pingTimer.cancel();
        }
        if (logoutTimer != null) {
            logoutTimer.cancel();
        }
        if (fetchTimer != null) {
            fetchTimer.cancel();
        }
        commandDropped();
        releaseGathered();
        session.left(connection);
    }

    /** The rest of a command PDU that was coming in does not count any more. */
    private void commandDropped() {
        if (arriving != null) {
            arriving.comingIn = false;
            tasks.discardArrived(arriving);
            arriving = null;
        }
    }

    private void commandHeaderArrived(final BasicHeaderSegment header) {
        arriving = null;
        rejectReason = 0;
        if (!header.immediate() && !window.accepts(header.cmdSn())) {
            return;
        }
        final int tag = header.initiatorTaskTag();
        if (tasks == null) {
            rejectReason = RejectReason.COMMAND_NOT_SUPPORTED;
        } else if (tag == BasicHeaderSegment.NO_TAG || !ScsiCommandFields.wellFormed(header)) {
            rejectReason = RejectReason.INVALID_PDU_FIELD;
        } else if (tasks.find(tag) != null) {
            rejectReason = RejectReason.TASK_IN_PROGRESS;
        } else if (header.immediate() && tasks.immediateTasks() >= MAX_IMMEDIATE_TASKS) {
            rejectReason = RejectReason.TOO_MANY_IMMEDIATE_COMMANDS;
        } else {
            arriving = tasks.open(dataOut, tag, header.immediate());
            ScsiCommandFields.read(header, arriving);
            dataOut.commandHeaderArrived(arriving, header);
        }
    }

    private void commandArrived(final BasicHeaderSegment header, final boolean dataIntact) {
        final IscsiTask task = arriving;
        arriving = null;
        if (task == null) {
            if (rejectReason != 0) {
                reject(rejectReason, header);
                if (!header.immediate()) {
                    window.skip(header.cmdSn());
                }
            }
            return;
        }
        task.comingIn = false;
        if (task.suppressed) {
            tasks.discardArrived(task);
            return;
        }
        if (!dataIntact) {
            // Without recovery (ErrorRecoveryLevel=0) nobody sends the command again: it counts as received and fails.
            reject(RejectReason.DATA_DIGEST_ERROR, header);
        }
        dataOut.commandArrived(task, header, dataIntact);
        if (task.immediate) {
            task.deliver();
        } else {
            window.arrived(task.cmdSn, task);
        }
    }

    private void requestArrived(final BasicHeaderSegment header, final boolean dataIntact) {
        final int cmdSn = header.cmdSn();
        if (!header.immediate() && !window.accepts(cmdSn)) {
            releaseGathered();
            return;
        }
        if (!dataIntact) {
            reject(RejectReason.DATA_DIGEST_ERROR, header);
            releaseGathered();
            if (!header.immediate()) {
                window.skip(cmdSn);
            }
        } else if (header.immediate()) {
            perform(header, gathered);
            releaseGathered();
        } else if (cmdSn == window.expectedCmdSn()) {
            final ByteBuf data = gathered;
            gathered = Unpooled.EMPTY_BUFFER;
            window.arrived(cmdSn, () -> performAndRelease(header, data));
        } else if (gathered.readableBytes() > MAX_WAITING_DATA_BYTES) {
            reject(RejectReason.PROTOCOL_ERROR, header);
            releaseGathered();
        } else {
            final ByteBuf copy = Unpooled.buffer(BasicHeaderSegment.BYTES)
                    .writeBytes(header.buffer(), header.offset(), BasicHeaderSegment.BYTES);
            final ByteBuf data = Unpooled.copiedBuffer(gathered);
            releaseGathered();
            window.arrived(cmdSn, () -> performAndRelease(new BasicHeaderSegment().wrap(copy, 0), data));
        }
    }

    private void performAndRelease(final BasicHeaderSegment header, final ByteBuf data) {
        window.ended();
        try {
            perform(header, data);
        } finally {
            data.release();
        }
    }

    private void perform(final BasicHeaderSegment header, final ByteBuf data) {
        if (!connection.open()) {
            return;
        }
        switch (header.opcode()) {
            case Opcode.NOP_OUT -> {
                final int length = Math.min(data.readableBytes(), session.agreed().initiatorSegmentBytes);
                responses.pong(header.initiatorTaskTag(), data, length);
            }
            case Opcode.TEXT -> text.request(header, data);
            case Opcode.TASK_MANAGEMENT -> taskManagement.request(connection, header);
            default -> logout(header);
        }
        connection.flushSoon();
    }

    private void logout(final BasicHeaderSegment header) {
        final int reason = header.flags() & ~BasicHeaderSegment.FINAL;
        final int tag = header.initiatorTaskTag();
        switch (reason) {
            case LOGOUT_CLOSE_SESSION -> logout(session.connections(), tag);
            case LOGOUT_CLOSE_CONNECTION -> {
                final IscsiConnection leaving = session.connection(header.connectionId());
                if (leaving == null) {
                    responses.logout(tag, LOGOUT_NO_SUCH_CONNECTION);
                } else {
                    logout(List.of(leaving), tag);
                }
            }
            case LOGOUT_REMOVE_FOR_RECOVERY -> responses.logout(tag, LOGOUT_RECOVERY_NOT_SUPPORTED);
            default -> reject(RejectReason.INVALID_PDU_FIELD, header);
        }
    }

    /** Ends connections once their tasks have ended as far as they can; the answer goes out over this one. */
    private void logout(final List<IscsiConnection> ending, final int initiatorTaskTag) {
        final List<IscsiConnection> leaving = List.copyOf(ending);
        leaving.forEach(IscsiConnection::beginLogout);
        if (tasks == null) {
            loggedOut(leaving, initiatorTaskTag);
        } else {
            tasks.finish(task -> leaving.contains(task.connection), () -> loggedOut(leaving, initiatorTaskTag));
        }
    }

    private void loggedOut(final List<IscsiConnection> leaving, final int initiatorTaskTag) {
        for (final IscsiConnection other : leaving) {
            if (other != connection) {
                other.closeAfterFlush("logout");
            }
        }
        if (connection.open()) {
            responses.logout(initiatorTaskTag, LOGOUT_DONE);
            connection.flushSoon();
            if (leaving.contains(connection)) {
                connection.closeAfterFlush("logout");
            }
        }
    }

    private void reject(final int reason, final BasicHeaderSegment header) {
        responses.reject(reason, header);
        connection.flushSoon();
    }

    private void releaseGathered() {
        gathered.release();
        gathered = Unpooled.EMPTY_BUFFER;
    }

    private void schedulePing(final int afterMs) {
        if (connection.context().settings().pingIntervalMs() > 0) {
            pingTimer = connection.lane().schedule(this::pingOrClose, TimeUnit.MILLISECONDS.toNanos(afterMs));
        }
    }

    private void pingOrClose() {
        if (!connection.open()) {
            return;
        }
        final TargetSettings settings = connection.context().settings();
        if (connection.takeHeard()) {
            pinged = false;
            schedulePing(settings.pingIntervalMs());
        } else if (pinged) {
            connection.close("no answer to ping");
        } else {
            pinged = true;
            responses.ping(connection.nextTransferTag());
            connection.flushSoon();
            schedulePing(settings.pingTimeoutMs());
        }
    }
}
