package org.isobar.iscsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.SessionSelection;
import org.junit.Rule;
import org.junit.Test;

public final class SessionEndTest {
    /** Task attribute. */
    private static final int ORDERED = 2;

    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void logsOut() throws IOException {
        member.login().logout();
        MemoryMemberRule.await("nexus closed", () -> member.disk.nexuses.get() == 0);
        assertTrue(member.portal.sessions().isEmpty());
    }

    @Test
    public void answersEachLogoutReason() throws IOException {
        final TestInitiator initiator = member.login();
        assertEquals("recovery", 2, logout(initiator, 2, 0).response());
        assertEquals("other connection", 1, logout(initiator, 1, 5).response());
        final Pdu odd = logout(initiator, 9, 0);
        assertEquals(Opcode.REJECT, odd.opcode());
        assertEquals(RejectReason.INVALID_PDU_FIELD, odd.response());
        assertEquals("this connection", 0, logout(initiator, 1, 0).response());
        initiator.assertClosedWithoutAnswer();
    }

    @Test
    public void answersCommandsSentBeforeALogoutAndExecutesNoneSentAfter() throws IOException {
        final TestInitiator initiator = member.login();
        member.disk.hold();
        final byte[] data = new byte[512];
        Arrays.fill(data, (byte) 7);
        final Pdu before = initiator.start(Pdu.write(Pdu.FINAL, 0, 1).data(data));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        final Pdu logout = initiator.start(new Pdu(Opcode.LOGOUT, Pdu.FINAL).immediate());
        initiator.start(Pdu.write(Pdu.FINAL, 1, 1).data(data));
        initiator.start(new Pdu(Opcode.NOP_OUT, Pdu.FINAL).immediate().with(20, -1));
        final TestInitiator reader = member.connect();
        reader.isid++;
        reader.login(MemoryMemberRule.TARGET);
        member.disk.release();
        assertEquals(before.tag(), initiator.receive().tag());
        assertEquals(logout.tag(), initiator.receive().tag());
        initiator.assertClosedWithoutAnswer();
        assertArrayEquals(data, reader.execute(Pdu.read(0, 1)).data);
        assertArrayEquals(new byte[512], reader.execute(Pdu.read(1, 1)).data);
    }

