package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.isobar.common.Check;
import org.isobar.common.kernel.Crc32c;

/** Takes apart what the target sends and holds it to RFC 7143, whatever the initiator sent before. */
final class FuzzStreamIn {
    private static final Set<Integer> OPCODES = Set.of(
            Opcode.NOP_IN,
            Opcode.SCSI_RESPONSE,
            Opcode.TASK_MANAGEMENT_RESPONSE,
            Opcode.LOGIN_RESPONSE,
            Opcode.TEXT_RESPONSE,
            Opcode.DATA_IN,
            Opcode.LOGOUT_RESPONSE,
            Opcode.R2T,
            Opcode.ASYNC_MESSAGE,
            Opcode.REJECT);
    private static final int STATUS_IN_DATA = 0x01;
    private static final int DIGEST_BYTES = 4;

    /** An R2T that was not answered by this harness yet. */
    record Request(int tag, int transferTag, int offset, int lengthBytes) {}

    private final FuzzStreamOut sent;
    private final int maxTasks;
    private final ByteBuf stream = Unpooled.buffer();
    private final Queue<Request> requests = new ArrayDeque<>();
    private final Queue<Pdu> pdus = new ArrayDeque<>();
    private final Map<Integer, Integer> answers = new HashMap<>();
    private final Map<Integer, int[]> reads = new HashMap<>();
    private boolean headerDigest;
    private boolean dataDigest;
    private int maxSegmentBytes = 8192;
    private int maxBurstBytes = 262_144;
    private boolean numbered;
    private int nextStatSn;
    private int expCmdSn;
    private int maxCmdSn;
    private boolean rejected;

    FuzzStreamIn(final FuzzStreamOut sent, final int maxTasks) {
        this.sent = sent;
        this.maxTasks = maxTasks;
    }

    /** Login is over: takes what was agreed on. */
    void agree(final SessionParameters agreed) {
        headerDigest = agreed.headerDigest;
        dataDigest = agreed.dataDigest;
        maxSegmentBytes = agreed.initiatorSegmentBytes;
        maxBurstBytes = agreed.maxBurstBytes;
    }

    int expCmdSn() {
        return expCmdSn;
    }

    int maxCmdSn() {
        return maxCmdSn;
    }

    /** Whether the target has rejected anything. */
    boolean rejected() {
        return rejected;
    }

    /** The next PDU that was received, or null. */
    Pdu next() {
        return pdus.poll();
    }

    /** The oldest R2T that was not taken yet, or null. */
    Request takeRequest() {
        return requests.poll();
    }

    void received(final ByteBuf bytes) {
        stream.writeBytes(bytes);
        while (takePdu()) {
            stream.discardReadBytes();
        }
    }

    /** The target has closed; it must not have stopped within a PDU. */
    void closed() {
        Check.that(!stream.isReadable(), "the target closed in the middle of a PDU");
    }

    private boolean takePdu() {
        if (stream.readableBytes() < BasicHeaderSegment.BYTES) {
            return false;
        }
        final int at = stream.readerIndex();
        Check.that(stream.getByte(at + 4) == 0, "additional header from the target");
        final int dataBytes = stream.getUnsignedMedium(at + 5);
        final int padded = dataBytes + 3 & ~3;
        final int dataAt = BasicHeaderSegment.BYTES + (headerDigest ? DIGEST_BYTES : 0);
        final int length = dataAt + padded + (dataDigest && dataBytes > 0 ? DIGEST_BYTES : 0);
        if (stream.readableBytes() < length) {
            return false;
        }
        if (headerDigest) {
            checkDigest(at, BasicHeaderSegment.BYTES);
        }
        if (dataDigest && dataBytes > 0) {
            checkDigest(at + dataAt, padded);
        }
        final Pdu pdu = new Pdu();
        stream.getBytes(at, pdu.header.array());
        pdu.data = new byte[dataBytes];
        stream.getBytes(at + dataAt, pdu.data);
        stream.skipBytes(length);
        check(pdu);
        pdus.add(pdu);
        return true;
    }

    private void checkDigest(final int at, final int lengthBytes) {
        Check.that(new Crc32c().of(stream, at, lengthBytes) == stream.getIntLE(at + lengthBytes), "digest of target");
    }

