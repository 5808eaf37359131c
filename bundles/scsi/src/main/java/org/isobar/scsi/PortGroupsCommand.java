package org.isobar.scsi;

import java.util.SortedSet;
import org.isobar.api.block.IoStatus;

/** REPORT TARGET PORT GROUPS (SPC-4 §6.37): each portal group is a group of one port, always active/optimized. */
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
        final int groups = LENGTH_BYTES + format * EXTENDED_HEADER_BYTES;
        final SortedSet<Integer> tags = run.nexus().portGroups();
        final byte[] data = new byte[groups + tags.size() * GROUP_BYTES];
        BigEndian.putInt(data, 0, data.length - LENGTH_BYTES);
        if (format == EXTENDED_FORMAT) {
            data[LENGTH_BYTES] = EXTENDED_HEADER;
        }
        int at = groups;
        for (final int tag : tags) {
            data[at + 1] = ACTIVE_OPTIMIZED_SUPPORTED;
            BigEndian.putShort(data, at + 2, tag);
            data[at + 7] = 1; // ports in the group
            BigEndian.putShort(data, at + 10, tag); // relative target port
            at += GROUP_BYTES;
        }
        run.answer(data, data.length, BigEndian.unsignedInt(run.cdb(), ALLOCATION_OFFSET));
    }
}
