package org.isobar.iscsi.chap;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import org.junit.Test;

public final class BinaryValueTest {
    @Test
    public void readsHexadecimalAndBase64() {
        final byte[] bytes = {1, (byte) 0xAB, (byte) 0xCD};
        assertArrayEquals(bytes, BinaryValue.decode("0x01abCD", 3));
        assertArrayEquals(bytes, BinaryValue.decode("0X1abcd", 3));
        assertArrayEquals(bytes, BinaryValue.decode("0bAavN", 3));
        assertArrayEquals(new byte[] {(byte) 0xFF}, BinaryValue.decode("0B/w==", 3));
        assertEquals("0x01abcd", BinaryValue.encode(bytes));
    }

    @Test
    public void refusesWhatIsMalformedEmptyOrTooLong() {
        for (final String text : new String[] {
            "",
            "0",
            "0x",
            "0b",
            "01",
            "1x01",
            "0xg1",
            "0x 1",
            "0b=",
            "0b****",
            "0bAav%",
            "abcd",
            "0x01abcdef",
            "0bAavN/w=="
        }) {
            assertNull(text, BinaryValue.decode(text, 3));
        }
    }
}
