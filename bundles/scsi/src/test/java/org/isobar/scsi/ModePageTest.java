package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** MODE SENSE and MODE SELECT. */
public final class ModePageTest {
    private static final String RECOVERY = "810a00000000008000000000";
    private static final String PROVISIONING = "dc02002c"
            + "00".repeat(12)
            + "0102000000000000"
            + "0102000000000000"
            + "8803000000000019"
            + "880300000000000a";
    private static final String CACHING = "0812040000000000000000000000000000000000";
    private static final String CONTROL = "0a0a02100000000000000000";
    private static final String DESCRIPTOR_CONTROL = "0a0a06100000000000000000";
    private static final String EXCEPTIONS = "1c0a08000000000000000000";
    private static final String SHORT_DESCRIPTOR = "0000800000000200";
    private static final String LONG_DESCRIPTOR = "00000000000080000000000000000200";

    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void allPagesComeInOrderBehindHeaderAndDescriptor() {
        final String pages = RECOVERY + CACHING + CONTROL + EXCEPTIONS;
        assertSensed("1a 00 3f 00 ff 00", "43001008" + SHORT_DESCRIPTOR + pages);
        assertSensed("1a 08 3f ff ff 00", "6b001000" + pages + PROVISIONING);
        assertSensed("5a 08 3f 00 00 00 00 00 ff 00", "003e001000000000" + pages);
        assertSensed("1a 08 1c 00 ff 00", "0f001000" + EXCEPTIONS);
        assertSensed("1a 08 1c ff ff 00", "3f001000" + EXCEPTIONS + PROVISIONING);
        assertSensed("1a 08 1c 02 ff 00", "33001000" + PROVISIONING);
        assertSensed("5a 00 08 00 00 00 00 00 ff 00", "0022001000000008" + SHORT_DESCRIPTOR + CACHING);
        assertSensed("5a 10 0a 00 00 00 00 00 ff 00", "0022001001000010" + LONG_DESCRIPTOR + CONTROL);
    }

    @Test
    public void changeableAndDefaultValuesAreTold() {
        assertSensed("1a 08 48 00 ff 00", "17001000" + "0812" + "00".repeat(18));
        assertSensed("1a 08 4a 00 ff 00", "0f001000" + "0a0a04000800" + "00".repeat(6));
        assertSensed("1a 08 8a 00 ff 00", "0f001000" + CONTROL);
        scsi.in("1a 08 c8 00 ff 00").assertSense(0x5, 0x39, 0);
    }

    @Test
    public void unknownPagesAreRefused() {
        assertEquals(2, scsi.in("1a 00 02 00 ff 00").assertInvalidCdb().field());
        assertEquals(3, scsi.in("1a 00 3f 02 ff 00").assertInvalidCdb().field());
        assertEquals(3, scsi.in("1a 00 0a 01 ff 00").assertInvalidCdb().field());
        scsi.in("5a 00 00 00 00 00 00 00 ff 00").assertInvalidCdb();
    }

    @Test
    public void whatIsAlreadySoMayBeSelected() {
        select6("00000008" + SHORT_DESCRIPTOR + CACHING + CONTROL + EXCEPTIONS).assertGood();
        select6("00000008" + "ffffffff00000200" + CACHING).assertGood();
        select6("00000008" + "0000000000000200").assertGood();
        select10("0000000001000010" + LONG_DESCRIPTOR + CONTROL).assertGood();
        select10("0000000000000008" + SHORT_DESCRIPTOR + EXCEPTIONS).assertGood();
        scsi.run("15 10 00 00 00 00").assertGood();
        scsi.run("55 10 00 00 00 00 00 00 00 00").assertGood();
    }

