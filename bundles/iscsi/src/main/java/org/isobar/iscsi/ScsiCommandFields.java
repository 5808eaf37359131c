package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.isobar.api.scsi.ScsiTask;

/** Reads a SCSI Command PDU with its additional header segments into a task (RFC 7143 §11.2.2 and §11.3). */
final class ScsiCommandFields {
    private static final int READ = 0x40;
    private static final int WRITE = 0x20;
    private static final int ATTRIBUTE_MASK = 0x07;
    private static final int ATTRIBUTE_ORDERED = 2;
    private static final int ATTRIBUTE_HEAD_OF_QUEUE = 3;
    private static final int ATTRIBUTE_ACA = 4;

    private static final int CDB_BYTES = 16;
    private static final int SEGMENT_TYPE_OFFSET = 2;
    private static final int SEGMENT_PREFIX_BYTES = 3;
    private static final int EXTENDED_CDB_OFFSET = 4;
    private static final int TYPE_EXTENDED_CDB = 1;
    private static final int TYPE_BIDIRECTIONAL_LENGTH = 2;

    private ScsiCommandFields() {}

    /** Whether the additional header segments fill their space exactly, and a CDB fits into a task. */
    static boolean wellFormed(final BasicHeaderSegment header) {
        final ByteBuf bytes = header.buffer();
        final int end = PduReader.additionalHeaderOffset() + header.additionalHeaderBytes();
        int at = PduReader.additionalHeaderOffset();
        while (at < end) {
            final int length = bytes.getUnsignedShort(at);
            final int type = bytes.getByte(at + SEGMENT_TYPE_OFFSET);
            if (length == 0 || (type != TYPE_EXTENDED_CDB && type != TYPE_BIDIRECTIONAL_LENGTH)) {
                return false;
            }
            if (type == TYPE_EXTENDED_CDB && CDB_BYTES + length - 1 > ScsiTask.MAX_CDB_BYTES) {
                return false;
            }
            at += paddedBytes(length);
        }
        return at == end;
    }

    /** Fills in the request fields of a task. */
    static void read(final BasicHeaderSegment header, final IscsiTask task) {
        final int flags = header.flags();
        task.lun = header.lun();
        task.cmdSn = header.cmdSn();
        task.reads = (flags & READ) != 0;
        task.writes = (flags & WRITE) != 0;
        task.ordered = (flags & ATTRIBUTE_MASK) == ATTRIBUTE_ORDERED;
        task.headOfQueue = (flags & ATTRIBUTE_MASK) == ATTRIBUTE_HEAD_OF_QUEUE;
        task.expectedBytes = header.expectedDataTransferBytes();
        final int expected = (int) Math.min(task.expectedBytes, Integer.MAX_VALUE);
        task.expectedInBytes = task.reads ? expected : 0;
        task.expectedOutBytes = task.writes ? expected : 0;
        header.copyCdb(task.cdb);
        task.cdbBytes = CDB_BYTES;
        if (task.reads && task.writes) {
            task.fail(Sense.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT);
        }
        if ((flags & ATTRIBUTE_MASK) >= ATTRIBUTE_ACA) {
            // Never in an auto contingent allegiance, so there is no place for the ACA attribute (SAM-5 §8.5).
            task.fail(Sense.INVALID_MESSAGE);
        }
        if (header.additionalHeaderBytes() > 0) {
            readExtendedCdb(header, task);
        }
    }

    private static void readExtendedCdb(final BasicHeaderSegment header, final IscsiTask task) {
        final ByteBuf bytes = header.buffer();
        final int end = PduReader.additionalHeaderOffset() + header.additionalHeaderBytes();
        int at = PduReader.additionalHeaderOffset();
        while (at < end) {
            final int length = bytes.getUnsignedShort(at);
            if (bytes.getByte(at + SEGMENT_TYPE_OFFSET) == TYPE_EXTENDED_CDB) {
                // The segment's length counts one reserved byte before the rest of the CDB.
                bytes.getBytes(at + EXTENDED_CDB_OFFSET, task.cdb, CDB_BYTES, length - 1);
                task.cdbBytes = CDB_BYTES + length - 1;
                Arrays.fill(task.cdb, task.cdbBytes, ScsiTask.MAX_CDB_BYTES, (byte) 0);
            }
            at += paddedBytes(length);
        }
    }

    private static int paddedBytes(final int length) {
        return (SEGMENT_PREFIX_BYTES + length + 3) & ~3;
    }
}
