package org.isobar.iscsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import org.junit.Rule;
import org.junit.Test;

/** Limits of the tasks of a target and of the member, over all sessions. */
public final class TaskLimitsTest {
    private static final int TASK_SET_FULL = 0x28;
    private static final int BUSY = 0x08;

    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void refusesMoreThanTheTargetBears() throws IOException {
        member.settings.maxTasksPerTarget = 2;
        member.restart();
        final TestInitiator one = member.login();
        final TestInitiator two = another(MemoryMemberRule.TARGET);
        hold(one, 2);
        assertEquals(
                "others of its own to wait for",
                TASK_SET_FULL,
                one.execute(Pdu.read(0, 1)).status());
        assertEquals(
                "none of its own to wait for", BUSY, two.execute(Pdu.read(0, 1)).status());
        final MemoryDisk second = member.targets.add("iqn.2026-11.org.isobar:second", 16);
        assertEquals("another target", 512, another(second.name()).execute(Pdu.read(0, 1)).data.length);
        releaseAndFetch(one, 2);
        assertEquals(512, two.execute(Pdu.read(0, 1)).data.length);
    }

    @Test
    public void refusesMoreThanTheMemberBears() throws IOException {
        member.settings.maxTasksTotal = 2;
        member.restart();
        final TestInitiator one = member.login();
        final MemoryDisk second = member.targets.add("iqn.2026-11.org.isobar:second", 16);
        final TestInitiator two = another(second.name());
        hold(one, 2);
        assertEquals(BUSY, two.execute(Pdu.read(0, 1)).status());
        assertEquals(2, member.portal.tasksInHand());
        assertEquals(2, member.portal.targetsInUse());
        releaseAndFetch(one, 2);
        assertEquals(512, two.execute(Pdu.read(0, 1)).data.length);
    }

    @Test
    public void leavesTheDataOfARefusedWriteAlone() throws IOException {
        member.settings.maxTasksPerTarget = 1;
        member.restart();
        final TestInitiator one = member.login();
        final TestInitiator two = another(MemoryMemberRule.TARGET, "InitialR2T=No");
        hold(one, 1);
        final long bytesInUse = member.portal.dataBytesInUse();
        final byte[] data = new byte[1024];
        data[0] = 1;
        final Pdu write = two.start(Pdu.write(0, 0, 2).data(Arrays.copyOf(data, 512)));
        two.assertQuiet();
        assertEquals("no buffer for it", bytesInUse, member.portal.dataBytesInUse());
        two.sendData(write.tag(), -1, data, 512, 512, 512);
        assertEquals(BUSY, two.receive().status());
        releaseAndFetch(one, 1);
        assertArrayEquals("nothing was written", new byte[1024], two.execute(Pdu.read(0, 2)).data);
    }

    @Test
    public void countsNoTaskOfAConnectionThatBroke() throws IOException {
        member.settings.maxTasksPerTarget = 2;
        member.restart();
        final TestInitiator one = member.login();
        hold(one, 1);
        one.start(Pdu.write(Pdu.FINAL, 0, 8));
        assertEquals(Opcode.R2T, one.receive().opcode());
        one.close();
        MemoryMemberRule.await("what is in hand stays counted", () -> member.portal.tasksInHand() == 1);
        member.disk.release();
        MemoryMemberRule.await("session ends", () -> member.portal.targetsInUse() == 0);
        assertEquals(0, member.portal.tasksInHand());
    }

    private TestInitiator another(final String target, final String... keys) throws IOException {
        final TestInitiator initiator = member.connect();
        initiator.isid += initiator.socket.getLocalPort();
        initiator.login(target, keys);
        return initiator;
    }

    private void hold(final TestInitiator initiator, final int count) throws IOException {
        member.disk.hold();
        for (int i = 0; i < count; i++) {
            initiator.start(Pdu.read(i, 1));
        }
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == count);
    }

    private void releaseAndFetch(final TestInitiator initiator, final int count) throws IOException {
        member.disk.release();
        for (int i = 0; i < count; i++) {
            assertEquals(512, initiator.receive().data.length);
        }
        MemoryMemberRule.await("nothing in hand", () -> member.portal.tasksInHand() == 0);
    }
}