    @Test
    public void changesAreRefusedPointingAtTheirByte() {
        assertEquals(
                6,
                select6("00000000" + CACHING.replaceFirst("0812040", "0812000"))
                        .assertSense(0x5, 0x26, 0)
                        .field());
        assertEquals(
                9,
                select6("00000000" + CONTROL.replaceFirst("0a0a02100000", "0a0a02100008"))
                        .assertSense(0x5, 0x26, 0)
                        .field());
        select6("00000000" + "020a" + "00".repeat(10)).assertSense(0x5, 0x26, 0);
        select6("00000000" + "1c02002c" + "00".repeat(44)).assertSense(0x5, 0x26, 0);
        select6("00000000" + "5c02002b" + "00".repeat(43)).assertSense(0x5, 0x26, 0);
        select6("00000000" + "4a01" + "00".repeat(10)).assertSense(0x5, 0x26, 0);
        select6("00000000" + "0a0b" + "00".repeat(11)).assertSense(0x5, 0x26, 0);
        select6("00010000" + CONTROL).assertSense(0x5, 0x26, 0);
        select6("00000008" + "0000800000001000").assertSense(0x5, 0x26, 0);
        select6("00000008" + "0000800100000200").assertSense(0x5, 0x26, 0);
        select6("00000007" + "00".repeat(7)).assertSense(0x5, 0x26, 0);
    }

    @Test
    public void truncatedListsAreRefused() {
        select6("000000").assertSense(0x5, 0x1A, 0);
        select6("00000008" + "00008000").assertSense(0x5, 0x1A, 0);
        select6("00000000" + "0a").assertSense(0x5, 0x1A, 0);
        select6("00000000" + CONTROL.substring(0, 20)).assertSense(0x5, 0x1A, 0);
        scsi.out("15 10 00 00 10 00", new byte[4]).assertSense(0x5, 0x1A, 0);
    }

    @Test
    public void theOldFormatIsRefused() {
        scsi.out("15 00 00 00 04 00", new byte[4]).assertInvalidCdb();
    }

    @Test
    public void descriptorSenseIsSelectedForAllNexusesAndTheOthersAreTold() {
        final ScsiNexus other = scsi.openReady();
        select6("00000000" + DESCRIPTOR_CONTROL).assertGood();
        assertSensed("1a 08 0a 00 ff 00", "0f001000" + DESCRIPTOR_CONTROL);
        final ScsiFixture.Task told = scsi.run(other, scsi.task("00 00 00 00 00 00"));
        assertEquals(0x72, told.assertSense(0x6, 0x2A, 0x01).sense[0]);
        scsi.run(other, scsi.task("00 00 00 00 00 00")).assertGood();
        final ScsiFixture.Task invalid = scsi.in("12 00 80 00 ff 00").assertInvalidCdb();
        assertArrayEquals(
                HexFormat.of().parseHex("720524000000000802060000c0000200"),
                Arrays.copyOf(invalid.sense, invalid.senseBytes));
        select6("00000000" + CONTROL).assertGood();
        assertEquals(0x70, scsi.run("02 00 00 00 00 00").assertSense(0x5, 0x20, 0).sense[0]);
    }

    @Test
    public void aResetRestoresFixedSense() {
        select6("00000000" + DESCRIPTOR_CONTROL).assertGood();
        scsi.nexus.resetLogicalUnit(0);
        assertEquals(0x70, scsi.run("00 00 00 00 00 00").assertSense(0x6, 0x29, 0x03).sense[0]);
    }

    private void assertSensed(final String cdb, final String expected) {
        assertEquals(expected, HexFormat.of().formatHex(scsi.in(cdb).assertGood().received));
    }

    private ScsiFixture.Task select6(final String list) {
        final byte[] bytes = HexFormat.of().parseHex(list);
        return scsi.out(String.format("15 10 00 00 %02x 00", bytes.length), bytes);
    }

    private ScsiFixture.Task select10(final String list) {
        final byte[] bytes = HexFormat.of().parseHex(list);
        return scsi.out(String.format("55 10 00 00 00 00 00 00 %02x 00", bytes.length), bytes);
    }
}
