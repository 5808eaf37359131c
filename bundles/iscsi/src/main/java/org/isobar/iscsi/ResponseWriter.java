package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;

/** Writes the target's PDUs and numbers them: StatSN, and the CmdSN window as it is now (RFC 7143 §4.2.2). */
final class ResponseWriter {
    private static final int STATUS_IN_DATA = 0x01;
    private static final int UNDERFLOW = 0x02;
    private static final int OVERFLOW = 0x04;

    private static final int TRANSIT = 0x80;
    private static final int CONTINUE = 0x40;

    private static final int EVENT_LOGOUT_REQUESTED = 1;
    private static final int EVENT_CONNECTION_DROPPED = 2;
    private static final int EVENT_SESSION_DROPPED = 3;

    private final PduWriter out;
    private CommandWindow window;
    private int statSn = 1;

    ResponseWriter(final PduWriter out, final CommandWindow window) {
        this.out = out;
        this.window = window;
    }

    /** The connection joins a session: from now on its window is shown. */
    void window(final CommandWindow ofSession) {
        window = ofSession;
    }

    /** Login answer (RFC 7143 §11.13); {@code stageFlags} are the T, C, CSG and NSG bits. */
    void login(
            final int initiatorTaskTag,
            final int stageFlags,
            final long isid,
            final int tsih,
            final int status,
            final byte[] text) {
        numbered(out.begin(Opcode.LOGIN_RESPONSE, stageFlags))
                .isidAndTsih(isid, tsih)
                .initiatorTaskTag(initiatorTaskTag)
                .loginStatus(status);
        out.end(text);
    }

    /** Text answer (RFC 7143 §11.11). */
    void text(
            final int initiatorTaskTag,
            final int transferTag,
            final boolean complete,
            final boolean continues,
            final ByteBuf text) {
        final int flags = (complete ? BasicHeaderSegment.FINAL : 0) | (continues ? CONTINUE : 0);
        numbered(out.begin(Opcode.TEXT_RESPONSE, flags))
                .initiatorTaskTag(initiatorTaskTag)
                .targetTransferTag(transferTag);
        out.end(text, text.readerIndex(), text.readableBytes());
    }

    /** Data-in in as many PDUs as it takes; the last one carries status GOOD when {@code withStatus}. */
    int dataIn(final IscsiTask task, final int lengthBytes, final SessionParameters agreed, final boolean withStatus) {
        final ByteBuf data = task.dataIn;
        int dataSn = 0;
        int at = 0;
        int burstLeft = agreed.maxBurstBytes;
        while (at < lengthBytes) {
            final int length = Math.min(Math.min(lengthBytes - at, agreed.initiatorSegmentBytes), burstLeft);
            final boolean last = at + length == lengthBytes;
            burstLeft -= length;
            final int flags = last || burstLeft == 0 ? BasicHeaderSegment.FINAL : 0;
            final BasicHeaderSegment header;
            if (last && withStatus) {
                final long residual = task.residualBytes();
                header = numbered(out.begin(Opcode.DATA_IN, flags | STATUS_IN_DATA | residualFlag(residual)));
                header.residual((int) Math.abs(residual)).status(task.status);
            } else {
                header = out.begin(Opcode.DATA_IN, flags).sequence(0, window.expectedCmdSn(), window.maxCmdSn());
            }
            header.initiatorTaskTag(task.initiatorTaskTag)
                    .targetTransferTag(BasicHeaderSegment.NO_TAG)
                    .dataSn(dataSn)
                    .bufferOffset(at);
            out.end(data, at, length);
            dataSn++;
            at += length;
            burstLeft = burstLeft == 0 ? agreed.maxBurstBytes : burstLeft;
        }
        return dataSn;
    }

    /** SCSI response with status and sense (RFC 7143 §11.4). */
    void scsiResponse(final IscsiTask task, final int expDataSn) {
        final long residual = task.residualBytes();
        numbered(out.begin(Opcode.SCSI_RESPONSE, BasicHeaderSegment.FINAL | residualFlag(residual)))
                .status(task.status)
                .initiatorTaskTag(task.initiatorTaskTag)
                .dataSn(expDataSn)
                .residual((int) Math.abs(residual));
        if (task.senseBytes > 0) {
            out.endCounted(task.sense, task.senseBytes);
        } else {
            out.end();
        }
    }

