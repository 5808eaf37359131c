package org.isobar.scsi;

import org.isobar.api.block.IoStatus;

/** READ DEFECT DATA (10) and (12) (SBC-3 §5.17, §5.18): the unit has no defects to tell of. */
final class DefectCommands {
    private static final int SHORT_FORMAT_OFFSET = 2;
    private static final int SHORT_ALLOCATION_OFFSET = 7;
    private static final int LONG_FORMAT_OFFSET = 1;
    private static final int LONG_ALLOCATION_OFFSET = 6;
    /** PLIST, GLIST and the format asked for come back as they were. */
    private static final int FORMAT_MASK = 0x1F;

    private DefectCommands() {}

    static void readDefectData10(final CommandRun run, final IoStatus none) {
        final byte[] data = new byte[4];
        data[1] = (byte) (run.cdb()[SHORT_FORMAT_OFFSET] & FORMAT_MASK);
        run.answer(data, data.length, BigEndian.unsignedShort(run.cdb(), SHORT_ALLOCATION_OFFSET));
    }

    static void readDefectData12(final CommandRun run, final IoStatus none) {
        final byte[] data = new byte[8];
        data[1] = (byte) (run.cdb()[LONG_FORMAT_OFFSET] & FORMAT_MASK);
        run.answer(data, data.length, BigEndian.unsignedInt(run.cdb(), LONG_ALLOCATION_OFFSET));
    }
}
