package org.isobar.iscsi.chap;

import java.util.Base64;
import java.util.HexFormat;

/** Binary values in text: {@code 0x} and hexadecimal digits, or {@code 0b} and base64 (RFC 7143 §6.1). */
public final class BinaryValue {
    private static final int PREFIX_CHARS = 2;

    private BinaryValue() {}

    /**
     * Reads a binary value.
     *
     * @return its bytes, 1 to {@code maxBytes}, or null when it is malformed, empty or longer
     */
    public static byte[] decode(final String text, final int maxBytes) {
        final int maxChars = PREFIX_CHARS + 2 * maxBytes;
        if (text.length() <= PREFIX_CHARS || text.length() > maxChars || text.charAt(0) != '0') {
            return null;
        }
        final String digits = text.substring(PREFIX_CHARS);
        final byte[] bytes;
        try {
            bytes = switch (text.charAt(1)) {
                // An odd digit in front counts as the low half of the first byte.
                case 'x', 'X' -> HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
                case 'b', 'B' -> Base64.getDecoder().decode(digits);
                default -> null;
            };
        } catch (final IllegalArgumentException malformed) {
            return null;
        }
        return bytes == null || bytes.length == 0 || bytes.length > maxBytes ? null : bytes;
    }

    /** The value in hexadecimal, which every initiator takes. */
    public static String encode(final byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }
}
