package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.Test;

/** REPORT SUPPORTED OPERATION CODES and REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS. */
public final class ReportOpcodesTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void everyCommandIsListedAndCanBeAskedForAlone() {
        for (final int timeouts : new int[] {0, 0x80}) {
            final int eachBytes = timeouts == 0 ? 8 : 20;
            final byte[] list = report(timeouts, 0, 0).assertGood().received;
            assertEquals(list.length - 4, BigEndian.unsignedInt(list, 0));
            assertEquals(CommandTable.all().size(), (list.length - 4) / eachBytes);
            for (int at = 4; at < list.length; at += eachBytes) {
                final int code = list[at] & 0xFF;
                final int action = BigEndian.unsignedShort(list, at + 2);
                final boolean hasAction = (list[at + 5] & 1) != 0;
                assertTrue(hasAction || action == 0);
                assertEquals(timeouts != 0, (list[at + 5] & 2) != 0);
                final byte[] one =
                        report(timeouts | (hasAction ? 2 : 1), code, action).assertGood().received;
                assertArrayEquals(one, report(timeouts | 3, code, action).assertGood().received);
                final int cdbBytes = BigEndian.unsignedShort(list, at + 6);
                assertEquals(3, one[1] & 7);
                assertEquals(cdbBytes, BigEndian.unsignedShort(one, 2));
                assertEquals(code, one[4] & 0xFF);
                assertEquals(4 + cdbBytes + (timeouts == 0 ? 0 : 12), one.length);
                if (timeouts != 0) {
                    assertEquals(10, BigEndian.unsignedShort(one, 4 + cdbBytes));
                    assertNotEquals(0, BigEndian.unsignedInt(one, 4 + cdbBytes + 8));
                }
                report(timeouts | (hasAction ? 1 : 2), code, action).assertInvalidCdb();
            }
        }
    }

    @Test
    public void unknownCommandsAreReportedAsNotSupported() {
        for (final int option : new int[] {1, 2, 3}) {
            assertEquals(1, report(option, 0xEE, 0).assertGood().received[1]);
        }
        assertEquals(1, report(2, 0x9E, 0x1F).assertGood().received[1]);
        assertEquals(1, report(3, 0x9E, 0x1F).assertGood().received[1]);
        assertEquals(1, report(3, 0x28, 1).assertGood().received[1]);
        assertEquals(2, report(4, 0, 0).assertInvalidCdb().field());
    }

    @Test
    public void isCutToTheAllocationLength() {
        assertEquals(5, scsi.in("a3 0c 00 00 00 00 00 00 00 05 00 00").assertGood().received.length);
    }

    @Test
    public void unknownCodesAndActionsAreRefused() {
        scsi.run("02 00 00 00 00 00").assertSense(0x5, 0x20, 0);
        scsi.run("7f 00 00 00 00 00").assertSense(0x5, 0x20, 0);
        scsi.run("ff 00 00 00 00 00").assertSense(0x5, 0x20, 0);
        assertEquals(1, scsi.run("9e 11 00 00 00 00").assertInvalidCdb().field());
        scsi.run("a3 1f 00 00 00 00").assertInvalidCdb();
    }

    @Test
    public void taskManagementFunctionsAreToldShortAndLong() {
        assertArrayEquals(
                HexFormat.of().parseHex("da000000"),
                scsi.in("a3 0d 00 00 00 00 00 00 00 10 00 00").assertGood().received);
        assertArrayEquals(
                Arrays.copyOf(HexFormat.of().parseHex("da00000c"), 16),
                scsi.in("a3 0d 80 00 00 00 00 00 00 10 00 00").assertGood().received);
        scsi.in("a3 0d 00 00 00 00 00 00 00 03 00 00").assertInvalidCdb();
    }

    private ScsiFixture.Task report(final int options, final int code, final int action) {
        return scsi.in(String.format(
                "a3 0c %02x %02x %02x %02x 00 00 ff ff 00 00", options, code, action >> 8, action & 0xFF));
    }
}
