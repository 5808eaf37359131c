package org.isobar.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.isobar.api.StorageException;
import org.junit.Test;

public final class SizeTest {
    @Test
    public void readsUnits() {
        assertEquals(1048576, Size.parse("size", "1048576"));
        assertEquals(512L << 20, Size.parse("size", "512M"));
        assertEquals(10L << 30, Size.parse("size", "10G"));
        assertEquals(10L << 30, Size.parse("size", "10gib"));
        assertEquals(1L << 40, Size.parse("size", "1TB"));
        assertEquals(4096, Size.parse("size", "4K"));
        assertEquals(1L << 50, Size.parse("size", "1P"));
        assertEquals(7, Size.parse("size", "7B"));
    }

    @Test
    public void refusesEverythingElse() {
        for (final String text :
                List.of("", "G", "-1G", "1.5G", "1E", "10 G", "99999999999P", "9999999999999999999", "0x10")) {
            final StorageException refusal = assertThrows(text, StorageException.class, () -> Size.parse("size", text));
            assertEquals(StorageException.Code.INVALID, refusal.code());
            assertTrue(refusal.getMessage().startsWith("size:"));
        }
    }

    @Test
    public void writesTwoDecimals() {
        assertEquals("0 B", Size.show(0));
        assertEquals("1023 B", Size.show(1023));
        assertEquals("1.00 KiB", Size.show(1024));
        assertEquals("1.50 GiB", Size.show(3L << 29));
        assertEquals("1024.00 PiB", Size.show(1L << 60));
    }
}
