package org.isobar.iscsi;

import java.util.Arrays;
import org.isobar.api.scsi.ScsiTask;

/**
 * How a command ends that the transport fails itself, without its logical unit: sense key, additional sense code and
 * qualifier (RFC 7143 §11.4.7.2, SPC-5 annex F), or a bare status.
 */
enum Sense {
    UNEXPECTED_UNSOLICITED_DATA(0x0B, 0x0C0C),
    INCORRECT_AMOUNT_OF_DATA(0x0B, 0x0C0D),
    PROTOCOL_SERVICE_CRC_ERROR(0x0B, 0x4705),
    DATA_PHASE_ERROR(0x0B, 0x4B00),
    DATA_OFFSET_ERROR(0x0B, 0x4B05),
    INVALID_MESSAGE(0x05, 0x4900),
    INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT(0x05, 0x0E03),
    INVALID_FIELD_IN_CDB(0x05, 0x2400),
    /** No sense: the initiator is to come again later. */
    TASK_SET_FULL(0, 0);

    private static final int STATUS_CHECK_CONDITION = 0x02;
    private static final int STATUS_BUSY = 0x08;
    private static final int STATUS_TASK_SET_FULL = 0x28;
    private static final int FIXED_FORMAT_CURRENT = 0x70;
    private static final int SENSE_BYTES = 18;
    private static final int ADDITIONAL_BYTES = SENSE_BYTES - 8;

    private final int key;
    private final int codeAndQualifier;

    Sense(final int key, final int codeAndQualifier) {
        this.key = key;
        this.codeAndQualifier = codeAndQualifier;
    }

    /**
     * Fills in the answer fields of a task (SPC-5 §4.4.3, fixed format).
     *
     * @param othersInHand whether the session has other tasks in hand: TASK SET FULL lets the initiator wait for the end
     *     of one of those, BUSY stands for it where there is none (SAM-5 §5.3.1)
     */
    void answer(final ScsiTask task, final boolean othersInHand) {
        task.status = othersInHand ? STATUS_TASK_SET_FULL : STATUS_BUSY;
        task.senseBytes = 0;
        if (key != 0) {
            task.status = STATUS_CHECK_CONDITION;
            task.senseBytes = SENSE_BYTES;
            Arrays.fill(task.sense, 0, SENSE_BYTES, (byte) 0);
            task.sense[0] = FIXED_FORMAT_CURRENT;
            task.sense[2] = (byte) key;
            task.sense[7] = ADDITIONAL_BYTES;
            task.sense[12] = (byte) (codeAndQualifier >> Byte.SIZE);
            task.sense[13] = (byte) codeAndQualifier;
        }
    }
}
