package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.Rule;
import org.junit.Test;

public final class DigestTest {
    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void aCorruptHeaderEndsTheConnection() throws IOException {
        final TestInitiator initiator = login();
        initiator.corruptHeaderDigest = true;
        initiator.start(Pdu.read(0, 1));
        initiator.assertClosedWithoutAnswer();
    }

    @Test
    public void corruptImmediateDataFailsTheCommand() throws IOException {
        final TestInitiator initiator = login();
        initiator.corruptDataDigest = true;
        final Pdu command = initiator.start(Pdu.write(Pdu.FINAL, 0, 1).data(data(512)));
        assertRejected(command, initiator.receive());
        assertCrcError(initiator.receive());
        goesOn(initiator);
    }

    @Test
    public void corruptSolicitedDataFailsTheCommandAtTheEndOfTheBurst() throws IOException {
        final TestInitiator initiator = login("ImmediateData=No");
        initiator.start(Pdu.write(Pdu.FINAL, 0, 2));
        final Pdu r2t = initiator.receive();
        final Pdu first =
                Pdu.dataOut(0, r2t.transferTag(), 0, 0).with(16, r2t.tag()).data(data(512));
        initiator.corruptDataDigest = true;
        initiator.send(first);
        initiator.corruptDataDigest = false;
        assertRejected(first, initiator.receive());
        initiator.assertQuiet();
        initiator.send(Pdu.dataOut(Pdu.FINAL, r2t.transferTag(), 1, 512)
                .with(16, r2t.tag())
                .data(data(512)));
        assertCrcError(initiator.receive());
        goesOn(initiator);
    }

    @Test
    public void corruptPingsAreRejected() throws IOException {
        final TestInitiator initiator = login();
        initiator.corruptDataDigest = true;
        final Pdu ping =
                initiator.start(new Pdu(Opcode.NOP_OUT, Pdu.FINAL).with(20, -1).data(data(5)));
        assertRejected(ping, initiator.receive());
        goesOn(initiator);
    }

    @Test
    public void echoesPingDataOfAnyLength() throws IOException {
        final TestInitiator initiator = login("MaxRecvDataSegmentLength=2048");
        for (int length = 0; length < 20; length++) {
            assertEcho(initiator, length, length);
        }
        assertEcho(initiator, 600, 600);
        assertEcho(initiator, 2049, 2048);
    }

    private static void assertEcho(final TestInitiator initiator, final int length, final int expected)
            throws IOException {
        final Pdu pong = initiator.execute(
                new Pdu(Opcode.NOP_OUT, Pdu.FINAL).with(20, -1).data(data(length)));
        assertEquals(Opcode.NOP_IN, pong.opcode());
        assertEquals(-1, pong.transferTag());
        assertEquals(expected, pong.data.length);
        for (int i = 0; i < expected; i++) {
            assertEquals((byte) (i + 1), pong.data[i]);
        }
    }

    private TestInitiator login(final String... keys) throws IOException {
        final String[] all = Arrays.copyOf(keys, keys.length + 2);
        all[keys.length] = "HeaderDigest=CRC32C";
        all[keys.length + 1] = "DataDigest=CRC32C";
        return member.login(all);
    }

    private static byte[] data(final int length) {
        final byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i + 1);
        }
        return data;
    }

    private static void goesOn(final TestInitiator initiator) throws IOException {
        initiator.corruptDataDigest = false;
        final Pdu answer = initiator.execute(Pdu.read(0, 1));
        assertEquals(0, answer.status());
        for (final byte each : answer.data) {
            assertEquals("nothing was written", 0, each);
        }
    }

    private static void assertRejected(final Pdu request, final Pdu answer) {
        assertEquals(answer.toString(), Opcode.REJECT, answer.opcode());
        assertEquals(RejectReason.DATA_DIGEST_ERROR, answer.response());
        assertEquals(48, answer.data.length);
        assertEquals(request.tag(), ByteBuffer.wrap(answer.data).getInt(16));
    }

    private static void assertCrcError(final Pdu answer) {
        assertEquals(answer.toString(), Opcode.SCSI_RESPONSE, answer.opcode());
        assertEquals(2, answer.status());
        assertEquals(0x0B4705, answer.sense());
    }
}
