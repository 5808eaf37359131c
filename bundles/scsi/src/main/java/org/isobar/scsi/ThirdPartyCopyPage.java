package org.isobar.scsi;

import java.util.Arrays;

/** The Third-party Copy VPD page (SPC-4 §7.8.17): the descriptors that a copy manager must have, in ascending order. */
final class ThirdPartyCopyPage {
    private static final int SUPPORTED_COMMANDS = 0x0001;
    private static final int PARAMETER_DATA = 0x0004;
    private static final int SUPPORTED_DESCRIPTORS = 0x0008;
    private static final int SUPPORTED_TARGET_IDS = 0x000C;
    private static final int GENERAL_COPY_OPERATIONS = 0x8001;
    private static final int HELD_DATA = 0xC001;

    private static final int HEADER_BYTES = 4;
    private static final int ALIGNMENT = 4;
    private static final int MAX_BYTES = 256;

    private final byte[] bytes = new byte[MAX_BYTES];
    private int end;

    private ThirdPartyCopyPage() {}

    static byte[] body() {
        final ThirdPartyCopyPage page = new ThirdPartyCopyPage();
        // EXTENDED COPY (LID1); RECEIVE COPY STATUS, DATA, OPERATING PARAMETERS and FAILURE DETAILS (LID1).
        page.add(SUPPORTED_COMMANDS, new byte[] {9, (byte) 0x83, 1, 0x00, (byte) 0x84, 4, 0x00, 0x01, 0x03, 0x04});
        final byte[] parameters = new byte[28];
        BigEndian.putShort(parameters, 4, Copies.MAX_TARGETS);
        BigEndian.putShort(parameters, 6, Copies.MAX_SEGMENTS);
        BigEndian.putInt(parameters, 8, Copies.MAX_LIST_BYTES);
        page.add(PARAMETER_DATA, parameters);
        final byte[] types = new byte[1 + CopyList.DESCRIPTOR_TYPES.length];
        types[0] = (byte) CopyList.DESCRIPTOR_TYPES.length;
        System.arraycopy(CopyList.DESCRIPTOR_TYPES, 0, types, 1, CopyList.DESCRIPTOR_TYPES.length);
        page.add(SUPPORTED_DESCRIPTORS, types);
        page.add(SUPPORTED_TARGET_IDS, new byte[2]); // none besides the descriptors of the list
        final byte[] operations = new byte[32];
        BigEndian.putInt(operations, 0, Copies.MAX_AT_A_TIME); // all initiators together
        BigEndian.putInt(operations, 4, Copies.MAX_AT_A_TIME); // of one of them
        BigEndian.putClamped(operations, 8, Copies.MAX_SEGMENT_BYTES);
        operations[12] = BlockLimits.BLOCK_SHIFT; // data segment granularity
        page.add(GENERAL_COPY_OPERATIONS, operations);
        page.add(HELD_DATA, new byte[28]); // none is held
        return Arrays.copyOf(page.bytes, page.end);
    }

    /** Every descriptor's length is a multiple of four. */
    private void add(final int type, final byte[] body) {
        final int padded = (HEADER_BYTES + body.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        BigEndian.putShort(bytes, end, type);
        BigEndian.putShort(bytes, end + 2, padded - HEADER_BYTES);
        System.arraycopy(body, 0, bytes, end + HEADER_BYTES, body.length);
        end += padded;
    }
}