    private void check(final Pdu pdu) {
        must(OPCODES.contains(pdu.opcode()), "opcode of the target", pdu);
        must(pdu.data.length <= maxSegmentBytes, "data segment longer than declared", pdu);
        checkNumbers(pdu);
        switch (pdu.opcode()) {
            case Opcode.SCSI_RESPONSE -> {
                answered(pdu);
                checkSense(pdu);
            }
            case Opcode.DATA_IN -> checkDataIn(pdu);
            case Opcode.R2T -> checkRequest(pdu);
            case Opcode.REJECT -> {
                rejected = true;
                must(pdu.data.length == BasicHeaderSegment.BYTES && pdu.response() != 0, "reject", pdu);
            }
            default -> {}
        }
    }

    private void checkNumbers(final Pdu pdu) {
        final boolean withoutStatus = pdu.opcode() == Opcode.DATA_IN && (pdu.flags() & STATUS_IN_DATA) == 0;
        if (!withoutStatus) {
            must(!numbered || pdu.statSn() == nextStatSn, "StatSN", pdu);
            final boolean keeps = pdu.opcode() == Opcode.R2T
                    || (pdu.opcode() == Opcode.NOP_IN && pdu.tag() == BasicHeaderSegment.NO_TAG);
            nextStatSn = pdu.statSn() + (keeps ? 0 : 1);
        }
        must(!numbered || pdu.expCmdSn() - expCmdSn >= 0, "ExpCmdSN goes back", pdu);
        must(!numbered || pdu.maxCmdSn() - maxCmdSn >= 0, "MaxCmdSN goes back", pdu);
        numbered = true;
        expCmdSn = pdu.expCmdSn();
        maxCmdSn = pdu.maxCmdSn();
        must(maxCmdSn - expCmdSn >= -1 && maxCmdSn - expCmdSn < maxTasks, "command window", pdu);
    }

    private void answered(final Pdu pdu) {
        final int count = answers.merge(pdu.tag(), 1, Integer::sum);
        must(count <= sent.commands(pdu.tag()), "more answers than commands", pdu);
        reads.remove(pdu.tag());
    }

    private static void checkSense(final Pdu pdu) {
        must((pdu.flags() & 0x06) != 0x06, "both overflow and underflow", pdu);
        if (pdu.status() == 2) {
            must(pdu.data.length > 2 + 8, "no sense data", pdu);
            final int senseBytes = (pdu.data[0] & 0xFF) << 8 | (pdu.data[1] & 0xFF);
            must(pdu.data.length == 2 + senseBytes, "sense length", pdu);
            must(pdu.data[2] == 0x70 && senseBytes == 8 + (pdu.data[9] & 0xFF), "sense data", pdu);
        } else {
            must(pdu.data.length == 0, "data without a check condition", pdu);
        }
    }

    private void checkDataIn(final Pdu pdu) {
        final int[] progress = reads.computeIfAbsent(pdu.tag(), tag -> new int[2]);
        must(pdu.dataSn() == progress[0]++, "DataSN", pdu);
        must(pdu.bufferOffset() == progress[1], "buffer offset", pdu);
        progress[1] += pdu.data.length;
        must(progress[1] <= sent.expectedBytes(pdu.tag()), "more data than expected", pdu);
        if ((pdu.flags() & STATUS_IN_DATA) != 0) {
            must(pdu.isFinal(), "status before the end", pdu);
            answered(pdu);
        }
    }

    private void checkRequest(final Pdu pdu) {
        final int length = pdu.residual();
        final long end = (long) pdu.bufferOffset() + length;
        must(pdu.transferTag() != BasicHeaderSegment.NO_TAG, "transfer tag", pdu);
        must(length > 0 && length <= maxBurstBytes, "burst", pdu);
        must(end <= sent.expectedBytes(pdu.tag()), "asks for more than the initiator has", pdu);
        requests.add(new Request(pdu.tag(), pdu.transferTag(), pdu.bufferOffset(), length));
    }

    private static void must(final boolean condition, final String what, final Pdu pdu) {
        if (!condition) {
            throw new AssertionError(what + ": " + pdu);
        }
    }
}
