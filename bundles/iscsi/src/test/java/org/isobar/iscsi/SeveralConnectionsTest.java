package org.isobar.iscsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isobar.api.iscsi.PortalSpec;
import org.junit.Rule;
import org.junit.Test;

/** Sessions of several connections; accepted in turn by two lanes, they live on different ones before they join. */
public final class SeveralConnectionsTest {
    private static final int TASK_ABORTED_BY_RESET = 5;

    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void agreesOnTheSmallerNumber() throws IOException {
        final TestInitiator initiator = member.connect();
        assertEquals(
                "4",
                initiator.login(MemoryMemberRule.TARGET, "MaxConnections=65535").get("MaxConnections"));
    }

    @Test
    public void deliversInTheOrderOfTheSession() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        assertEquals("one session", 1, member.portal.sessions().size());
        assertEquals(1, member.disk.nexuses.get());
        // The second of two writes to the same place comes first, over the other connection.
        final int cmdSn = one.cmdSn;
        two.cmdSn = cmdSn + 1;
        final Pdu second = two.start(Pdu.write(Pdu.FINAL, 0, 1).data(block(2)));
        two.cmdSn = cmdSn;
        two.assertQuiet();
        final Pdu first = one.start(Pdu.write(Pdu.FINAL, 0, 1).data(block(1)));
        assertEquals(first.tag(), one.receive().tag());
        assertEquals(second.tag(), two.receive().tag());
        one.cmdSn = cmdSn + 2;
        assertArrayEquals(block(2), one.execute(Pdu.read(0, 1)).data);
    }

    @Test
    public void keepsEachCommandOnItsConnection() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        two.cmdSn = one.cmdSn;
        final Pdu write = two.start(Pdu.write(Pdu.FINAL, 8, 8));
        final Pdu r2t = two.receive();
        assertEquals(Opcode.R2T, r2t.opcode());
        final byte[] data = new byte[4096];
        Arrays.fill(data, (byte) 5);
        one.sendData(write.tag(), r2t.transferTag(), new byte[4096], 0, 4096, 4096);
        assertEquals(
                "data over the wrong connection", Opcode.REJECT, one.receive().opcode());
        two.answer(r2t, data, 1024);
        assertEquals(write.tag(), two.receive().tag());
        one.cmdSn = two.cmdSn;
        assertArrayEquals(data, one.execute(Pdu.read(8, 8)).data);
    }

    @Test
    public void servesManyCommandsOverEveryConnection() throws Exception {
        final TestInitiator leading = leading();
        final List<TestInitiator> all = List.of(leading, join(leading, 1), join(leading, 2), join(leading, 3));
        int cmdSn = leading.cmdSn;
        for (int round = 0; round < 200; round++) {
            for (final TestInitiator each : all) {
                each.cmdSn = cmdSn++;
                each.start(Pdu.read(round, 8));
            }
            for (final TestInitiator each : all) {
                assertEquals(4096, each.receiveRead(4096).data.length);
            }
        }
        final Set<Integer> expected = new HashSet<>();
        for (final TestInitiator each : all) {
            each.cmdSn = cmdSn;
            each.assertQuiet();
            expected.add(each.maxCmdSn);
        }
        assertEquals("one window for all", 1, expected.size());
    }

    @Test
    public void logsOutOneConnection() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        final TestInitiator three = join(one, 2);
        assertEquals(0, logout(two, 1, 1).response());
        two.assertClosedWithoutAnswer();
        assertEquals("over another one", 0, logout(one, 1, 2).response());
        three.assertClosedWithoutAnswer();
        assertEquals("gone", 1, logout(one, 1, 2).response());
        one.assertQuiet();
        final TestInitiator again = join(one, 2);
        assertEquals("the leading one", 0, logout(again, 1, 0).response());
        one.assertClosedWithoutAnswer();
        again.cmdSn = one.cmdSn + 1;
        again.assertQuiet();
        assertEquals(1, member.portal.sessions().size());
    }

    @Test
    public void logsOutTheSession() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        member.disk.hold();
        one.start(Pdu.read(0, 1));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        two.start(new Pdu(Opcode.LOGOUT, Pdu.FINAL).immediate());
        member.disk.release();
        assertEquals("answered before", 512, one.receive().data.length);
        one.assertClosedWithoutAnswer();
        assertEquals(Opcode.LOGOUT_RESPONSE, two.receive().opcode());
        two.assertClosedWithoutAnswer();
        MemoryMemberRule.await("nexus closed", () -> member.disk.nexuses.get() == 0);
    }

    @Test
    public void losesOnlyTheTasksOfAConnectionThatBreaks() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        member.disk.hold();
        final Pdu stays = one.start(Pdu.read(0, 1));
        two.cmdSn = one.cmdSn;
        two.start(Pdu.read(1, 1));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 2);
        two.close();
        final Pdu message = one.receive();
        assertEquals(Opcode.ASYNC_MESSAGE, message.opcode());
        assertEquals("event", 2, message.header.get(36));
        assertEquals("connection", 1, message.header.getShort(38));
        member.disk.release();
        assertEquals(stays.tag(), one.receive().tag());
        one.cmdSn = two.cmdSn;
        one.assertQuiet();
        assertEquals(4096, one.execute(Pdu.read(0, 8)).data.length);
    }

    @Test
    public void outlivesItsLeadingConnection() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        two.cmdSn = one.cmdSn;
        one.close();
        assertEquals(Opcode.ASYNC_MESSAGE, two.receive().opcode());
        assertEquals(512, two.execute(Pdu.read(0, 1)).data.length);
        final TestInitiator three = join(two, 2);
        three.cmdSn = two.cmdSn;
        assertEquals(512, three.execute(Pdu.read(0, 1)).data.length);
    }

    @Test
    public void reinstatesAConnection() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        member.disk.hold();
        two.cmdSn = one.cmdSn;
        two.start(Pdu.read(0, 1));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        final TestInitiator again = connect(two, 1);
        again.send(again.loginRequest(0x87, names()));
        two.assertClosedWithoutAnswer();
        assertEquals("tasks first", 0, again.socket.getInputStream().available());
        member.disk.release();
        assertEquals(0, again.receive().loginStatus());
        again.cmdSn = two.cmdSn;
        assertEquals(512, again.execute(Pdu.read(0, 1)).data.length);
        assertEquals(1, member.portal.sessions().size());
    }

    @Test
    public void reinstatesTheOnlyConnectionWithinItsSession() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator again = connect(one, 0);
        again.login(MemoryMemberRule.TARGET);
        one.assertClosedWithoutAnswer();
        assertEquals(one.tsih, again.tsih);
        again.cmdSn = one.cmdSn;
        assertEquals(512, again.execute(Pdu.read(0, 1)).data.length);
        assertEquals(1, member.disk.nexuses.get());
    }

    @Test
    public void abortsTasksOfAllConnections() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        final Pdu write = one.start(Pdu.write(Pdu.FINAL, 0, 8));
        assertEquals(Opcode.R2T, one.receive().opcode());
        // Half of a write's data has come in when the other connection resets the unit.
        final byte[] half =
                one.bytes(Pdu.dataOut(0, 0, 0, 0).with(16, write.tag()).data(new byte[2048]));
        one.sendRaw(Arrays.copyOf(half, 600));
        two.cmdSn = one.cmdSn;
        final Pdu reset = two.start(Pdu.taskManagement(TASK_ABORTED_BY_RESET, -1, 0));
        final Pdu answer = two.receive();
        assertEquals(reset.tag(), answer.tag());
        assertEquals(0, answer.response());
        assertEquals(1, member.disk.unitResets.get());
        one.sendRaw(Arrays.copyOfRange(half, 600, half.length));
        one.assertQuiet();
        assertEquals(512, one.execute(Pdu.read(0, 1)).data.length);
    }

    @Test
    public void abortsTasksThatComeLaterOverAnotherConnection() throws IOException {
        final TestInitiator one = leading();
        final TestInitiator two = join(one, 1);
        final int cmdSn = one.cmdSn;
        two.cmdSn = cmdSn + 1;
        final Pdu answer = two.execute(Pdu.taskManagement(2, -1, 0));
        assertEquals(0, answer.response());
        one.start(Pdu.write(Pdu.FINAL, 0, 1).data(block(9)));
        assertArrayEquals("the write never was", block(0), two.execute(Pdu.read(0, 1)).data);
        one.cmdSn = two.cmdSn;
        one.assertQuiet();
    }

    @Test
    public void refusesWhatCannotJoin() throws IOException {
        member.settings.furtherPortals = List.of(new PortalSpec("127.0.0.1", 0, 2, null));
        member.settings.maxConnectionsPerSession = 2;
        member.restart();
        final TestInitiator one = leading();
        join(one, 1);
        final TestInitiator third = connect(one, 2);
        assertStatus(LoginStatus.TOO_MANY_CONNECTIONS, third, names());
        final TestInitiator group =
                member.connect("127.0.0.1", member.portal.portals().get(1).port());
        group.tsih = one.tsih;
        assertStatus(LoginStatus.CANNOT_INCLUDE_IN_SESSION, group, names());
        final TestInitiator isid = connect(one, 2);
        isid.isid++;
        assertStatus(LoginStatus.SESSION_DOES_NOT_EXIST, isid, names());
        final TestInitiator tsih = connect(one, 2);
        tsih.tsih ^= 0x5555;
        assertStatus(LoginStatus.SESSION_DOES_NOT_EXIST, tsih, names());
        one.assertQuiet();
    }

    @Test
    public void letsOnlyTheLeadingConnectionAgreeForTheSession() throws IOException {
        final TestInitiator one = member.login("MaxConnections=4", "MaxBurstLength=65536");
        final TestInitiator two = connect(one, 1);
        final var agreed =
                two.login(MemoryMemberRule.TARGET, "MaxBurstLength=4096", "HeaderDigest=CRC32C", "DataDigest=CRC32C");
        assertEquals("Reject", agreed.get("MaxBurstLength"));
        assertEquals("CRC32C", agreed.get("HeaderDigest"));
        two.cmdSn = one.cmdSn;
        final Pdu write = two.start(Pdu.write(Pdu.FINAL, 0, 64));
        final Pdu r2t = two.receive();
        assertEquals("burst of the session", 32_768, r2t.residual());
        two.answer(r2t, new byte[32_768], 8192);
        assertEquals(write.tag(), two.receive().tag());
        one.cmdSn = two.cmdSn;
        assertTrue(!one.headerDigest);
        one.assertQuiet();
    }

    private TestInitiator leading() throws IOException {
        return member.login("MaxConnections=4");
    }

    private TestInitiator join(final TestInitiator leading, final int connectionId) throws IOException {
        final TestInitiator joining = connect(leading, connectionId);
        joining.login(MemoryMemberRule.TARGET);
        assertEquals(leading.tsih, joining.tsih);
        return joining;
    }

    private TestInitiator connect(final TestInitiator leading, final int connectionId) throws IOException {
        final TestInitiator joining = member.connect();
        joining.tsih = leading.tsih;
        joining.connectionId = connectionId;
        joining.cmdSn = leading.cmdSn;
        joining.lastTag = leading.lastTag + 0x10000 * (connectionId + 1);
        return joining;
    }

    private static void assertStatus(final int status, final TestInitiator initiator, final String... keys)
            throws IOException {
        assertEquals(
                status, initiator.exchange(initiator.loginRequest(0x87, keys)).loginStatus());
        initiator.assertClosedWithoutAnswer();
    }

    private static String[] names() {
        return new String[] {"InitiatorName=" + TestInitiator.NAME, "TargetName=" + MemoryMemberRule.TARGET};
    }

    private static Pdu logout(final TestInitiator initiator, final int reason, final int connectionId)
            throws IOException {
        final Pdu request = new Pdu(Opcode.LOGOUT, Pdu.FINAL | reason).immediate();
        request.header.putShort(20, (short) connectionId);
        initiator.start(request);
        return initiator.receive();
    }

    private static byte[] block(final int value) {
        final byte[] block = new byte[512];
        Arrays.fill(block, (byte) value);
        return block;
    }
}
