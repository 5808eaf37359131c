package org.isobar.iscsi;

import java.util.Arrays;
import org.isobar.common.Check;
import org.isobar.testkit.fuzz.FuzzInput;
import org.isobar.testkit.fuzz.LiveBuffers;

/**
 * Fuzz target: what a logged-in initiator may send, with and without digests: PDUs of every kind with any fields, raw
 * bytes, broken digests; while tasks end late, answers are not fetched, or time passes.
 */
public final class PduStreamFuzz {
    private static final int MAX_STEPS = 48;
    private static final int[] SEGMENT_BYTES = {512, 600, 4096, 65_536};
    private static final int FIRST_CMD_SN = 100;
    private static final int TAGS = 8;
    /** Until the slowest task has ended. */
    private static final long LATE_NS = 10_000_000;

    private final FuzzInput input;
    private final FuzzMember member;
    private final FuzzConnection first;
    private final int tsih;
    private final boolean discovery;
    /** Of the session; null until it joins. */
    private FuzzConnection second;

    /** Where the next step goes. */
    private FuzzConnection connection;

    private int cmdSn = FIRST_CMD_SN;
    private boolean cut;

    private PduStreamFuzz(final byte[] data) {
        input = new FuzzInput(data);
        final int options = input.unsignedByte();
        final int more = input.unsignedByte();
        discovery = (options & 0x10) != 0;
        member = new FuzzMember(more & 0x0F, (options & 0x20) != 0, true, false);
        first = member.connect();
        connection = first;
        tsih = connection.login(
                1,
                FIRST_CMD_SN,
                discovery,
                "HeaderDigest=" + ((options & 0x01) != 0 ? "CRC32C" : "None"),
                "DataDigest=" + ((options & 0x02) != 0 ? "CRC32C" : "None"),
                "InitialR2T=" + ((options & 0x04) != 0 ? "No" : "Yes"),
                "ImmediateData=" + ((options & 0x08) != 0 ? "No" : "Yes"),
                "MaxOutstandingR2T=" + (1 + (more >> 6)),
                "MaxBurstLength=" + ((more & 0x20) != 0 ? 1024 : 65_536),
                "FirstBurstLength=" + ((more & 0x10) != 0 ? 512 : 2048),
                "MaxConnections=2",
                "MaxRecvDataSegmentLength=" + SEGMENT_BYTES[options >> 6]);
    }

    /** Runs one input. */
    public static void fuzzerTestOneInput(final byte[] data) {
        LiveBuffers.install();
        new PduStreamFuzz(data).run();
    }

    private void run() {
        for (int steps = 0; steps < MAX_STEPS && input.more() && connection.open(); steps++) {
            final int kind = input.unsignedByte();
            step(kind & 0x1F);
            if ((kind & 0x80) == 0) {
                member.settle();
            } else {
                member.pass((kind & 0x60) << 4);
            }
        }
        assertServed(first);
        if (second != null) {
            assertServed(second);
        }
        member.end();
    }

    private void assertServed(final FuzzConnection each) {
        each.goOn();
        member.disk.release();
        member.pass(LATE_NS);
        if (each.open() && each.out.atBoundary() && !cut) {
            each.assertServed(discovery);
        }
    }

    private void step(final int kind) {
        switch (kind) {
            case 0 -> connection.send(input.upTo(input.unsignedByte()));
            case 1 -> rawHeader();
            case 2, 3 -> command(false);
            case 4 -> command(true);
            case 5 -> dataOut();
            case 6, 7 -> answerRequest();
            case 8 ->
                connection.send(numbered(new Pdu(Opcode.NOP_OUT, Pdu.FINAL)
                                .with(16, tag())
                                .with(20, -1))
                        .data(data()));
            case 9 ->
                connection.send(numbered(new Pdu(Opcode.TEXT, input.unsignedByte()).with(16, tag()))
                        .with(20, transferTag())
                        .data(input.upTo(input.unsignedByte())));
            case 10 -> taskManagement();
            case 11 ->
                connection.send(numbered(new Pdu(Opcode.LOGOUT, input.unsignedByte()).with(16, tag()))
                        .with(20, input.unsignedByte() << 16));
            case 12 -> member.pass(input.unsignedByte() * 100_000_000L);
            case 13 -> member.disk.release();
            case 14 -> connection.stall();
            case 15 -> connection.goOn();
            case 16 -> connection.corruptHeader = true;
            case 17 -> connection.corruptData = true;
            case 18 -> member.sim.onLane(1, connection.target::requestLogout);
            case 19 -> reinstate();
            case 20 ->
                connection.send(new Pdu(input.unsignedByte(), input.unsignedByte())
                        .with(16, tag())
                        .with(24, cmdSn)
                        .data(data()));
            case 21 -> join();
            case 22 -> connection = second == null || connection == second ? first : second;
            default -> command(false);
        }
    }

    /** A second connection joins the session, or takes the place of the one that did. */
    private void join() {
        final FuzzConnection joining = member.connect();
        if (joining.join(tsih, 1, cmdSn)) {
            second = joining;
            connection = joining;
        }
    }

