package org.isobar.iscsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public final class ReadTest {
    @Rule(order = 0)
    public final Seed seed = new Seed();

    @Rule(order = 1)
    public final MemoryMemberRule member = new MemoryMemberRule();

    private final Random random = seed.random();

    @Before
    public void fill() {
        random.nextBytes(member.disk.content);
    }

    @Test
    public void sendsStatusWithTheLastData() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu answer = initiator.execute(Pdu.read(3, 8));
        assertEquals(Opcode.DATA_IN, answer.opcode());
        assertEquals(0x81, answer.flags());
        assertEquals(0, answer.status());
        assertEquals(-1, answer.transferTag());
        assertEquals(initiator.cmdSn, answer.expCmdSn());
        assertRead(3, answer.data);
    }

    @Test
    public void cutsLongReadsAtSegmentsAndBursts() throws IOException {
        final TestInitiator initiator = member.login("MaxRecvDataSegmentLength=3000", "MaxBurstLength=7000");
        initiator.start(Pdu.read(0, 40));
        // Segments of 3000 bytes, a shorter one at the end of each burst of 7000, the rest with the status.
        final int[] lengths = {3000, 3000, 1000, 3000, 3000, 1000, 3000, 3000, 480};
        final byte[] all = new byte[40 * 512];
        int at = 0;
        for (int i = 0; i < lengths.length; i++) {
            final Pdu pdu = initiator.receive();
            assertEquals(Opcode.DATA_IN, pdu.opcode());
            assertEquals(i, pdu.dataSn());
            assertEquals(at, pdu.bufferOffset());
            assertEquals(lengths[i], pdu.data.length);
            final boolean last = i == lengths.length - 1;
            assertEquals(last ? 0x81 : lengths[i] == 1000 ? 0x80 : 0, pdu.flags());
            System.arraycopy(pdu.data, 0, all, at, pdu.data.length);
            at += pdu.data.length;
        }
        assertRead(0, all);
    }

    @Test
    public void readsWhateverTheKeysSay() throws IOException {
        for (int round = 0; round < 100; round++) {
            final TestInitiator initiator = member.login(
                    "MaxRecvDataSegmentLength=" + (512 + random.nextInt(100_000)),
                    "MaxBurstLength=" + (512 + random.nextInt(200_000)),
                    "HeaderDigest=" + (random.nextBoolean() ? "CRC32C" : "None"),
                    "DataDigest=" + (random.nextBoolean() ? "CRC32C" : "None"));
            for (int each = 0; each < 5; each++) {
                final int blocks = 1 + random.nextInt(600);
                final int lba = random.nextInt(MemoryMemberRule.BLOCKS - blocks);
                initiator.start(Pdu.read(lba, blocks));
                assertRead(lba, initiator.receiveRead(blocks * 512).data);
            }
            initiator.close();
        }
    }

    @Test
    public void keepsUpWithAnInitiatorThatFetchesLate() throws IOException {
        final TestInitiator initiator = member.login("MaxRecvDataSegmentLength=262144");
        for (int i = 0; i < 100; i++) {
            initiator.start(Pdu.read(i, 1024));
        }
        for (int i = 0; i < 100; i++) {
            assertRead(i, initiator.receiveRead(1024 * 512).data);
        }
    }

    @Test
    public void saysHowMuchTooManyOrTooFewBytesWereExpected() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu under = initiator.execute(Pdu.scsi(Pdu.FINAL | 0x40, 2048, Pdu.cdb(0x28, 0, 1)));
        assertEquals(0x83, under.flags());
        assertEquals(1536, under.residual());
        assertRead(0, under.data);
        final Pdu over = initiator.execute(Pdu.scsi(Pdu.FINAL | 0x40, 500, Pdu.cdb(0x28, 0, 1)));
        assertEquals(0x85, over.flags());
        assertEquals(12, over.residual());
        assertEquals(500, over.data.length);
        final Pdu none = initiator.execute(Pdu.scsi(Pdu.FINAL, 0, Pdu.cdb(0x28, 0, 1)));
        assertEquals(Opcode.SCSI_RESPONSE, none.opcode());
        assertEquals(0x84, none.flags());
        assertEquals(512, none.residual());
        final Pdu huge = initiator.execute(Pdu.scsi(Pdu.FINAL | 0x40, 0xFFFFFFFF, Pdu.cdb(0x28, 0, 1)));
        assertEquals(0x83, huge.flags());
        assertEquals(0xFFFFFFFF - 512, huge.residual());
    }

    @Test
    public void sendsSenseAndTheWholeResidual() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu answer = initiator.execute(Pdu.read(MemoryMemberRule.BLOCKS, 1));
        assertEquals(Opcode.SCSI_RESPONSE, answer.opcode());
        assertEquals(2, answer.status());
        assertEquals(0x052100, answer.sense());
        assertEquals(0x82, answer.flags());
        assertEquals(512, answer.residual());
        assertEquals("sense length", 18, answer.data[1]);
    }

    @Test
    public void readsExtendedCdbs() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu command = Pdu.read(9, 1);
        // Type 1, 17 bytes: one reserved and 16 more of the CDB.
        command.additionalHeader = new byte[20];
        command.additionalHeader[1] = 17;
        command.additionalHeader[2] = 1;
        assertRead(9, initiator.execute(command).data);
        final Pdu malformed = Pdu.read(9, 1);
        malformed.additionalHeader = new byte[] {0, 99, 1, 0};
        initiator.start(malformed);
        final Pdu answer = initiator.receive();
        assertEquals(Opcode.REJECT, answer.opcode());
        assertEquals(RejectReason.INVALID_PDU_FIELD, answer.response());
        assertArrayEquals(malformed.header.array(), answer.data);
        assertRead(9, initiator.execute(Pdu.read(9, 1)).data);
    }

    @Test
    public void refusesDataWithACommandThatOnlyReads() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu answer = initiator.execute(Pdu.read(0, 1).data(new byte[512]));
        assertEquals(2, answer.status());
        assertEquals(0x050E03, answer.sense());
    }

    private void assertRead(final int lba, final byte[] data) {
        final int at = lba * MemoryDisk.BLOCK_BYTES;
        assertArrayEquals(Arrays.copyOfRange(member.disk.content, at, at + data.length), data);
    }
}
