package org.isobar.scsi.reservation;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * TransportID of an iSCSI initiator (SPC-4 §7.6.4.6): of one port (format 01b, name and ISID), or of all ports of a node
 * (format 00b, the name alone).
 *
 * @param initiatorName iSCSI name, in lower case
 * @param isid initiator session id, or {@link #ANY_PORT}
 */
public record TransportId(String initiatorName, long isid) {
    /** For {@code isid}: all ports of the node. */
    public static final long ANY_PORT = -1;

    private static final int HEADER_BYTES = 4;
    private static final int LENGTH_OFFSET = 2;
    private static final int MIN_NAME_BYTES = 20;
    private static final int NAME_ALIGNMENT = 4;
    private static final int MAX_NAME_BYTES = 223;

    private static final int PROTOCOL_MASK = 0x0F;
    private static final int ISCSI = 0x05;
    private static final int FORMAT_SHIFT = 6;
    private static final int PORT_FORMAT = 1;

    private static final String SEPARATOR = ",i,0x";
    private static final Pattern PORT = Pattern.compile("(.+)" + SEPARATOR + "([0-9a-f]{1,12})");
    private static final int HEXADECIMAL = 16;

    /** The TransportID of a nexus's initiator port, format 01b. */
    public static byte[] encode(final NexusName nexus) {
        final byte[] text = (nexus.initiatorName() + SEPARATOR + String.format("%012x", nexus.isid()))
                .getBytes(StandardCharsets.UTF_8);
        // At least one NUL at the end, the length a multiple of four.
        final int length = Math.max(MIN_NAME_BYTES, (text.length / NAME_ALIGNMENT + 1) * NAME_ALIGNMENT);
        final byte[] id = new byte[HEADER_BYTES + length];
        id[0] = (byte) (PORT_FORMAT << FORMAT_SHIFT | ISCSI);
        id[LENGTH_OFFSET] = (byte) (length >>> 8);
        id[LENGTH_OFFSET + 1] = (byte) length;
        System.arraycopy(text, 0, id, HEADER_BYTES, text.length);
        return id;
    }

    /**
     * Length of the TransportID at an offset, in bytes.
     *
     * @return -1 when it does not end before {@code end}
     */
    public static int lengthBytes(final byte[] list, final int at, final int end) {
        if (end - at < HEADER_BYTES) {
            return -1;
        }
        final int length =
                HEADER_BYTES + ((list[at + LENGTH_OFFSET] & 0xFF) << 8 | (list[at + LENGTH_OFFSET + 1] & 0xFF));
        return length > end - at ? -1 : length;
    }

    /** Reads the TransportID at an offset of which {@link #lengthBytes} is known; null when it is none of iSCSI. */
    public static TransportId decode(final byte[] list, final int at, final int lengthBytes) {
        final int format = (list[at] & 0xFF) >>> FORMAT_SHIFT;
        final int nameBytes = lengthBytes - HEADER_BYTES;
        if ((list[at] & PROTOCOL_MASK) != ISCSI
                || format > PORT_FORMAT
                || nameBytes < MIN_NAME_BYTES
                || nameBytes % NAME_ALIGNMENT != 0) {
            return null;
        }
        final byte[] field = Arrays.copyOfRange(list, at + HEADER_BYTES, at + lengthBytes);
        int textBytes = 0;
        while (textBytes < field.length && field[textBytes] != 0) {
            textBytes++;
        }
        if (textBytes == 0 || textBytes == field.length) {
            return null;
        }
        final String text = new String(field, 0, textBytes, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        if (format != PORT_FORMAT) {
            return known(text) ? new TransportId(text, ANY_PORT) : null;
        }
        final Matcher port = PORT.matcher(text);
        return port.matches() && known(port.group(1))
                ? new TransportId(port.group(1), Long.parseLong(port.group(2), HEXADECIMAL))
                : null;
    }

    private static boolean known(final String name) {
        return name.length() <= MAX_NAME_BYTES
                && name.codePoints().noneMatch(each -> Character.isISOControl(each) || Character.isWhitespace(each));
    }
}
