package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.StorageException;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.trace.TraceSpec;
import org.isobar.common.time.SystemClock;
import org.isobar.iscsi.trace.PduTraces;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class PduTraceTest {
    private static final String INITIATOR = "iqn.2026-11.org.isobar.test:one";

    @Rule(order = 0)
    public final TemporaryFolder folder = new TemporaryFolder();

    @Rule(order = 1)
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Before
    public void traceIntoTheFolder() {
        member.traces =
                PduTraces.in(new SystemClock(), folder.getRoot().toPath().resolve("traces"));
        member.restart();
    }

    @After
    public void endTraces() {
        member.traces.close();
    }

    @Test
    public void recordsAConnectionFromLoginToLogout() throws IOException {
        final TraceInfo trace = start(new TraceSpec(INITIATOR.toUpperCase(Locale.ROOT), 0, 0, 0));
        final TestInitiator initiator = member.login("HeaderDigest=CRC32C", "DataDigest=CRC32C");
        initiator.execute(Pdu.write(Pdu.FINAL, 0, 3).data(new byte[1536]));
        initiator.start(Pdu.read(0, 300));
        initiator.receiveRead(300 * 512);
        initiator.logout();
        final List<PcapReader.Segment> segments = stop(trace);
        final int port = member.portal.portals().get(0).port();
        assertEquals("SYN", 0x02, segments.get(0).flags());
        assertEquals(port, segments.get(0).toPort());
        final int initiatorPort = segments.get(0).fromPort();
        assertEquals(
                List.of(Opcode.LOGIN, Opcode.SCSI_COMMAND, Opcode.SCSI_COMMAND, Opcode.LOGOUT),
                opcodes(segments, initiatorPort));
        assertEquals(Opcode.LOGIN_RESPONSE, (int) opcodes(segments, port).get(0));
        assertTrue(new String(segments.get(3).captured(), StandardCharsets.US_ASCII)
                .contains("InitiatorName=" + INITIATOR));
        // A write of 3 blocks: header, digest, data, digest.
        assertEquals(
                48 + 4 + 1536 + 4,
                segments.get(indexOf(segments, Opcode.SCSI_COMMAND)).bytes());
        PcapReader.stream(segments, initiatorPort);
        assertTrue(PcapReader.stream(segments, port).length > 300 * 512);
        final TraceInfo ended = member.traces.traces().get(0);
        assertEquals(TraceInfo.State.STOPPED, ended.state());
        assertEquals(0, ended.droppedBytes());
        assertEquals(Files.size(Path.of(ended.file())), ended.fileBytes());
        assertTrue(ended.toString(), ended.pdus() > 0 && ended.pdus() <= segments.size() - 3);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(ended.file()))));
    }

    @Test
    public void recordsASessionFromTheNextPduOn() throws IOException {
        final TestInitiator initiator = member.login();
        initiator.execute(Pdu.read(0, 1));
        final int tsih = member.portal.sessions().get(0).tsih();
        final TraceInfo trace = start(new TraceSpec(null, tsih, 0, 0));
        awaitLanes();
        initiator.start(Pdu.read(5, 200));
        initiator.receiveRead(200 * 512);
        final List<PcapReader.Segment> segments = stop(trace);
        final int port = member.portal.portals().get(0).port();
        final List<Integer> opcodes = opcodes(segments, port);
        assertTrue(opcodes.toString(), opcodes.contains(Opcode.DATA_IN) && !opcodes.contains(Opcode.LOGIN_RESPONSE));
        assertEquals(200 * 512, dataBytes(segments));
        initiator.execute(Pdu.read(0, 1));
    }

    @Test
    public void cutsPdusThatAreLongerThanASegment() throws IOException {
        final TraceInfo trace = start(new TraceSpec(INITIATOR, 0, 0, 0));
        final TestInitiator initiator = member.login("MaxRecvDataSegmentLength=262144");
        initiator.execute(Pdu.read(0, 400));
        final List<PcapReader.Segment> segments = stop(trace);
        final byte[] sent =
                PcapReader.stream(segments, member.portal.portals().get(0).port());
        assertTrue(segments.stream().allMatch(segment -> segment.bytes() <= 65_000));
        assertTrue(sent.length > 400 * 512 + 48);
    }

    @Test
    public void keepsOnlyTheBeginningOfEachPdu() throws IOException {
        final TraceInfo trace = start(new TraceSpec(INITIATOR, 0, 64, 0));
        final TestInitiator initiator = member.login();
        initiator.execute(Pdu.read(0, 8));
        final PcapReader.Segment read = stop(trace).stream()
                .filter(segment -> segment.bytes() > 0 && segment.opcode() == Opcode.DATA_IN)
                .findFirst()
                .orElseThrow();
        assertEquals(64, read.captured().length);
        assertEquals(48 + 4096, read.bytes());
    }

    @Test
    public void leavesOtherInitiatorsAlone() throws IOException {
        final TraceInfo trace = start(new TraceSpec("iqn.somebody.else", 0, 0, 0));
        member.login().execute(Pdu.read(0, 1));
        assertEquals(List.of(), stop(trace));
    }

    @Test
    public void recordsLoginsThatFailAndMasksTheProof() throws IOException {
        final TraceInfo trace = start(new TraceSpec("iqn.x", 0, 0, 0));
        final TestInitiator initiator = member.connect();
        initiator.exchange(initiator.loginRequest(
                0x87, "InitiatorName=iqn.x", "CHAP_N=me", "CHAP_R=0xsecret", "TargetName=iqn.nobody"));
        stop(trace);
        final String file = new String(Files.readAllBytes(Path.of(trace.file())), StandardCharsets.ISO_8859_1);
        assertTrue(file.contains("CHAP_R=********\0TargetName=iqn.nobody"));
        assertFalse(file.contains("secret"));
    }

    @Test
    public void endsWhenTheFileIsFull() throws IOException {
        final TraceInfo trace = start(new TraceSpec(INITIATOR, 0, 0, 65_536));
        final TestInitiator initiator = member.login();
        for (int i = 0; i < 40; i++) {
            initiator.execute(Pdu.read(0, 8));
        }
        MemoryMemberRule.await("full", () -> member.traces.traces().get(0).state() == TraceInfo.State.FULL);
        initiator.execute(Pdu.read(0, 8));
        assertTrue(Files.size(Path.of(trace.file())) <= 65_536);
        assertTrue(PcapReader.read(Path.of(trace.file())).size() > 10);
        assertEquals(TraceInfo.State.FULL, member.traces.stop(trace.id()).state());
    }

    @Test
    public void refusesWhatMakesNoSense() {
        refused(StorageException.Code.INVALID, "initiator", new TraceSpec(null, 0, 0, 0));
        refused(StorageException.Code.INVALID, "initiator", new TraceSpec("x", 1, 0, 0));
        refused(StorageException.Code.INVALID, "initiator", new TraceSpec("", 0, 0, 0));
        refused(StorageException.Code.INVALID, "snapBytes", new TraceSpec("x", 0, 47, 0));
        refused(StorageException.Code.INVALID, "snapBytes", new TraceSpec("x", 0, (1 << 24) + 1, 0));
        refused(StorageException.Code.INVALID, "limitBytes", new TraceSpec("x", 0, 0, 65_535));
        refused(StorageException.Code.INVALID, "limitBytes", new TraceSpec("x", 0, 0, (1L << 32) + 1));
        refused(StorageException.Code.NOT_FOUND, "no such session", new TraceSpec(null, 4711, 0, 0));
        assertThrows(StorageException.class, () -> member.traces.stop(1));
        for (int i = 0; i < 16; i++) {
            start(new TraceSpec("x", 0, 0, 0));
        }
        refused(StorageException.Code.CONFLICT, "too many", new TraceSpec("x", 0, 0, 0));
        final TraceInfo last = member.traces.traces().get(0);
        member.traces.delete(last.id());
        assertFalse(Files.exists(Path.of(last.file())));
        start(new TraceSpec("x", 0, 0, 0));
    }

    private void refused(final StorageException.Code code, final String words, final TraceSpec spec) {
        final StorageException refused = assertThrows(StorageException.class, () -> start(spec));
        assertEquals(code, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(words));
    }

    private TraceInfo start(final TraceSpec spec) {
        return member.traces.start(spec);
    }

    private List<PcapReader.Segment> stop(final TraceInfo trace) throws IOException {
        return PcapReader.read(Path.of(member.traces.stop(trace.id()).file()));
    }

    /** Waits until the lanes have run what was queued; a round trip of I/O may pass that by. */
    private static void awaitLanes() {
        for (int lane = 0; lane < MemoryMemberRule.lanes().count(); lane++) {
            CompletableFuture.runAsync(() -> {}, MemoryMemberRule.lanes().lane(lane))
                    .join();
        }
    }

    private static List<Integer> opcodes(final List<PcapReader.Segment> segments, final int fromPort) {
        return segments.stream()
                .filter(segment -> segment.fromPort() == fromPort && segment.bytes() > 0)
                .map(PcapReader.Segment::opcode)
                .toList();
    }

    private static int indexOf(final List<PcapReader.Segment> segments, final int opcode) {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).bytes() > 0 && segments.get(i).opcode() == opcode) {
                return i;
            }
        }
        throw new AssertionError("not there: opcode=" + opcode);
    }

    private static int dataBytes(final List<PcapReader.Segment> segments) {
        return segments.stream()
                .filter(segment -> segment.bytes() > 1000 && segment.opcode() == Opcode.DATA_IN)
                .mapToInt(segment -> segment.bytes() - 48)
                .sum();
    }
}