    /** Any header, its lengths and digests put right. */
    private void rawHeader() {
        final Pdu pdu = new Pdu();
        pdu.header.put(0, input.bytes(BasicHeaderSegment.BYTES));
        pdu.additionalHeader = input.upTo(input.unsignedByte() & 0x3F);
        connection.send(pdu.data(data()));
    }

    private void command(final boolean odd) {
        final int what = input.unsignedByte();
        final boolean writes = (what & 1) != 0;
        final int blocks = input.unsignedByte();
        final byte[] cdb = Pdu.cdb(writes ? 0x2A : 0x28, what >> 3 & 0x1F, blocks & 0x1F);
        final int flags = odd ? input.unsignedByte() : (writes ? 0x20 : 0x40) | ((what & 2) != 0 ? 0 : Pdu.FINAL);
        int expected = (blocks & 0x1F) * FuzzDisk.BLOCK_BYTES;
        if (odd) {
            System.arraycopy(input.bytes(3), 0, cdb, 0, 3);
            expected = input.unsignedShort() << (input.unsignedByte() & 0x1F);
        }
        cdb[9] = (byte) (blocks >> 5);
        final Pdu pdu = Pdu.scsi(flags, expected, cdb).with(16, tag());
        if (odd) {
            pdu.lun(input.unsignedByte() & 3);
            pdu.additionalHeader = input.upTo(input.unsignedByte() & 0x1F);
        }
        numbered(pdu);
        connection.send(writes || odd ? pdu.data(data()) : pdu);
    }

    private void dataOut() {
        final int flags = input.unsignedByte();
        connection.send(Pdu.dataOut(flags, transferTag(), input.unsignedByte() & 7, input.unsignedShort())
                .with(16, tag())
                .data(data()));
    }

    /** Answers the oldest R2T, nearly always as it should be. */
    private void answerRequest() {
        final FuzzStreamIn.Request request = connection.in.takeRequest();
        if (request == null) {
            return;
        }
        final int how = input.unsignedByte();
        final int pieceBytes = (how & 1) != 0 ? 512 : FuzzMember.MAX_RECEIVE_SEGMENT_BYTES;
        int at = 0;
        for (int dataSn = 0; at < request.lengthBytes() && connection.open(); dataSn++) {
            final int length = Math.min(pieceBytes, request.lengthBytes() - at);
            final boolean last = at + length == request.lengthBytes();
            final int flags = (last && (how & 2) == 0) || (how & 4) != 0 ? Pdu.FINAL : 0;
            final int offset = request.offset() + at + ((how & 8) != 0 ? 4 : 0);
            connection.send(Pdu.dataOut(flags, request.transferTag(), dataSn + (how >> 4 & 1), offset)
                    .with(16, request.tag())
                    .data(new byte[length]));
            at += length;
        }
    }

    private void taskManagement() {
        final int function = input.unsignedByte();
        final Pdu pdu = Pdu.taskManagement(function & 0x7F, tag(), cmdSn + (byte) input.unsignedByte());
        pdu.with(16, tag()).lun(input.unsignedByte() & 1);
        if ((function & 0x80) != 0) {
            pdu.header.put(0, (byte) Opcode.TASK_MANAGEMENT);
        }
        connection.send(numbered(pdu));
    }

    /** The initiator comes back on another connection while the old one is still there. */
    private void reinstate() {
        cut = true;
        final FuzzConnection again = member.connect();
        again.send(FuzzConnection.loginRequest(0x87, input.unsignedByte() & 1, cmdSn)
                .text("InitiatorName=" + FuzzConnection.INITIATOR, "TargetName=" + FuzzDisk.NAME));
        member.disk.release();
        member.settle();
        final Pdu answer = again.in.next();
        Check.that(answer == null || answer.opcode() == Opcode.LOGIN_RESPONSE, "reinstatement");
    }

    /** Gives a PDU its CmdSN: mostly the next one, or one nearby; immediate or not. */
    private Pdu numbered(final Pdu pdu) {
        final int how = input.unsignedByte();
        if ((how & 0x80) != 0) {
            pdu.immediate();
        }
        final int away = how & 0x1F;
        if ((how & 0x40) != 0) {
            return pdu.with(24, cmdSn + away - 4);
        }
        pdu.with(24, cmdSn);
        if (!pdu.isImmediate()) {
            cmdSn++;
        }
        return pdu;
    }

    private int tag() {
        final int tag = input.unsignedByte();
        return tag == 0xFF ? BasicHeaderSegment.NO_TAG : tag % TAGS;
    }

    private int transferTag() {
        final int tag = input.unsignedByte();
        return tag >= 0x80 ? BasicHeaderSegment.NO_TAG : tag;
    }

    private byte[] data() {
        final int length = input.unsignedByte();
        final byte[] bytes = new byte[length < 0xF8 ? length << 1 : (length - 0xF7) << 9];
        Arrays.fill(bytes, (byte) length);
        return bytes;
    }
}
