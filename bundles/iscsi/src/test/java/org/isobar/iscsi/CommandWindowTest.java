package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public final class CommandWindowTest {
    @Rule(order = 0)
    public final Seed seed = new Seed();

    @Rule(order = 1)
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void deliversInOrderAcrossTheWrap() {
        final CommandWindow window = new CommandWindow(24);
        final int first = -1000;
        window.begin(first);
        final List<Integer> delivered = new ArrayList<>();
        final List<Integer> pending = new ArrayList<>();
        int sent = first;
        final Random random = seed.random();
        while (sent != first + 3000 || !pending.isEmpty()) {
            while (pending.size() < 24 && sent != first + 3000) {
                pending.add(sent++);
            }
            Collections.shuffle(pending, random);
            for (final Integer cmdSn : List.copyOf(pending)) {
                if (window.accepts(cmdSn)) {
                    pending.remove(cmdSn);
                    window.arrived(cmdSn, () -> {
                        delivered.add(cmdSn);
                        window.ended();
                    });
                    assertFalse(window.accepts(cmdSn));
                }
            }
        }
        assertEquals(3000, delivered.size());
        for (int i = 0; i < 3000; i++) {
            assertEquals(first + i, (int) delivered.get(i));
        }
    }

    @Test
    public void acceptsOnlyWhatFits() {
        final CommandWindow window = new CommandWindow(3);
        window.begin(10);
        assertFalse(window.accepts(9));
        assertTrue(window.accepts(10));
        assertTrue(window.accepts(12));
        assertFalse(window.accepts(13));
        window.arrived(12, () -> {});
        assertFalse("came already", window.accepts(12));
        window.arrived(10, () -> {});
        assertEquals(11, window.expectedCmdSn());
        assertEquals(12, window.maxCmdSn());
        window.ended();
        assertTrue(window.accepts(13));
    }

    @Test
    public void closesWhileTasksAreInHand() throws IOException {
        member.settings.maxTasks = 4;
        member.restart();
        final TestInitiator initiator = member.login();
        member.disk.hold();
        for (int i = 0; i < 4; i++) {
            initiator.start(Pdu.read(i, 1));
        }
        MemoryMemberRule.await("held", () -> member.disk.heldCount() == 4);
        final Pdu pong =
                initiator.execute(new Pdu(Opcode.NOP_OUT, Pdu.FINAL).immediate().with(20, -1));
        assertEquals(initiator.cmdSn, pong.expCmdSn());
        assertEquals("the window is closed", initiator.cmdSn - 1, pong.maxCmdSn());
        initiator.start(Pdu.read(5, 1));
        initiator.cmdSn--;
        initiator.assertQuiet();
        member.disk.release();
        for (int i = 0; i < 4; i++) {
            assertEquals(initiator.cmdSn + i, initiator.receive().maxCmdSn());
        }
        initiator.assertQuiet();
    }

    @Test
    public void ignoresNumbersOutsideSilently() throws IOException {
        final TestInitiator initiator = member.login();
        final int right = initiator.cmdSn;
        for (final int wrong : new int[] {right - 1, right + 128, right + 0x40000000, right - 0x40000000}) {
            initiator.cmdSn = wrong;
            initiator.start(Pdu.write(Pdu.FINAL, 0, 1).data(new byte[512]));
            initiator.cmdSn = wrong;
            initiator.start(new Pdu(Opcode.NOP_OUT, Pdu.FINAL).with(20, -1).data(new byte[512]));
        }
        initiator.cmdSn = right;
        initiator.assertQuiet();
        assertEquals(right + 1, initiator.execute(Pdu.read(0, 1)).expCmdSn());
    }

    @Test
    public void letsCommandsWaitForTheirTurn() throws IOException {
        final TestInitiator initiator = member.login();
        final int first = initiator.cmdSn;
        final byte[] data = new byte[512];
        data[0] = 7;
        initiator.cmdSn = first + 2;
        final Pdu read = initiator.start(Pdu.read(0, 1));
        initiator.cmdSn = first + 1;
        final Pdu ping =
                initiator.start(new Pdu(Opcode.NOP_OUT, Pdu.FINAL).with(20, -1).data(new byte[] {1, 2, 3}));
        initiator.assertQuiet();
        initiator.cmdSn = first;
        final Pdu write = initiator.start(Pdu.write(Pdu.FINAL, 0, 1).data(data));
        assertEquals(write.tag(), initiator.receive().tag());
        final Pdu pong = initiator.receive();
        assertEquals(ping.tag(), pong.tag());
        assertEquals(3, pong.data.length);
        final Pdu answer = initiator.receive();
        assertEquals(read.tag(), answer.tag());
        assertEquals(7, answer.data[0]);
        initiator.cmdSn = first + 3;
        initiator.assertQuiet();
    }

    @Test
    public void forgetsWaitingCommandsWithTheConnection() throws IOException {
        final TestInitiator initiator = member.login();
        initiator.cmdSn++;
        initiator.start(Pdu.write(Pdu.FINAL, 0, 1).data(new byte[512]));
        initiator.start(new Pdu(Opcode.NOP_OUT, Pdu.FINAL).with(20, -1).data(new byte[100]));
        initiator.assertQuiet();
        initiator.close();
    }

    @Test
    public void rejectsATagInUse() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        initiator.start(Pdu.write(Pdu.FINAL, 0, 1));
        final Pdu r2t = initiator.receive();
        initiator.lastTag--;
        initiator.start(Pdu.read(0, 1));
        final Pdu answer = initiator.receive();
        assertEquals(Opcode.REJECT, answer.opcode());
        assertEquals(RejectReason.TASK_IN_PROGRESS, answer.response());
        initiator.answer(r2t, new byte[512], 512);
        assertEquals(0, initiator.receive().status());
        initiator.assertQuiet();
    }

    @Test
    public void boundsImmediateCommands() throws IOException {
        final TestInitiator initiator = member.login();
        member.disk.hold();
        for (int i = 0; i < 16; i++) {
            initiator.start(Pdu.read(0, 1).immediate());
        }
        initiator.start(Pdu.read(0, 1).immediate());
        final Pdu answer = initiator.receive();
        assertEquals(Opcode.REJECT, answer.opcode());
        assertEquals(RejectReason.TOO_MANY_IMMEDIATE_COMMANDS, answer.response());
        member.disk.release();
        for (int i = 0; i < 16; i++) {
            assertEquals(initiator.cmdSn, initiator.receive().expCmdSn());
        }
        assertEquals(0, initiator.execute(Pdu.read(0, 1).immediate()).status());
    }
}