    @Test
    public void answersLogoutOnceTasksHaveEnded() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        initiator.start(Pdu.write(Pdu.FINAL, 0, 8));
        initiator.receive();
        member.disk.hold();
        initiator.start(Pdu.read(0, 8));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        initiator.start(new Pdu(Opcode.LOGOUT, Pdu.FINAL));
        assertEquals(
                "the answer is still to come",
                0,
                initiator.socket.getInputStream().available());
        member.disk.release();
        assertEquals(4096, initiator.receive().data.length);
        assertEquals(Opcode.LOGOUT_RESPONSE, initiator.receive().opcode());
        initiator.assertClosedWithoutAnswer();
    }

    @Test
    public void aSecondLoginTakesTheFirstOnesPlace() throws IOException {
        final TestInitiator first = member.login();
        final TestInitiator other = member.connect();
        other.isid++;
        other.login(MemoryMemberRule.TARGET);
        final TestInitiator second = member.login();
        first.assertClosedWithoutAnswer();
        assertNotEquals(first.tsih, second.tsih);
        assertEquals(2, member.portal.sessions().size());
        assertEquals(2, member.disk.nexuses.get());
        second.assertQuiet();
        other.assertQuiet();
    }

    @Test
    public void aSecondLoginWaitsForTheFirstOnesTasks() throws IOException {
        final TestInitiator first = member.login();
        member.disk.hold();
        final byte[] old = new byte[512];
        Arrays.fill(old, (byte) 1);
        first.start(Pdu.write(Pdu.FINAL, 0, 1).data(old));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        final TestInitiator second = member.connect();
        second.send(second.loginRequest(
                0x87, "InitiatorName=" + TestInitiator.NAME, "TargetName=" + MemoryMemberRule.TARGET));
        first.assertClosedWithoutAnswer();
        assertEquals(
                "the answer is still to come", 0, second.socket.getInputStream().available());
        // A third one gives up waiting, and does not let anyone overtake.
        final TestInitiator third = member.connect();
        third.send(third.loginRequest(
                0x87, "InitiatorName=" + TestInitiator.NAME, "TargetName=" + MemoryMemberRule.TARGET));
        second.assertClosedWithoutAnswer();
        third.close();
        final TestInitiator fourth = member.connect();
        fourth.send(fourth.loginRequest(
                0x87, "InitiatorName=" + TestInitiator.NAME, "TargetName=" + MemoryMemberRule.TARGET));
        member.disk.release();
        assertEquals(0, fourth.receive().loginStatus());
        assertArrayEquals(old, fourth.execute(Pdu.read(0, 1)).data);
    }

    @Test
    public void asksForLogoutThenCutsOff() throws IOException {
        member.settings.logoutWaitMs = 100;
        member.restart();
        final TestInitiator initiator = member.login();
        member.portal.drain(new SessionSelection(initiator.tsih, null, null));
        final Pdu message = initiator.receive();
        assertEquals(Opcode.ASYNC_MESSAGE, message.opcode());
        assertEquals("event", 1, message.header.get(36));
        assertEquals("seconds", 1, message.header.getShort(42));
        final Pdu dropped = initiator.receive();
        assertEquals(Opcode.ASYNC_MESSAGE, dropped.opcode());
        assertEquals("event", 3, dropped.header.get(36));
        assertEquals("time to wait", 2, dropped.header.getShort(40));
        initiator.assertClosedWithoutAnswer();
        MemoryMemberRule.await("session ended", () -> member.portal.sessions().isEmpty());
    }

    @Test
    public void servesUntilAnInitiatorThatWasAskedLogsOut() throws IOException {
        final TestInitiator initiator = member.login();
        member.portal.drain(new SessionSelection(initiator.tsih, null, null));
        assertEquals(Opcode.ASYNC_MESSAGE, initiator.receive().opcode());
        assertEquals(0, initiator.execute(Pdu.read(0, 1)).status());
        initiator.logout();
    }

    @Test
    public void dropsAtOnce() throws IOException {
        final TestInitiator initiator = member.login();
        member.portal.drop(initiator.tsih);
        assertEquals("event", 3, initiator.receive().header.get(36));
        initiator.assertClosedWithoutAnswer();
    }

    @Test
    public void drainsByTargetAndPortal() throws IOException {
        final MemoryDisk second = member.targets.add("iqn.2026-11.org.isobar:second", 16);
        final TestInitiator one = member.login();
        final TestInitiator other = member.connect();
        other.login(second.name());
        assertEquals(1, member.portal.drain(new SessionSelection(null, second.name(), null)));
        assertEquals("event", 1, other.receive().header.get(36));
        other.logout();
        one.assertQuiet();
        assertEquals(0, member.portal.drain(new SessionSelection(null, null, "127.0.0.1:1")));
        final int port = member.portal.portals().get(0).port();
        assertEquals(1, member.portal.drain(new SessionSelection(null, null, "127.0.0.1:" + port)));
        assertEquals("event", 1, one.receive().header.get(36));
        one.logout();
        assertThrows(StorageException.class, () -> new SessionSelection(1, "x", null));
        assertThrows(StorageException.class, () -> new SessionSelection(null, null, null));
    }

    @Test
    public void knowsNoSuchSession() {
        final StorageException refused = assertThrows(StorageException.class, () -> member.portal.drop(4711));
        assertEquals(StorageException.Code.NOT_FOUND, refused.code());
    }

    @Test
    public void asksForLogoutWhenTheTargetIsRemoved() throws IOException {
        member.settings.logoutWaitMs = 100;
        member.restart();
        final MemoryDisk second = member.targets.add("iqn.2026-11.org.isobar:second", 16);
        final TestInitiator stays = member.login();
        final TestInitiator goes = member.connect();
        goes.login(second.name());
        member.targets.remove(second);
        assertEquals(Opcode.ASYNC_MESSAGE, goes.receive().opcode());
        goes.assertClosed();
        stays.assertQuiet();
    }

    @Test
    public void releasesEverythingWhenTheConnectionBreaksInMidWrite() throws IOException {
        final TestInitiator initiator =
                member.login("InitialR2T=No", "MaxBurstLength=8192", "FirstBurstLength=4096", "MaxOutstandingR2T=2");
        final byte[] data = new byte[32 * 512];
        initiator.start(Pdu.write(Pdu.FINAL, 0, 32));
        initiator.receive();
        initiator.receive();
        final Pdu unsolicited = initiator.start(Pdu.write(0, 32, 32).data(new byte[1024]));
        final byte[] half = initiator.bytes(
                Pdu.dataOut(0, -1, 0, 1024).with(16, unsolicited.tag()).data(new byte[1000]));
        member.disk.hold();
        final Pdu whole = initiator.start(Pdu.write(Pdu.FINAL, 64, 2).data(Arrays.copyOf(data, 1024)));
        assertTrue(whole.isFinal());
        initiator.start(Pdu.read(0, 100));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 2);
        initiator.sendRaw(Arrays.copyOf(half, half.length / 2));
        initiator.close();
        final int inHandBytes = 1024 + 100 * 512;
        MemoryMemberRule.await("buffers of waiting tasks", () -> member.portal.dataBytesInUse() == inHandBytes);
        assertEquals("the nexus stays for the tasks in hand", 1, member.disk.nexuses.get());
        member.disk.release();
        MemoryMemberRule.await("nexus closed", () -> member.disk.nexuses.get() == 0);
        assertEquals(0, member.portal.dataBytesInUse());
    }

    @Test
    public void pingsSilentInitiatorsAndClosesDeadOnes() throws IOException {
        member.settings.pingIntervalMs = 50;
        member.settings.pingTimeoutMs = 200;
        member.restart();
        final TestInitiator initiator = member.login();
        final Pdu ping = initiator.receive();
        assertEquals(Opcode.NOP_IN, ping.opcode());
        assertEquals(-1, ping.tag());
        assertNotEquals(-1, ping.transferTag());
        initiator.send(new Pdu(Opcode.NOP_OUT, Pdu.FINAL)
                .immediate()
                .with(16, -1)
                .with(20, ping.transferTag())
                .with(24, initiator.cmdSn));
        final Pdu next = initiator.receive();
        assertNotEquals(ping.transferTag(), next.transferTag());
        initiator.assertClosedWithoutAnswer();
    }

    @Test
    public void closesAllSessionsWithThePortal() throws IOException {
        final TestInitiator initiator = member.login();
        member.portal.close();
        initiator.assertClosedWithoutAnswer();
        assertEquals(0, member.disk.nexuses.get());
    }

    @Test
    public void asksForLogoutBeforeThePortalCloses() throws IOException {
        member.settings.shutdownWaitMs = 20_000;
        member.restart();
        final TestInitiator idle = member.login();
        final TestInitiator busy = member.connect();
        busy.isid++;
        busy.login(MemoryMemberRule.TARGET);
        final TestInitiator late = member.connect();
        member.disk.hold();
        final Pdu read = busy.start(Pdu.read(0, 1));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        final long startNs = System.nanoTime();
        final CompletableFuture<Void> closing = CompletableFuture.runAsync(member.portal::close);
        final Pdu message = idle.receive();
        assertEquals("event", 1, message.header.get(36));
        assertEquals("seconds", 20, message.header.getShort(42));
        late.assertClosedWithoutAnswer();
        idle.logout();
        assertEquals("event", 1, busy.receive().header.get(36));
        final Pdu logout = busy.start(new Pdu(Opcode.LOGOUT, Pdu.FINAL));
        assertFalse("there is a command in hand", closing.isDone());
        member.disk.release();
        assertEquals(read.tag(), busy.receive().tag());
        assertEquals(logout.tag(), busy.receive().tag());
        closing.join();
        final long tookS = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
        assertTrue("all have left: " + tookS + " s", tookS < 15);
        assertEquals(0, member.disk.nexuses.get());
    }

    @Test
    public void cutsOffWhoDoesNotLogOutBeforeThePortalCloses() throws IOException {
        member.settings.shutdownWaitMs = 100;
        member.restart();
        final TestInitiator deaf = member.login();
        member.portal.close();
        assertEquals("event", 1, deaf.receive().header.get(36));
        assertEquals("event", 3, deaf.receive().header.get(36));
        deaf.assertClosedWithoutAnswer();
        assertEquals(0, member.disk.nexuses.get());
    }

    @Test
    public void cutsOffWhoLogsOutAndFetchesNoAnswers() throws IOException {
        member.settings.logoutWaitMs = 200;
        member.restart();
        final TestInitiator initiator = member.login();
        member.disk.hold();
        final int count = 40;
        for (int i = 0; i < count; i++) {
            initiator.start(Pdu.read(0, 2048));
        }
        // Its turn comes after all others, when the answers of those fill all buffers on the way.
        initiator.start(Pdu.scsi(Pdu.FINAL | 0x40 | ORDERED, 512, Pdu.cdb(0x28, 0, 1)));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == count);
        initiator.start(new Pdu(Opcode.LOGOUT, Pdu.FINAL).immediate());
        member.disk.release();
        MemoryMemberRule.await("session ends", () -> member.disk.nexuses.get() == 0);
    }

    @Test
    public void waitsForTheLogicalUnitAfterALogout() throws IOException {
        member.settings.logoutWaitMs = 100;
        member.restart();
        final TestInitiator initiator = member.login();
        member.disk.hold();
        initiator.start(Pdu.read(0, 8));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        initiator.start(new Pdu(Opcode.LOGOUT, Pdu.FINAL).immediate());
        initiator.socket.setSoTimeout(500);
        assertThrows(SocketTimeoutException.class, initiator::receive);
        initiator.socket.setSoTimeout(TestInitiator.LIMIT_MS);
        member.disk.release();
        assertEquals(4096, initiator.receive().data.length);
        assertEquals(Opcode.LOGOUT_RESPONSE, initiator.receive().opcode());
        initiator.assertClosedWithoutAnswer();
    }

    private static Pdu logout(final TestInitiator initiator, final int reason, final int connectionId)
            throws IOException {
        final Pdu request = new Pdu(Opcode.LOGOUT, Pdu.FINAL | reason);
        request.header.putShort(20, (short) connectionId);
        initiator.start(request);
        return initiator.receive();
    }
}
