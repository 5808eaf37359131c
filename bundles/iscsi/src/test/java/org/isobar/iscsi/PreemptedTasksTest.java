package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Rule;
import org.junit.Test;

/** The logical unit has the tasks of a nexus aborted (PREEMPT AND ABORT, SPC-4 §5.13.11.5). */
public final class PreemptedTasksTest {
    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void theyGetNoAnswerAndAreGoneBeforeThePreempterHears() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        member.disk.hold();
        initiator.start(Pdu.read(0, 8));
        initiator.start(Pdu.write(Pdu.FINAL, 0, 8));
        assertEquals(Opcode.R2T, initiator.receive().opcode());
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        final AtomicBoolean drained = new AtomicBoolean();
        member.disk.lastAborter.abortTasks(null, () -> drained.set(true));
        // The write that waited for data is forgotten; the read is still in the unit's hands.
        MemoryMemberRule.await(
                "forgotten", () -> member.portal.sessions().get(0).commandsInFlight() == 1);
        assertFalse(drained.get());
        member.disk.release();
        MemoryMemberRule.await("drained", drained::get);
        initiator.assertQuiet();
        assertEquals(0, member.disk.inHand.get());
        assertEquals(0, member.portal.dataBytesInUse());
        assertEquals(0, initiator.execute(Pdu.read(0, 1)).status());
    }

    @Test
    public void anIdleNexusIsDrainedAtOnce() throws IOException {
        member.login();
        final AtomicBoolean drained = new AtomicBoolean();
        member.disk.lastAborter.abortTasks(null, () -> drained.set(true));
        MemoryMemberRule.await("drained", drained::get);
    }

    @Test
    public void aLostConnectionDrainsToo() throws IOException {
        final TestInitiator initiator = member.login();
        member.disk.hold();
        initiator.start(Pdu.read(0, 8));
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 1);
        initiator.close();
        final AtomicBoolean drained = new AtomicBoolean();
        member.disk.lastAborter.abortTasks(null, () -> drained.set(true));
        member.disk.release();
        MemoryMemberRule.await("drained", drained::get);
    }
}
