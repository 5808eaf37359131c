package org.isobar.scsi;

import org.isobar.api.block.IoStatus;

/** REPORT TARGET PORT GROUPS (SPC-4 §6.37): one group of one port, always active/optimized. */
final class PortGroupsCommand {
    private static final int FORMAT_OFFSET = 1;
    private static final int FORMAT_SHIFT = 5;
    private static final int FORMAT_BIT = 7;
    private static final int EXTENDED_FORMAT = 1;
    private static final byte EXTENDED_HEADER = 0x10;
    private static final int ALLOCATION_OFFSET = 6;

    private static final int LENGTH_BYTES = 4;
    private static final int EXTENDED_HEADER_BYTES = 4;
    private static final int GROUP_BYTES = 12;
    private static final byte ACTIVE_OPTIMIZED_SUPPORTED = 0x01;

    private PortGroupsCommand() {}

    static void report(final CommandRun run, final IoStatus none) {
        final int format = BigEndian.unsignedByte(run.cdb(), FORMAT_OFFSET) >>> FORMAT_SHIFT;
        if (format > EXTENDED_FORMAT) {
            run.invalidCdb(FORMAT_OFFSET, FORMAT_BIT);
            return;
        }
        final int group = LENGTH_BYTES + format * EXTENDED_HEADER_BYTES;
        final byte[] data = new byte[group + GROUP_BYTES];
        BigEndian.putInt(data, 0, data.length - LENGTH_BYTES);
        if (format == EXTENDED_FORMAT) {
            data[LENGTH_BYTES] = EXTENDED_HEADER;
        }
        data[group + 1] = ACTIVE_OPTIMIZED_SUPPORTED;
        BigEndian.putShort(data, group + 2, run.nexus().portalGroupTag());
        data[group + 7] = 1; // ports in the group
        BigEndian.putShort(data, group + 10, run.nexus().portalGroupTag()); // relative target port
        run.answer(data, data.length, BigEndian.unsignedInt(run.cdb(), ALLOCATION_OFFSET));
    }
}
