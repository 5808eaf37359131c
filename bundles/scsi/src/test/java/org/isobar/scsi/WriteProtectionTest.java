package org.isobar.scsi;

import static org.junit.Assert.assertEquals;

import java.util.HexFormat;
import java.util.List;
import org.isobar.api.block.IoOp;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** Read-only nexuses, and the SWP bit of the control mode page (SPC-4 §7.5.8). */
public final class WriteProtectionTest {
    private static final List<String> WRITES = List.of(
            "0a 00 00 00 01 00",
            "2a 00 00 00 00 00 00 00 01 00",
            "aa 00 00 00 00 00 00 00 00 01 00 00",
            "8a 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "2e 00 00 00 00 00 00 00 01 00",
            "8e 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "ae 00 00 00 00 00 00 00 00 01 00 00",
            "41 00 00 00 00 00 00 00 01 00",
            "93 01 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "8b 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "89 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
            "42 00 00 00 00 00 00 00 18 00");
    private static final List<String> OTHERS = List.of(
            "28 00 00 00 00 00 00 00 01 00",
            "2f 00 00 00 00 00 00 00 01 00",
            "35 00 00 00 00 00 00 00 00 00",
            "34 00 00 00 00 00 00 00 01 00",
            "00 00 00 00 00 00",
            "a3 0c 00 00 00 00 00 00 10 00 00 00",
            "5e 00 00 00 00 00 00 00 08 00",
            "16 00 00 00 00 00",
            "17 00 00 00 00 00");

    private final ScsiFixture scsi = new ScsiFixture();
    private final ScsiNexus reader = scsi.ready(scsi.open("iqn.2026-11.example:reader", 1, 1, true));

    @Test
    public void aReadOnlyNexusReadsAndDoesNotWrite() {
        assertProtected(reader);
        scsi.out("2a 00 00 00 00 00 00 00 01 00", new byte[512]).assertGood();
        assertEquals(0x90, deviceSpecific(reader));
        assertEquals(0x10, deviceSpecific(scsi.nexus));
    }

    @Test
    public void softwareWriteProtectionHoldsForAllAndTheOthersAreTold() {
        select("0a0a02100800000000000000").assertGood();
        scsi.run(reader, scsi.task("00 00 00 00 00 00")).assertSense(0x6, 0x2A, 0x01);
        assertProtected(scsi.nexus);
        assertEquals(0x90, deviceSpecific(scsi.nexus));
        final byte[] page = scsi.in("1a 08 0a 00 ff 00").assertGood().received;
        assertEquals(0x08, page[8]);
        select("0a0a02100000000000000000").assertGood();
        scsi.out("2a 00 00 00 00 00 00 00 01 00", new byte[512]).assertGood();
        assertProtected(scsi.ready(scsi.open("iqn.2026-11.example:reader", 2, 1, true)));
    }

    @Test
    public void aResetEndsSoftwareWriteProtection() {
        select("0a0a02100800000000000000").assertGood();
        scsi.nexus.resetTarget();
        scsi.run("00 00 00 00 00 00").assertSense(0x6, 0x29, 0x03);
        scsi.out("2a 00 00 00 00 00 00 00 01 00", new byte[512]).assertGood();
    }

    private void assertProtected(final ScsiNexus nexus) {
        scsi.volume.takeOps();
        for (final String cdb : WRITES) {
            scsi.run(nexus, scsi.task(cdb).send(new byte[1024])).assertSense(0x7, 0x27, 0x00);
        }
        assertEquals(List.of(), scsi.volume.takeOps());
        for (final String cdb : OTHERS) {
            scsi.run(nexus, scsi.task(cdb).expectIn(65536)).assertGood();
        }
        assertEquals(false, scsi.volume.takeOps().contains(IoOp.WRITE));
    }

    private int deviceSpecific(final ScsiNexus nexus) {
        final byte[] shortForm =
                scsi.run(nexus, scsi.task("1a 08 0a 00 ff 00").expectIn(255)).assertGood().received;
        final byte[] longForm = scsi.run(
                        nexus, scsi.task("5a 08 0a 00 00 00 00 00 ff 00").expectIn(255))
                .assertGood()
                .received;
        assertEquals(shortForm[2], longForm[3]);
        return shortForm[2] & 0xFF;
    }

    private ScsiFixture.Task select(final String page) {
        final byte[] list = HexFormat.of().parseHex("00000000" + page);
        return scsi.out(String.format("15 10 00 00 %02x 00", list.length), list);
    }
}
