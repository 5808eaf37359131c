package org.isobar.scsi;

import org.isobar.api.block.IoStatus;

/** RECEIVE COPY RESULTS: COPY STATUS, RECEIVE DATA, OPERATING PARAMETERS and FAILED SEGMENT DETAILS (SPC-4 §6.24 to §6.27). */
final class CopyResultsCommand {
    private static final int LIST_ID_OFFSET = 2;
    private static final int ALLOCATION_OFFSET = 10;
    private static final int LENGTH_BYTES = 4;

    private static final int STATUS_BYTES = 12;
    private static final byte UNIT_KIBIBYTES = 0x01;
    private static final int KIBIBYTE_SHIFT = 10;

    private static final int PARAMETERS_BYTES = 44;
    /** SNLID: a list identifier of zero is as good as any. */
    private static final byte NO_LIST_ID = 0x01;

    private static final int DETAILS_STATUS_OFFSET = 56;
    private static final int DETAILS_SENSE_LENGTH_OFFSET = 58;
    private static final int DETAILS_BYTES = 60;

    private CopyResultsCommand() {}

    static void copyStatus(final CommandRun run, final IoStatus none) {
        final CopyResults.Result result = find(run);
        if (result == null) {
            return;
        }
        final byte[] data = new byte[STATUS_BYTES];
        BigEndian.putInt(data, 0, STATUS_BYTES - LENGTH_BYTES);
        data[4] = result.status().code();
        BigEndian.putShort(data, 5, result.segments());
        data[7] = UNIT_KIBIBYTES;
        BigEndian.putClamped(data, 8, result.bytes() >>> KIBIBYTE_SHIFT);
        answer(run, data);
    }

    /** No segment that is supported holds any data. */
    static void receiveData(final CommandRun run, final IoStatus none) {
        if (find(run) != null) {
            answer(run, new byte[LENGTH_BYTES]);
        }
    }

    static void operatingParameters(final CommandRun run, final IoStatus none) {
        final byte[] data = new byte[PARAMETERS_BYTES + CopyList.DESCRIPTOR_TYPES.length];
        BigEndian.putInt(data, 0, data.length - LENGTH_BYTES);
        data[4] = NO_LIST_ID;
        BigEndian.putShort(data, 8, Copies.MAX_TARGETS);
        BigEndian.putShort(data, 10, Copies.MAX_SEGMENTS);
        BigEndian.putInt(data, 12, Copies.MAX_LIST_BYTES);
        BigEndian.putClamped(data, 16, Copies.MAX_SEGMENT_BYTES);
        BigEndian.putShort(data, 34, Copies.MAX_AT_A_TIME); // all initiators together
        data[36] = Copies.MAX_AT_A_TIME; // of one of them
        data[37] = BlockLimits.BLOCK_SHIFT; // data segment granularity
        data[43] = (byte) CopyList.DESCRIPTOR_TYPES.length;
        System.arraycopy(CopyList.DESCRIPTOR_TYPES, 0, data, PARAMETERS_BYTES, CopyList.DESCRIPTOR_TYPES.length);
        answer(run, data);
    }

    static void failedSegmentDetails(final CommandRun run, final IoStatus none) {
        final CopyResults.Result result = find(run);
        if (result == null) {
            return;
        }
        final byte[] sense = result.sense();
        if (sense.length == 0) {
            answer(run, new byte[LENGTH_BYTES]);
            return;
        }
        final byte[] data = new byte[DETAILS_BYTES + sense.length];
        BigEndian.putInt(data, 0, data.length - LENGTH_BYTES);
        data[DETAILS_STATUS_OFFSET] = ScsiStatus.CHECK_CONDITION;
        BigEndian.putShort(data, DETAILS_SENSE_LENGTH_OFFSET, sense.length);
        System.arraycopy(sense, 0, data, DETAILS_BYTES, sense.length);
        answer(run, data);
    }

    /** The copy that the CDB names; ends the command when there is none. */
    private static CopyResults.Result find(final CommandRun run) {
        final CopyResults.Result result =
                run.nexus().copyResults().find(BigEndian.unsignedByte(run.cdb(), LIST_ID_OFFSET));
        if (result == null) {
            run.invalidCdb(LIST_ID_OFFSET);
        }
        return result;
    }

    private static void answer(final CommandRun run, final byte[] data) {
        run.answer(data, data.length, BigEndian.unsignedInt(run.cdb(), ALLOCATION_OFFSET));
    }
}
