package org.isobar.iscsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public final class BadInputTest {
    @Rule(order = 0)
    public final Seed seed = new Seed();

    @Rule(order = 1)
    public final MemoryMemberRule member = new MemoryMemberRule();

    private final Random random = seed.random();

    @Test
    public void rejectsWhatItDoesNotKnow() throws IOException {
        final TestInitiator initiator = member.login();
        for (final int opcode : new int[] {0x07, 0x0F, 0x1C, 0x20, 0x25, 0x31, 0x3E, 0x3F}) {
            final Pdu odd = new Pdu(opcode, Pdu.FINAL).with(16, 9).data(new byte[100]);
            assertRejected(RejectReason.COMMAND_NOT_SUPPORTED, odd, initiator.exchange(odd));
        }
        final Pdu snack = new Pdu(Opcode.SNACK, Pdu.FINAL);
        assertRejected(RejectReason.SNACK_REJECT, snack, initiator.exchange(snack));
        final Pdu login = initiator.loginRequest(0x87, "InitiatorName=x");
        assertRejected(RejectReason.PROTOCOL_ERROR, login, initiator.exchange(login));
        final Pdu untagged = Pdu.read(0, 1).with(16, -1).with(24, initiator.cmdSn++);
        assertRejected(RejectReason.INVALID_PDU_FIELD, untagged, initiator.exchange(untagged));
        initiator.assertQuiet();
    }

    @Test
    public void rejectsOversizedDataAndCloses() throws IOException {
        member.settings.maxReceiveSegmentBytes = 8192;
        member.restart();
        final TestInitiator initiator = member.login();
        final Pdu command = initiator.start(Pdu.write(Pdu.FINAL, 0, 17).data(new byte[17 * 512]));
        assertRejected(RejectReason.PROTOCOL_ERROR, command, initiator.receive());
        initiator.assertClosedWithoutAnswer();
    }

    @Test
    public void survivesPdusCutOffAnywhere() throws IOException {
        final TestInitiator healthy = member.login();
        for (int round = 0; round < 60; round++) {
            final TestInitiator initiator = member.connect();
            initiator.isid = 100L + round;
            initiator.login(MemoryMemberRule.TARGET, "DataDigest=CRC32C", "InitialR2T=No");
            final byte[] bytes = initiator.bytes(
                    Pdu.write(0, 0, 8).with(16, 5).with(24, initiator.cmdSn).data(new byte[1 + random.nextInt(4096)]));
            initiator.sendRaw(Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1)));
            initiator.close();
        }
        healthy.assertQuiet();
    }

    @Test
    public void survivesGarbageInsteadOfALogin() throws IOException {
        final TestInitiator healthy = member.login();
        for (int round = 0; round < 100; round++) {
            final TestInitiator initiator = member.connect();
            final byte[] garbage = new byte[random.nextInt(5000)];
            random.nextBytes(garbage);
            if (garbage.length > 0 && random.nextBoolean()) {
                garbage[0] = 0x43;
            }
            sendUntilClosed(initiator, garbage);
            initiator.close();
        }
        goesOn(healthy);
    }

    /** Well-formed streams of PDUs whose fields are random, so that they get far in. */
    @Test
    public void survivesRandomFieldsInFullFeaturePhase() throws IOException {
        member.settings.maxTasks = 16;
        member.settings.dataLimitBytes = 40_000_000;
        member.restart();
        final TestInitiator healthy = member.login();
        final int[] opcodes = {0, 1, 1, 1, 2, 2, 3, 4, 5, 5, 5, 6, 0x10, 0x1F};
        for (int round = 0; round < 150; round++) {
            final TestInitiator initiator = member.connect();
            initiator.isid = 100L + random.nextInt(3);
            initiator.login(
                    MemoryMemberRule.TARGET,
                    "InitialR2T=" + (random.nextBoolean() ? "Yes" : "No"),
                    "MaxRecvDataSegmentLength=262144",
                    "MaxOutstandingR2T=3",
                    "DataDigest=" + (random.nextBoolean() ? "CRC32C" : "None"));
            if (random.nextBoolean()) {
                member.disk.hold();
            }
            for (int each = 0; each < 40; each++) {
                if (random.nextInt(30) == 0) {
                    member.disk.release();
                }
                final Pdu pdu = randomPdu(opcodes[random.nextInt(opcodes.length)], initiator);
                initiator.corruptDataDigest = random.nextInt(10) == 0;
                if (!sendUntilClosed(initiator, initiator.bytes(pdu))) {
                    break;
                }
            }
            if (random.nextBoolean()) {
                initiator.socket.shutdownOutput();
                initiator.assertClosed();
            }
            initiator.close();
            member.disk.release();
        }
        goesOn(healthy);
    }

    private Pdu randomPdu(final int opcode, final TestInitiator initiator) {
        final Pdu pdu = new Pdu(opcode, random.nextInt(256));
        random.nextBytes(pdu.header.array());
        pdu.header.put(0, (byte) (opcode | (random.nextBoolean() ? 0x40 : 0)));
        pdu.lun(random.nextInt(4) == 0 ? random.nextLong() : 0);
        pdu.with(16, random.nextInt(4));
        pdu.with(24, initiator.cmdSn + (random.nextInt(3) == 0 ? random.nextInt(8) - 2 : 0));
        switch (opcode) {
            case Opcode.SCSI_COMMAND -> {
                final boolean write = random.nextBoolean();
                pdu.header.put(1, (byte) ((write ? 0x20 : 0x40) | (random.nextInt(256) & 0x8F)));
                pdu.with(20, random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(40_000));
                pdu.header.put(32, Pdu.cdb(write ? 0x2A : 0x28, random.nextInt(9000), random.nextInt(100)));
                initiator.cmdSn += pdu.isImmediate() ? 0 : 1;
            }
            case Opcode.DATA_OUT -> {
                pdu.with(20, random.nextBoolean() ? -1 : random.nextInt(60));
                pdu.with(36, random.nextInt(3)).with(40, random.nextInt(3) * 512);
            }
            case Opcode.TASK_MANAGEMENT -> {
                pdu.header.put(1, (byte) (Pdu.FINAL | random.nextInt(7)));
                pdu.with(20, random.nextInt(4)).with(32, initiator.cmdSn - random.nextInt(3));
            }
            case Opcode.TEXT -> pdu.with(20, random.nextBoolean() ? -1 : random.nextInt(10));
            case Opcode.LOGOUT -> pdu.header.put(1, (byte) (Pdu.FINAL | (2 + random.nextInt(5))));
            default -> {}
        }
        if (random.nextInt(20) == 0) {
            pdu.additionalHeader = new byte[4 * random.nextInt(256)];
            random.nextBytes(pdu.additionalHeader);
        }
        return pdu.data(new byte[random.nextInt(3) == 0 ? random.nextInt(20_000) : 512 * random.nextInt(3)]);
    }

    /** Sends although the other side may close at any time; false once it has. */
    private static boolean sendUntilClosed(final TestInitiator initiator, final byte[] bytes) throws IOException {
        try {
            initiator.sendRaw(bytes);
            while (initiator.socket.getInputStream().available() > 0) {
                initiator
                        .socket
                        .getInputStream()
                        .skipNBytes(initiator.socket.getInputStream().available());
            }
            return true;
        } catch (final SocketException e) {
            return false;
        }
    }

    private void goesOn(final TestInitiator healthy) throws IOException {
        final byte[] data = new byte[512];
        Arrays.fill(data, (byte) 3);
        assertEquals(
                0, healthy.execute(Pdu.write(Pdu.FINAL, 8191, 1).data(data)).status());
        assertArrayEquals(data, healthy.execute(Pdu.read(8191, 1)).data);
    }

    private static void assertRejected(final int reason, final Pdu request, final Pdu answer) {
        assertEquals(answer.toString(), Opcode.REJECT, answer.opcode());
        assertEquals(reason, answer.response());
        assertArrayEquals(request.header.array(), answer.data);
    }
}
