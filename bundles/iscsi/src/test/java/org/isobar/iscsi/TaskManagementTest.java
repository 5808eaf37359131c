package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import org.junit.Rule;
import org.junit.Test;

public final class TaskManagementTest {
    private static final int ABORT_TASK = 1;
    private static final int ABORT_TASK_SET = 2;
    private static final int CLEAR_ACA = 3;
    private static final int CLEAR_TASK_SET = 4;
    private static final int LOGICAL_UNIT_RESET = 5;
    private static final int TARGET_WARM_RESET = 6;
    private static final int TARGET_COLD_RESET = 7;
    private static final int TASK_REASSIGN = 8;

    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void abortsAWriteThatWaitsForData() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        final Pdu write = initiator.start(Pdu.write(Pdu.FINAL, 0, 8));
        final Pdu r2t = initiator.receive();
        assertAnswer(0, initiator.execute(Pdu.taskManagement(ABORT_TASK, write.tag(), initiator.cmdSn - 1)));
        // Data still on its way is dropped without a word.
        initiator.answer(r2t, new byte[4096], 4096);
        initiator.assertQuiet();
        assertEquals(0, member.portal.sessions().get(0).commandsInFlight());
        assertEquals(0, member.portal.dataBytesInUse());
    }

    @Test
    public void answersAnAbortOnlyOnceTheTaskHasEnded() throws IOException {
        final TestInitiator initiator = member.login();
        member.disk.hold();
        final Pdu read = initiator.start(Pdu.read(0, 8));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        final Pdu abort = initiator.start(Pdu.taskManagement(ABORT_TASK, read.tag(), initiator.cmdSn - 1));
        initiator.assertQuiet();
        member.disk.release();
        final Pdu answer = initiator.receive();
        assertAnswer(0, answer);
        assertEquals(abort.tag(), answer.tag());
        initiator.assertQuiet();
    }

    @Test
    public void knowsNoSuchTask() throws IOException {
        final TestInitiator initiator = member.login();
        initiator.execute(Pdu.read(0, 1));
        assertAnswer(1, initiator.execute(Pdu.taskManagement(ABORT_TASK, initiator.lastTag, initiator.cmdSn - 1)));
        assertAnswer(1, initiator.execute(Pdu.taskManagement(ABORT_TASK, 4711, initiator.cmdSn + 1000)));
    }

    @Test
    public void abortsATaskThatHasNotComeYet() throws IOException {
        final TestInitiator initiator = member.login();
        final int missing = initiator.cmdSn++;
        final Pdu later = initiator.start(Pdu.read(0, 1));
        initiator.start(Pdu.taskManagement(ABORT_TASK, 4711, missing));
        // Its number counts as received, so the one behind it goes on.
        assertEquals(later.tag(), initiator.receive().tag());
        assertAnswer(0, initiator.receive());
    }

    @Test
    public void isNotDeafenedByANumberPastTheWindow() throws IOException {
        final TestInitiator initiator = member.login();
        final Pdu reset =
                Pdu.taskManagement(TARGET_WARM_RESET, 0, 0).with(16, 9).with(24, initiator.cmdSn + 1000);
        assertAnswer(0, initiator.exchange(reset));
        assertEquals(0, initiator.execute(Pdu.read(0, 1)).status());
    }

    @Test
    public void abortsTheTaskSetOfTheSession() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        initiator.start(Pdu.write(Pdu.FINAL, 0, 8));
        initiator.receive();
        initiator.start(Pdu.write(Pdu.FINAL, 8, 8));
        initiator.receive();
        assertAnswer(0, initiator.execute(Pdu.taskManagement(ABORT_TASK_SET, -1, 0)));
        initiator.assertQuiet();
        assertEquals(0, member.portal.sessions().get(0).commandsInFlight());
    }

    @Test
    public void sparesTasksAfterTheFunction() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        final Pdu function = Pdu.taskManagement(ABORT_TASK_SET, -1, 0);
        final int functionSn = initiator.cmdSn;
        initiator.start(Pdu.write(Pdu.FINAL, 0, 1));
        final Pdu r2t = initiator.receive();
        function.with(16, 4711).with(24, functionSn);
        initiator.send(function);
        assertAnswer(0, initiator.receive());
        initiator.answer(r2t, new byte[512], 512);
        assertEquals(0, initiator.receive().status());
    }

    @Test
    public void knowsNoSuchLogicalUnit() throws IOException {
        final TestInitiator initiator = member.login();
        for (final int function : new int[] {ABORT_TASK_SET, CLEAR_TASK_SET, LOGICAL_UNIT_RESET}) {
            assertAnswer(
                    2, initiator.execute(Pdu.taskManagement(function, -1, 0).lun(1L << 48)));
        }
        assertEquals(0, member.disk.unitResets.get());
    }

    @Test
    public void saysWhatItDoesNotSupport() throws IOException {
        final TestInitiator initiator = member.login();
        assertAnswer(5, initiator.execute(Pdu.taskManagement(CLEAR_ACA, -1, 0)));
        assertAnswer(4, initiator.execute(Pdu.taskManagement(TASK_REASSIGN, 1, 0)));
        assertAnswer(5, initiator.execute(Pdu.taskManagement(0x55, -1, 0)));
    }

    @Test
    public void resetsTheLogicalUnitOnceTasksOfAllSessionsHaveEnded() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        final TestInitiator other = member.connect();
        other.name = "iqn.2026-11.org.isobar.test:two";
        other.login(MemoryMemberRule.TARGET);
        initiator.start(Pdu.write(Pdu.FINAL, 0, 8));
        initiator.receive();
        member.disk.hold();
        final Pdu read = other.start(Pdu.read(0, 8));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        initiator.start(Pdu.taskManagement(LOGICAL_UNIT_RESET, -1, 0));
        initiator.assertQuiet();
        assertEquals(0, member.disk.unitResets.get());
        member.disk.release();
        assertAnswer(0, initiator.receive());
        assertEquals(1, member.disk.unitResets.get());
        // The other initiator's task counts as done before the reset.
        assertEquals(read.tag(), other.receive().tag());
    }

    @Test
    public void resetsTheTargetWarm() throws IOException {
        final TestInitiator initiator = member.login();
        assertAnswer(0, initiator.execute(Pdu.taskManagement(TARGET_WARM_RESET, -1, 0)));
        assertEquals(1, member.disk.targetResets.get());
        initiator.assertQuiet();
    }

    @Test
    public void endsAllSessionsWhenItResetsTheTargetCold() throws IOException {
        final TestInitiator initiator = member.login();
        final TestInitiator other = member.connect();
        other.name = "iqn.2026-11.org.isobar.test:two";
        other.login(MemoryMemberRule.TARGET);
        assertAnswer(0, initiator.execute(Pdu.taskManagement(TARGET_COLD_RESET, -1, 0)));
        initiator.assertClosedWithoutAnswer();
        final Pdu dropped = other.receive();
        assertEquals(Opcode.ASYNC_MESSAGE, dropped.opcode());
        assertEquals("event", 3, dropped.header.get(36));
        other.assertClosedWithoutAnswer();
        assertEquals(1, member.disk.targetResets.get());
    }

    @Test
    public void takesItsTurnWhenNotImmediate() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        final int writeSn = initiator.cmdSn;
        final Pdu function = Pdu.taskManagement(ABORT_TASK_SET, -1, 0);
        function.header.put(0, (byte) Opcode.TASK_MANAGEMENT);
        initiator.cmdSn = writeSn + 1;
        initiator.start(function);
        initiator.assertQuiet();
        initiator.cmdSn = writeSn;
        initiator.start(Pdu.write(Pdu.FINAL, 0, 1));
        assertEquals(Opcode.R2T, initiator.receive().opcode());
        assertAnswer(0, initiator.receive());
        initiator.cmdSn = writeSn + 2;
        initiator.assertQuiet();
    }

    private static void assertAnswer(final int response, final Pdu answer) {
        assertEquals(answer.toString(), Opcode.TASK_MANAGEMENT_RESPONSE, answer.opcode());
        assertEquals(answer.toString(), response, answer.response());
    }
}
