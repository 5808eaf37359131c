package org.isobar.scsi;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** Several portal groups: REPORT TARGET PORT GROUPS and the device identification page (SPC-4 §5.15, §6.37, §7.8.6). */
public final class PortGroupsTest {
    private final ScsiFixture scsi = new ScsiFixture();

    @Test
    public void everyPortalGroupIsAnActiveTargetPortGroup() {
        scsi.targets.portalGroups(List.of(7, 1, 300));
        final String groups = "000100010000000100000001" + "000100070000000100000007" + "0001012c000000010000012c";
        assertIn(scsi.nexus, "a3 0a 00 00 00 00 00 00 00 ff 00 00", "00000024" + groups);
        assertIn(scsi.nexus, "a3 2a 00 00 00 00 00 00 00 ff 00 00", "00000028" + "10000000" + groups);
        assertEquals(20, scsi.in("a3 0a 00 00 00 00 00 00 00 14 00 00").assertGood().received.length);
        scsi.targets.portalGroups(List.of(7));
        assertIn(
                scsi.nexus,
                "a3 0a 00 00 00 00 00 00 00 ff 00 00",
                "00000018" + "000100010000000100000001" + "000100070000000100000007");
    }

    @Test
    public void aPageTellsThePortThatItIsReadThrough() {
        scsi.targets.portalGroups(List.of(1, 7));
        final ScsiNexus second = scsi.openReady("iqn.2026-11.example:a", 1, 7);
        final byte[] first = page83(scsi.nexus);
        final byte[] other = page83(second);
        assertEquals(first.length, other.length);
        assertTrue(text(first), text(first).contains("51940004" + "00000001"));
        assertTrue(text(first), text(first).contains("51950004" + "00000001"));
        assertTrue(text(other), text(other).contains("51940004" + "00000007"));
        assertTrue(text(other), text(other).contains("51950004" + "00000007"));
        assertTrue(new String(other, StandardCharsets.UTF_8).contains(ScsiFixture.TARGET + ",t,0x0007\0"));
        assertArrayEquals("the unit's own names are the same everywhere", names(first), names(other));
    }

    /** NAA and T10 designators, which come first. */
    private static byte[] names(final byte[] page) {
        return Arrays.copyOf(page, 4 + 12 + 4 + page[4 + 12 + 3]);
    }

    private byte[] page83(final ScsiNexus nexus) {
        return scsi.run(nexus, scsi.task("12 01 83 04 00 00").expectIn(1024)).assertGood().received;
    }

    private static String text(final byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private void assertIn(final ScsiNexus nexus, final String cdb, final String expected) {
        assertEquals(
                expected, text(scsi.run(nexus, scsi.task(cdb).expectIn(255)).assertGood().received));
    }
}
