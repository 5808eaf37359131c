package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;

public final class TextRequestTest {
    private static final int CONTINUE = 0x40;

    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void sendsTheTargetsWithTheAddressThatWasReached() throws IOException {
        final TestInitiator initiator = discovery();
        final Pdu answer = initiator.execute(text("SendTargets=All"));
        assertEquals(Opcode.TEXT_RESPONSE, answer.opcode());
        assertTrue(answer.isFinal());
        assertEquals(-1, answer.transferTag());
        assertEquals(MemoryMemberRule.TARGET, answer.keys().get("TargetName"));
        assertEquals(
                "127.0.0.1:" + member.portal.portals().get(0).port() + ",1",
                answer.keys().get("TargetAddress"));
        initiator.logout();
    }

    @Test
    public void sendsOneTargetByName() throws IOException {
        member.targets.add("iqn.2026-11.org.isobar:second", 16);
        final TestInitiator initiator = discovery();
        final Map<String, String> found = initiator
                .execute(text("SendTargets=iqn.2026-11.org.isobar:second"))
                .keys();
        assertEquals("iqn.2026-11.org.isobar:second", found.get("TargetName"));
        assertEquals(0, initiator.execute(text("SendTargets=iqn.x:none")).data.length);
        assertEquals(0, initiator.execute(text("SendTargets=")).data.length);
    }

    @Test
    public void showsANormalSessionOnlyItsOwnTarget() throws IOException {
        member.targets.add("iqn.2026-11.org.isobar:second", 16);
        final TestInitiator initiator = member.login();
        final String name = initiator.execute(text("SendTargets=")).keys().get("TargetName");
        assertEquals(MemoryMemberRule.TARGET, name);
        assertEquals(0, initiator.execute(text("SendTargets=iqn.2026-11.org.isobar:second")).data.length);
        assertEquals("Reject", initiator.execute(text("SendTargets=All")).keys().get("SendTargets"));
    }

    @Test
    public void answersOtherKeys() throws IOException {
        final TestInitiator initiator = member.login();
        final Map<String, String> answer = initiator
                .execute(text("MaxRecvDataSegmentLength=1024", "X-odd=1", "InitialR2T=No"))
                .keys();
        assertEquals("NotUnderstood", answer.get("X-odd"));
        assertEquals("Reject", answer.get("InitialR2T"));
        assertEquals(2, answer.size());
        assertEquals("from now on", 1024, initiator.execute(Pdu.read(0, 8)).data.length);
        for (int rest = 0; rest < 3; rest++) {
            assertEquals(1024, initiator.receive().data.length);
        }
    }

    @Test
    public void splitsLongAnswers() throws IOException {
        for (int i = 0; i < 200; i++) {
            member.targets.add(String.format("iqn.2026-11.org.isobar:target-%04d", i), 1);
        }
        final TestInitiator initiator = discovery("MaxRecvDataSegmentLength=512");
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        Pdu answer = initiator.execute(text("SendTargets=All"));
        while (!answer.isFinal()) {
            assertEquals(512, answer.data.length);
            assertEquals(CONTINUE, answer.flags());
            all.writeBytes(answer.data);
            answer = initiator.execute(new Pdu(Opcode.TEXT, Pdu.FINAL).with(20, answer.transferTag()));
        }
        all.writeBytes(answer.data);
        final String text = all.toString(StandardCharsets.UTF_8);
        assertEquals(201, text.split("TargetName=", -1).length - 1);
        assertTrue(text.contains("TargetName=iqn.2026-11.org.isobar:target-0199\0TargetAddress="));
    }

    @Test
    public void takesLongRequests() throws IOException {
        final TestInitiator initiator = discovery();
        final Pdu first =
                new Pdu(Opcode.TEXT, CONTINUE).with(20, -1).data("SendTargets=A".getBytes(StandardCharsets.UTF_8));
        final Pdu more = initiator.execute(first);
        assertEquals(0, more.flags());
        assertEquals(0, more.data.length);
        final Pdu second = new Pdu(Opcode.TEXT, Pdu.FINAL)
                .with(20, more.transferTag())
                .data("ll\0".getBytes(StandardCharsets.UTF_8));
        assertEquals(MemoryMemberRule.TARGET, initiator.execute(second).keys().get("TargetName"));
    }

    @Test
    public void rejectsWhatItCannotTake() throws IOException {
        final TestInitiator initiator = discovery();
        assertRejected(initiator, RejectReason.PROTOCOL_ERROR, text("no pair"));
        assertRejected(
                initiator,
                RejectReason.INVALID_PDU_FIELD,
                new Pdu(Opcode.TEXT, Pdu.FINAL).with(20, 4711).text("SendTargets=All"));
        assertRejected(
                initiator,
                RejectReason.PROTOCOL_ERROR,
                new Pdu(Opcode.TEXT, Pdu.FINAL | CONTINUE).with(20, -1).text("SendTargets=All"));
        assertRejected(
                initiator,
                RejectReason.PROTOCOL_ERROR,
                new Pdu(Opcode.TEXT, CONTINUE).with(20, -1).data(new byte[16_385]));
        assertEquals(
                MemoryMemberRule.TARGET,
                initiator.execute(text("SendTargets=All")).keys().get("TargetName"));
    }

    @Test
    public void servesNothingButTextInDiscovery() throws IOException {
        final TestInitiator initiator = discovery();
        assertEquals(0, member.disk.nexuses.get());
        assertRejected(initiator, RejectReason.COMMAND_NOT_SUPPORTED, Pdu.read(0, 1));
        assertRejected(
                initiator,
                RejectReason.COMMAND_NOT_SUPPORTED,
                Pdu.write(Pdu.FINAL, 0, 1).data(new byte[512]));
        assertRejected(initiator, RejectReason.COMMAND_NOT_SUPPORTED, Pdu.taskManagement(6, -1, 0));
        assertRejected(initiator, RejectReason.PROTOCOL_ERROR, Pdu.dataOut(Pdu.FINAL, -1, 0, 0));
        initiator.cmdSn--;
        initiator.assertQuiet();
        assertEquals("", member.portal.sessions().get(0).targetName());
    }

    private TestInitiator discovery(final String... keys) throws IOException {
        final TestInitiator initiator = member.connect();
        initiator.login("", keys);
        return initiator;
    }

    private static Pdu text(final String... pairs) {
        return new Pdu(Opcode.TEXT, Pdu.FINAL).with(20, -1).text(pairs);
    }

    private static void assertRejected(final TestInitiator initiator, final int reason, final Pdu request)
            throws IOException {
        initiator.start(request);
        final Pdu answer = initiator.receive();
        assertEquals(answer.toString(), Opcode.REJECT, answer.opcode());
        assertEquals(reason, answer.response());
    }
}