    /** Ready to transfer (RFC 7143 §11.8). */
    void readyToTransfer(
            final IscsiTask task, final int transferTag, final int sequence, final int offset, final int lengthBytes) {
        current(out.begin(Opcode.R2T, BasicHeaderSegment.FINAL))
                .lun(task.lun)
                .initiatorTaskTag(task.initiatorTaskTag)
                .targetTransferTag(transferTag)
                .dataSn(sequence)
                .bufferOffset(offset)
                .residual(lengthBytes);
        out.end();
    }

    /** Answer to a ping (RFC 7143 §11.19). */
    void pong(final int initiatorTaskTag, final ByteBuf data, final int lengthBytes) {
        numbered(out.begin(Opcode.NOP_IN, BasicHeaderSegment.FINAL))
                .initiatorTaskTag(initiatorTaskTag)
                .targetTransferTag(BasicHeaderSegment.NO_TAG);
        out.end(data, 0, lengthBytes);
    }

    /** A ping of our own. */
    void ping(final int transferTag) {
        current(out.begin(Opcode.NOP_IN, BasicHeaderSegment.FINAL))
                .initiatorTaskTag(BasicHeaderSegment.NO_TAG)
                .targetTransferTag(transferTag);
        out.end();
    }

    /** Task management response (RFC 7143 §11.6). */
    void taskManagement(final int initiatorTaskTag, final int response) {
        numbered(out.begin(Opcode.TASK_MANAGEMENT_RESPONSE, BasicHeaderSegment.FINAL))
                .response(response)
                .initiatorTaskTag(initiatorTaskTag);
        out.end();
    }

    /** Logout response (RFC 7143 §11.15). */
    void logout(final int initiatorTaskTag, final int response) {
        numbered(out.begin(Opcode.LOGOUT_RESPONSE, BasicHeaderSegment.FINAL))
                .response(response)
                .initiatorTaskTag(initiatorTaskTag)
                .timeToWaitAndRetain(0, 0);
        out.end();
    }

    /** Asks the initiator to log out within some seconds (RFC 7143 §11.9.1, event 1). */
    void requestLogout(final int seconds) {
        asyncMessage(EVENT_LOGOUT_REQUESTED, 0, 0, seconds);
    }

    /** Tells that another connection of the session was dropped (event 2). */
    void connectionDropped(final int connectionId) {
        asyncMessage(EVENT_CONNECTION_DROPPED, connectionId, Negotiation.DEFAULT_TIME_TO_WAIT_SECONDS, 0);
    }

    /** Tells that all connections of the session are dropped (event 3). */
    void sessionDropped() {
        asyncMessage(EVENT_SESSION_DROPPED, 0, Negotiation.DEFAULT_TIME_TO_WAIT_SECONDS, 0);
    }

    private void asyncMessage(final int event, final int first, final int second, final int third) {
        numbered(out.begin(Opcode.ASYNC_MESSAGE, BasicHeaderSegment.FINAL))
                .initiatorTaskTag(BasicHeaderSegment.NO_TAG)
                .asyncEvent(event, first, second, third);
        out.end();
    }

    /** Sends the header of a PDU back (RFC 7143 §11.17). */
    void reject(final int reason, final BasicHeaderSegment rejected) {
        numbered(out.begin(Opcode.REJECT, BasicHeaderSegment.FINAL))
                .response(reason)
                .initiatorTaskTag(BasicHeaderSegment.NO_TAG);
        out.end(rejected.buffer(), rejected.offset(), BasicHeaderSegment.BYTES);
    }

    /** Flags of a login answer. */
    static int stageFlags(final boolean transit, final int currentStage, final int nextStage) {
        return (transit ? TRANSIT | nextStage : 0) | (currentStage << 2);
    }

    /** For PDUs that use up a status number. */
    private BasicHeaderSegment numbered(final BasicHeaderSegment header) {
        current(header);
        statSn++;
        return header;
    }

    /** For PDUs that only show the next status number. */
    private BasicHeaderSegment current(final BasicHeaderSegment header) {
        return header.sequence(statSn, window.expectedCmdSn(), window.maxCmdSn());
    }

    private static int residualFlag(final long residualBytes) {
        if (residualBytes == 0) {
            return 0;
        }
        return residualBytes > 0 ? UNDERFLOW : OVERFLOW;
    }
}
