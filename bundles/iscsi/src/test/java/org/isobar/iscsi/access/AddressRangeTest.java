package org.isobar.iscsi.access;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.isobar.api.StorageException;
import org.junit.Test;

public final class AddressRangeTest {
    @Test
    public void holdsItsEdgesAndNothingBeyond() {
        assertRange("10.1.128.0/17", "10.1.128.0 10.1.255.255", "10.1.127.255 10.2.0.0");
        assertRange("192.168.7.9", "192.168.7.9 ::ffff:192.168.7.9", "192.168.7.8 192.168.7.10");
        assertRange("192.168.7.8/31", "192.168.7.8 192.168.7.9", "192.168.7.7 192.168.7.10");
        assertRange("0.0.0.0/0", "0.0.0.0 255.255.255.255", "::1");
        assertRange("fd00:7::/63", "fd00:7:: fd00:7:0:1:ffff::1 fd00:7::1%eth0", "fd00:7:0:2:: fd00:6:ffff::");
        assertRange("::1", "::1 0:0:0:0:0:0:0:1", "::2 127.0.0.1");
        assertRange("::/0", "fe80::1", "10.0.0.1");
    }

    @Test
    public void refusesWhatIsNone() {
        for (final String text : new String[] {
            "",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/8x",
            "10.0.0.1/8",
            "10.0.0",
            "host",
            "fd00::1/64",
            "::/129",
            "fe80::1%eth0",
            "10.0.0.0/8/8",
            "10.0.0.0/0008",
            "1".repeat(60)
        }) {
            final StorageException refused = assertThrows(text, StorageException.class, () -> AddressRange.parse(text));
            assertEquals(StorageException.Code.INVALID, refused.code());
            assertTrue(refused.getMessage().startsWith("address: must be"));
        }
    }

    private static void assertRange(final String range, final String inside, final String outside) {
        final AddressRange parsed = AddressRange.parse(range);
        for (final String address : List.of(inside.split(" "))) {
            assertTrue(range + " " + address, parsed.contains(AddressRange.bytes(address)));
        }
        for (final String address : List.of(outside.split(" "))) {
            assertFalse(range + " " + address, parsed.contains(AddressRange.bytes(address)));
        }
        assertFalse(parsed.contains(null));
    }
}
