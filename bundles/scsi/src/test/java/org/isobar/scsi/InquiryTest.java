package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.Test;

/** INQUIRY and its pages. */
public final class InquiryTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void standardDataClaimsWhatTheUnitIs() {
        final byte[] data = scsi.in("12 00 00 01 00 00").assertGood().received;
        assertEquals(96, data.length);
        assertArrayEquals(HexFormat.of().parseHex("000006125b180002"), Arrays.copyOf(data, 8));
        assertEquals("ISOBAR  VOLUME          0001", new String(data, 8, 28, StandardCharsets.US_ASCII));
        assertArrayEquals(HexFormat.of().parseHex("00a0046004c00960"), Arrays.copyOfRange(data, 58, 66));
    }

    @Test
    public void isCutToTheAllocationLength() {
        for (final int length : new int[] {0, 1, 5, 36, 95, 96, 97, 65535}) {
            final ScsiFixture.Task task = scsi.in(String.format("12 00 00 %02x %02x 00", length >> 8, length & 0xFF))
                    .assertGood();
            assertEquals(Math.min(length, 96), task.received.length);
        }
    }

    @Test
    public void everyListedPageIsThereAndSaysItsLength() {
        final byte[] pages = scsi.in("12 01 00 00 ff 00").assertGood().received;
        assertArrayEquals(HexFormat.of().parseHex("000000070080838fb0b1b2"), pages);
        for (int i = 4; i < pages.length; i++) {
            final byte[] page =
                    scsi.in(String.format("12 01 %02x 01 ff 00", pages[i])).assertGood().received;
            assertEquals(0, page[0]);
            assertEquals(pages[i], page[1]);
            assertEquals(page.length - 4, BigEndian.unsignedShort(page, 2));
        }
    }

    @Test
    public void unknownPagesAreRefused() {
        assertEquals(2, scsi.in("12 01 01 00 ff 00").assertInvalidCdb().field());
        scsi.in("12 01 ff 00 ff 00").assertInvalidCdb();
        scsi.in("12 00 80 00 ff 00").assertInvalidCdb();
    }

    @Test
    public void identityComesFromTheVolume() {
        final String serial = MemoryVolume.UUID_OF_ALL.toString().replace("-", "");
        assertEquals(serial, text(scsi.in("12 01 80 00 ff 00").received, 4));
        final byte[] page = scsi.in("12 01 83 01 ff 00").assertGood().received;
        assertEquals("01030008", HexFormat.of().formatHex(page, 4, 8));
        assertEquals("NAA, locally assigned", 3, page[8] >> 4);
        final String all = text(page, 0);
        assertTrue(all.contains("ISOBAR  " + serial));
        assertTrue(all.contains(ScsiFixture.TARGET + ",t,0x0001"));
        int at = 4;
        int designators = 0;
        while (at < page.length) {
            at += 4 + (page[at + 3] & 0xFF);
            designators++;
        }
        assertEquals(page.length, at);
        assertEquals(6, designators);
    }

    @Test
    public void blockLimitsAreThoseEnforced() {
        final ByteBuffer page = ByteBuffer.wrap(scsi.in("12 01 b0 00 ff 00").assertGood().received);
        assertEquals(64, page.capacity());
        assertEquals("WSNZ", 0, page.get(4));
        assertEquals((byte) 255, page.get(5));
        assertEquals(8192, page.getInt(8));
        assertEquals(2048, page.getInt(12));
        assertEquals(BlockLimits.MAX_UNMAP_BLOCKS, page.getInt(20));
        assertEquals(BlockLimits.MAX_UNMAP_DESCRIPTORS, page.getInt(24));
        assertEquals(MemoryVolume.PAGE_BYTES / 512, page.getInt(28));
        assertEquals(BlockLimits.MAX_WRITE_SAME_BLOCKS, page.getLong(36));
        assertEquals(256, page.getInt(44));
        assertEquals(8, page.getInt(48));
        assertEquals(8, page.getInt(52));
        assertEquals("no atomic boundaries", 0, page.getLong(56));
    }

    @Test
    public void thinProvisioningThatReadsZerosIsClaimed() {
        assertArrayEquals(
                HexFormat.of().parseHex("00b200040ae40228"),
                scsi.in("12 01 b2 00 ff 00").assertGood().received);
        assertEquals(1, BigEndian.unsignedShort(scsi.in("12 01 b1 00 ff 00").assertGood().received, 4));
    }

    @Test
    public void eraseLeavesReadableBlocks() {
        assertEquals("WABEREQ", 0x40, scsi.in("12 01 b1 00 ff 00").assertGood().received[7]);
    }

    @Test
    public void thirdPartyCopyPageHoldsItsDescriptorsInOrder() {
        final byte[] page = scsi.in("12 01 8f 00 ff 00").assertGood().received;
        int before = -1;
        int at = 4;
        while (at < page.length) {
            final int type = BigEndian.unsignedShort(page, at);
            assertTrue("ascending: " + type, type > before);
            assertEquals(0, BigEndian.unsignedShort(page, at + 2) % 4);
            at += 4 + BigEndian.unsignedShort(page, at + 2);
            before = type;
        }
        assertEquals(page.length, at);
    }

    private static String text(final byte[] bytes, final int from) {
        return new String(bytes, from, bytes.length - from, StandardCharsets.US_ASCII);
    }
}
