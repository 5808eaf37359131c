package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import org.junit.Rule;
import org.junit.Test;

public final class TaskAttributeTest {
    private static final int SIMPLE = 1;
    private static final int ORDERED = 2;
    private static final int HEAD_OF_QUEUE = 3;
    private static final int ACA = 4;

    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void orderedTasksStartAloneAndInTurn() throws IOException {
        final TestInitiator initiator = member.login();
        member.disk.hold();
        final Pdu first = initiator.start(read(SIMPLE));
        final Pdu ordered = initiator.start(read(ORDERED));
        final Pdu last = initiator.start(read(SIMPLE));
        final Pdu head = initiator.start(read(HEAD_OF_QUEUE));
        initiator.assertQuiet();
        assertEquals("the first and the head of queue", 2, member.disk.heldCount());
        member.disk.release();
        assertEquals(first.tag(), initiator.receive().tag());
        assertEquals(head.tag(), initiator.receive().tag());
        assertEquals(ordered.tag(), initiator.receive().tag());
        assertEquals(last.tag(), initiator.receive().tag());
    }

    @Test
    public void simpleTasksDoNotWaitForEachOther() throws IOException {
        final TestInitiator initiator = member.login("ImmediateData=No");
        final Pdu write = initiator.start(Pdu.write(Pdu.FINAL | SIMPLE, 0, 1));
        final Pdu r2t = initiator.receive();
        assertEquals(0, initiator.execute(read(SIMPLE)).status());
        initiator.answer(r2t, new byte[512], 512);
        assertEquals(write.tag(), initiator.receive().tag());
    }

    @Test
    public void dormantTasksCanBeAborted() throws IOException {
        final TestInitiator initiator = member.login();
        member.disk.hold();
        final Pdu first = initiator.start(read(SIMPLE));
        final Pdu ordered = initiator.start(read(ORDERED));
        final Pdu last = initiator.start(read(SIMPLE));
        final Pdu answer = initiator.execute(Pdu.taskManagement(1, ordered.tag(), 0));
        assertEquals(0, answer.response());
        assertEquals("the last runs beside the first", 2, member.disk.heldCount());
        member.disk.release();
        assertEquals(first.tag(), initiator.receive().tag());
        assertEquals(last.tag(), initiator.receive().tag());
    }

    @Test
    public void refusesAca() throws IOException {
        final TestInitiator initiator = member.login();
        assertEquals(0x054900, initiator.execute(read(ACA)).sense());
        assertEquals(0, initiator.execute(read(0)).status());
    }

    private static Pdu read(final int attribute) {
        return Pdu.scsi(Pdu.FINAL | 0x40 | attribute, 512, Pdu.cdb(0x28, 0, 1));
    }
}
