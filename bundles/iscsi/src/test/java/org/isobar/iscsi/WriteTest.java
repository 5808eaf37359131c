package org.isobar.iscsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public final class WriteTest {
    private static final int ABORT_TASK = 1;

    @Rule(order = 0)
    public final Seed seed = new Seed();

    @Rule(order = 1)
    public final MemoryMemberRule member = new MemoryMemberRule();

    private final Random random = seed.random();

    @Test
    public void takesImmediateData() throws IOException {
        final TestInitiator initiator = member.login();
        final byte[] data = bytes(8);
        final Pdu answer = initiator.execute(Pdu.write(Pdu.FINAL, 5, 8).data(data));
        assertGood(answer);
        assertWritten(5, data);
    }

    @Test
    public void takesUnsolicitedDataAfterImmediateData() throws IOException {
        final TestInitiator initiator =
                member.login("InitialR2T=No", "FirstBurstLength=16384", "MaxRecvDataSegmentLength=8192");
        final byte[] data = bytes(32);
        final Pdu command = initiator.start(Pdu.write(0, 0, 32).data(Arrays.copyOf(data, 4096)));
        initiator.sendData(command.tag(), -1, data, 4096, 12_288, 5000);
        assertGood(initiator.receive());
        assertWritten(0, data);
    }

    @Test
    public void asksForWhatIsMissingInBursts() throws IOException {
        final TestInitiator initiator = member.login("MaxBurstLength=4096", "MaxOutstandingR2T=2");
        final byte[] data = bytes(40);
        initiator.start(Pdu.write(Pdu.FINAL, 7, 40));
        final List<Pdu> r2ts = new ArrayList<>(List.of(initiator.receive(), initiator.receive()));
        for (int i = 0; i < 5; i++) {
            final Pdu r2t = r2ts.remove(0);
            assertEquals(i, r2t.dataSn());
            assertEquals(i * 4096L, r2t.bufferOffset());
            assertEquals(4096, r2t.residual());
            initiator.answer(r2t, data, 4096);
            if (i < 3) {
                r2ts.add(initiator.receive());
            }
        }
        final Pdu answer = initiator.receive();
        assertGood(answer);
        assertEquals("ExpDataSN counts R2Ts", 5, answer.dataSn());
        assertWritten(7, data);
    }

    /** All ways to bring data, in all sizes, against what the keys allow. */
    @Test
    public void writesWhateverTheKeysSay() throws IOException {
        for (int round = 0; round < 150; round++) {
            final boolean initialR2t = random.nextBoolean();
            final boolean immediate = random.nextBoolean();
            final int maxBurst = 512 + random.nextInt(20_000);
            final int firstBurst = Math.min(maxBurst, 512 + random.nextInt(20_000));
            final TestInitiator initiator = member.login(
                    "InitialR2T=" + (initialR2t ? "Yes" : "No"),
                    "ImmediateData=" + (immediate ? "Yes" : "No"),
                    "MaxBurstLength=" + maxBurst,
                    "FirstBurstLength=" + firstBurst,
                    "MaxOutstandingR2T=" + (1 + random.nextInt(4)),
                    "HeaderDigest=" + (random.nextBoolean() ? "CRC32C" : "None"),
                    "DataDigest=" + (random.nextBoolean() ? "CRC32C" : "None"));
            final int blocks = 1 + random.nextInt(120);
            final int lba = random.nextInt(MemoryMemberRule.BLOCKS - blocks);
            final byte[] data = bytes(blocks);
            final int immediateBytes = immediate ? random.nextInt(Math.min(firstBurst, data.length) + 1) : 0;
            final boolean unsolicited =
                    !initialR2t && immediateBytes < Math.min(firstBurst, data.length) && random.nextBoolean();
            final Pdu command = initiator.start(
                    Pdu.write(unsolicited ? 0 : Pdu.FINAL, lba, blocks).data(Arrays.copyOf(data, immediateBytes)));
            if (unsolicited) {
                final int length = Math.min(firstBurst, data.length) - immediateBytes;
                initiator.sendData(command.tag(), -1, data, immediateBytes, length, segmentBytes());
            }
            Pdu answer = initiator.receive();
            while (answer.opcode() == Opcode.R2T) {
                initiator.answer(answer, data, segmentBytes());
                answer = initiator.receive();
            }
            assertGood(answer);
            assertWritten(lba, data);
            initiator.close();
        }
    }

    @Test
    public void keepsManyWritesApart() throws IOException {
        final TestInitiator initiator = member.login("InitialR2T=Yes", "ImmediateData=No", "MaxBurstLength=65536");
        final byte[][] data = new byte[64][];
        final int first = initiator.lastTag + 1;
        for (int i = 0; i < data.length; i++) {
            data[i] = bytes(16);
            initiator.start(Pdu.write(Pdu.FINAL, i * 16, 16));
        }
        final List<Pdu> r2ts = new ArrayList<>();
        for (int i = 0; i < data.length; i++) {
            r2ts.add(initiator.receive());
        }
        Collections.shuffle(r2ts, random);
        for (final Pdu r2t : r2ts) {
            initiator.answer(r2t, data[r2t.tag() - first], 3000);
        }
        for (final Pdu r2t : r2ts) {
            final Pdu answer = initiator.receive();
            assertGood(answer);
            assertEquals("in the order of completion", r2t.tag(), answer.tag());
        }
        for (int i = 0; i < data.length; i++) {
            assertWritten(i * 16, data[i]);
        }
    }

    /** Asked for all at once, the data of long writes would pass through memory; and they need not be held all at once. */
    @Test
    public void asksForTheDataOfLongWritesOneAfterTheOther() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No", "MaxBurstLength=1048576");
        final byte[][] data = {bytes(2048), bytes(2048), bytes(2048), bytes(2048)};
        final int first = initiator.lastTag + 1;
        for (int i = 0; i < data.length; i++) {
            initiator.start(Pdu.write(Pdu.FINAL, i * 2048, 2048));
        }
        final List<Pdu> r2ts = new ArrayList<>(List.of(initiator.receive(), initiator.receive()));
        initiator.assertQuiet();
        final List<Integer> answered = new ArrayList<>();
        for (int asked = 2; answered.size() < data.length; ) {
            if (!r2ts.isEmpty()) {
                final Pdu r2t = r2ts.remove(0);
                initiator.answer(r2t, data[r2t.tag() - first], 65_536);
            }
            final Pdu pdu = initiator.receive();
            if (pdu.opcode() == Opcode.R2T) {
                assertEquals("in the order of the commands", first + asked++, pdu.tag());
                r2ts.add(pdu);
            } else {
                assertGood(pdu);
                answered.add(pdu.tag());
            }
        }
        assertEquals(List.of(first, first + 1, first + 2, first + 3), answered);
        for (int i = 0; i < data.length; i++) {
            assertWritten(i * 2048, data[i]);
        }
    }

    @Test
    public void asksForTheNextDataWhenAWriteIsAborted() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No", "MaxBurstLength=1048576");
        final byte[] data = bytes(2048);
        final Pdu[] writes = new Pdu[4];
        for (int i = 0; i < writes.length; i++) {
            writes[i] = initiator.start(Pdu.write(Pdu.FINAL, i * 2048, 2048));
        }
        initiator.receive();
        initiator.receive();
        // One that waits for its turn, then one whose data are asked for.
        abort(initiator, writes[2]);
        initiator.assertQuiet();
        abort(initiator, writes[0]);
        final Pdu r2t = initiator.receive();
        assertEquals(Opcode.R2T, r2t.opcode());
        assertEquals(writes[3].tag(), r2t.tag());
        initiator.answer(r2t, data, 65_536);
        final Pdu answer = initiator.receive();
        assertGood(answer);
        assertEquals(writes[3].tag(), answer.tag());
        assertWritten(3 * 2048, data);
    }

    private static void abort(final TestInitiator initiator, final Pdu write) throws IOException {
        final Pdu answer = initiator.execute(Pdu.taskManagement(ABORT_TASK, write.tag(), initiator.cmdSn - 1));
        assertEquals(Opcode.TASK_MANAGEMENT_RESPONSE, answer.opcode());
    }

    @Test
    public void failsUnsolicitedDataThatTheKeysForbid() throws IOException {
        final TestInitiator strict = member.login("InitialR2T=Yes", "ImmediateData=No");
        assertFailed(0x0B0C0C, strict.execute(Pdu.write(Pdu.FINAL, 0, 8).data(bytes(8))));
        final Pdu command = strict.start(Pdu.write(0, 0, 8));
        strict.sendData(command.tag(), -1, bytes(8), 0, 4096, 4096);
        assertFailed(0x0B0C0C, strict.receive());

        final TestInitiator tight = member.login("InitialR2T=No", "FirstBurstLength=1024");
        assertFailed(0x0B0C0C, tight.execute(Pdu.write(Pdu.FINAL, 0, 8).data(bytes(8))));
        final Pdu more = tight.start(Pdu.write(0, 0, 8));
        tight.sendData(more.tag(), -1, bytes(8), 0, 4096, 512);
        assertFailed(0x0B0C0C, tight.receive());
        assertUntouched();
    }

    @Test
    public void failsDataOutOfSequence() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No", "MaxBurstLength=4096");
        // Each is: DataSN, offset, length, final, expected sense.
        final int[][] faults = {
            {1, 0, 4096, Pdu.FINAL, 0x0B4B00},
            {0, 512, 4096, Pdu.FINAL, 0x0B4B05},
            {0, 0, 2048, Pdu.FINAL, 0x0B0C0D},
            {0, 0, 4608, Pdu.FINAL, 0x0B0C0D},
            {0, 0, 0, Pdu.FINAL, 0x0B0C0D},
        };
        for (final int[] fault : faults) {
            initiator.start(Pdu.write(Pdu.FINAL, 0, 8));
            final Pdu r2t = initiator.receive();
            initiator.send(Pdu.dataOut(fault[3], r2t.transferTag(), fault[0], fault[1])
                    .with(16, r2t.tag())
                    .data(new byte[fault[2]]));
            assertFailed(fault[4], initiator.receive());
        }
        assertUntouched();
    }

    @Test
    public void failsUnsolicitedDataOutOfSequence() throws IOException {
        final TestInitiator initiator = member.login("InitialR2T=No");
        for (final int[] fault : new int[][] {{1, 0, 0x0B4B00}, {0, 512, 0x0B4B05}}) {
            final Pdu command = initiator.start(Pdu.write(0, 0, 8));
            initiator.send(Pdu.dataOut(Pdu.FINAL, -1, fault[0], fault[1])
                    .with(16, command.tag())
                    .data(new byte[4096]));
            assertFailed(fault[2], initiator.receive());
        }
        assertUntouched();
    }

    @Test
    public void failsDataWithAForeignTransferTag() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        initiator.start(Pdu.write(Pdu.FINAL, 0, 8));
        final Pdu r2t = initiator.receive();
        initiator.send(Pdu.dataOut(Pdu.FINAL, r2t.transferTag() + 1, 0, 0)
                .with(16, r2t.tag())
                .data(new byte[4096]));
        assertFailed(0x0B4B00, initiator.receive());
        assertUntouched();
    }

    @Test
    public void waitsForTheRestOfABurstBeforeItFailsTheCommand() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No", "MaxBurstLength=8192");
        initiator.start(Pdu.write(Pdu.FINAL, 0, 16));
        final Pdu r2t = initiator.receive();
        initiator.send(
                Pdu.dataOut(0, r2t.transferTag(), 3, 0).with(16, r2t.tag()).data(new byte[4096]));
        initiator.assertQuiet();
        initiator.send(Pdu.dataOut(Pdu.FINAL, r2t.transferTag(), 4, 4096)
                .with(16, r2t.tag())
                .data(new byte[4096]));
        assertFailed(0x0B4B00, initiator.receive());
        assertUntouched();
    }

    @Test
    public void rejectsDataOfUnknownTasks() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu answer = initiator.exchange(
                Pdu.dataOut(Pdu.FINAL, 77, 0, 0).with(16, 4711).data(new byte[512]));
        assertEquals(Opcode.REJECT, answer.opcode());
        assertEquals(RejectReason.INVALID_PDU_FIELD, answer.response());
        initiator.send(Pdu.dataOut(Pdu.FINAL, -1, 0, 0).with(16, 4711).data(new byte[512]));
        initiator.assertQuiet();
    }

    @Test
    public void answersTaskSetFullWhenBuffersRunOut() throws IOException {
        member.settings.maxBurstBytes = 65_536;
        member.settings.firstBurstBytes = 65_536;
        member.settings.maxTaskBytes = 65_536;
        member.settings.dataLimitBytes = 100_000;
        member.restart();
        final TestInitiator initiator = member.login("InitialR2T=No", "ImmediateData=No");
        final byte[] data = bytes(128);
        initiator.start(Pdu.write(Pdu.FINAL, 0, 128));
        final Pdu r2t = initiator.receive();
        final Pdu solicited = initiator.execute(Pdu.write(Pdu.FINAL, 128, 128));
        assertEquals(0x28, solicited.status());
        final Pdu command = initiator.start(Pdu.write(0, 128, 128));
        initiator.sendData(command.tag(), -1, data, 0, 65_536, 65_536);
        assertEquals(0x28, initiator.receive().status());
        initiator.answer(r2t, data, 65_536);
        assertGood(initiator.receive());
        assertWritten(0, data);
    }

    @Test
    public void countsReadsInHand() throws IOException {
        member.settings.maxBurstBytes = 65_536;
        member.settings.firstBurstBytes = 65_536;
        member.settings.maxTaskBytes = 65_536;
        member.settings.dataLimitBytes = 100_000;
        member.restart();
        final TestInitiator initiator = member.login();
        member.disk.hold();
        final Pdu first = initiator.start(Pdu.read(0, 128));
        assertEquals(0x28, initiator.execute(Pdu.read(0, 128)).status());
        member.disk.release();
        assertEquals(first.tag(), initiator.receiveRead(65_536).tag());
        initiator.start(Pdu.read(0, 128));
        initiator.receiveRead(65_536);
    }

    @Test
    public void refusesTransfersThatAreTooLong() throws IOException {
        member.settings.maxBurstBytes = 65_536;
        member.settings.firstBurstBytes = 65_536;
        member.settings.maxTaskBytes = 65_536;
        member.restart();
        final TestInitiator initiator = member.login();
        assertFailed(0x052400, initiator.execute(Pdu.write(Pdu.FINAL, 0, 129)));
    }

    @Test
    public void refusesBidirectionalCommands() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu answer = initiator.execute(
                Pdu.scsi(Pdu.FINAL | 0x60, 512, Pdu.cdb(0x2A, 0, 1)).data(new byte[0]));
        assertFailed(0x050E03, answer);
    }

    @Test
    public void saysHowMuchTooManyOrTooFewBytesWereOffered() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu under = initiator.execute(
                Pdu.scsi(Pdu.FINAL | 0x20, 1024, Pdu.cdb(0x2A, 0, 1)).data(bytes(2)));
        assertEquals(0, under.status());
        assertEquals(0x82, under.flags());
        assertEquals(512, under.residual());
        final Pdu over = initiator.execute(
                Pdu.scsi(Pdu.FINAL | 0x20, 512, Pdu.cdb(0x2A, 0, 3)).data(bytes(1)));
        assertEquals(0x84, over.flags());
        assertEquals(1024, over.residual());
        final Pdu none = initiator.execute(Pdu.scsi(Pdu.FINAL, 0, Pdu.cdb(0x2A, 0, 1)));
        assertEquals(0x84, none.flags());
        assertEquals(512, none.residual());
    }

    @Test
    public void countsWhatItDid() throws IOException {
        final TestInitiator initiator = member.login();
        assertGood(initiator.execute(Pdu.write(Pdu.FINAL, 0, 8).data(bytes(8))));
        initiator.start(Pdu.read(0, 8));
        initiator.receiveRead(4096);
        final var info = member.portal.sessions().get(0);
        assertEquals(2, info.commands());
        assertEquals(4096, info.writtenBytes());
        assertEquals(4096, info.readBytes());
        assertEquals(0, info.commandsInFlight());
    }

    private int segmentBytes() {
        return 1 + random.nextInt(10_000);
    }

    private byte[] bytes(final int blocks) {
        final byte[] data = new byte[blocks * MemoryDisk.BLOCK_BYTES];
        random.nextBytes(data);
        return data;
    }

    private void assertWritten(final int lba, final byte[] data) {
        synchronized (member.disk.content) {
            final int at = lba * MemoryDisk.BLOCK_BYTES;
            assertArrayEquals(data, Arrays.copyOfRange(member.disk.content, at, at + data.length));
        }
    }

    private void assertUntouched() {
        synchronized (member.disk.content) {
            for (final byte each : member.disk.content) {
                assertEquals(0, each);
            }
        }
    }

    private void assertGood(final Pdu answer) {
        assertEquals(answer.toString(), Opcode.SCSI_RESPONSE, answer.opcode());
        assertEquals(answer.toString(), 0, answer.status());
        assertEquals(0, answer.residual());
        assertTrue(answer.isFinal());
    }

    private static void assertFailed(final int sense, final Pdu answer) {
        assertEquals(answer.toString(), Opcode.SCSI_RESPONSE, answer.opcode());
        assertEquals(2, answer.status());
        assertEquals(Integer.toHexString(sense), Integer.toHexString(answer.sense()));
    }
}
