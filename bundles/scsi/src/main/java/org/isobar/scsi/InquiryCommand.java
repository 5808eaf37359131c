package org.isobar.scsi;

import org.isobar.api.block.IoStatus;

/** INQUIRY (SPC-4 §6.4). */
final class InquiryCommand {
    /** No device at this LUN: peripheral qualifier 011b, device type 1Fh. */
    static final byte NO_UNIT = 0x7F;

    private static final int EVPD_OFFSET = 1;
    private static final int EVPD = 0x01;
    private static final int PAGE_OFFSET = 2;
    private static final int ALLOCATION_OFFSET = 3;

    private static final int STANDARD_BYTES = 96;
    private static final int VERSION_OFFSET = 2;
    private static final byte SPC_4 = 0x06;
    private static final int FORMAT_OFFSET = 3;
    /** HISUP, response data format 2. */
    private static final byte FORMAT = 0x12;

    private static final int ADDITIONAL_LENGTH_OFFSET = 4;
    private static final int TPGS_OFFSET = 5;
    private static final byte IMPLICIT_TPGS = 0x10;
    /** 3PC: third-party copy, beside TPGS. */
    private static final byte THIRD_PARTY_COPY = 0x08;

    private static final int CMDQUE_OFFSET = 7;
    private static final byte CMDQUE = 0x02;
    private static final int VENDOR_OFFSET = 8;
    private static final int PRODUCT_OFFSET = 16;
    private static final int PRODUCT_BYTES = 16;
    private static final int REVISION_OFFSET = 32;
    private static final int REVISION_BYTES = 4;
    private static final int VERSION_DESCRIPTORS_OFFSET = 58;
    /** SAM-5, SPC-4, SBC-3, iSCSI; no version of each claimed. */
    private static final int[] VERSION_DESCRIPTORS = {0x00A0, 0x0460, 0x04C0, 0x0960};

    private InquiryCommand() {}

    static void inquiry(final CommandRun run, final IoStatus none) {
        final byte[] cdb = run.cdb();
        final int page = BigEndian.unsignedByte(cdb, PAGE_OFFSET);
        final int allocationBytes = BigEndian.unsignedShort(cdb, ALLOCATION_OFFSET);
        final boolean present = Dispatch.unitPresent(run);
        final byte[] data;
        if ((cdb[EVPD_OFFSET] & EVPD) != 0) {
            data = present ? VitalProductData.page(page, run) : VitalProductData.pageOfNoUnit(page);
        } else {
            data = page == 0 ? standard(present) : null;
        }
        if (data == null) {
            run.invalidCdb(PAGE_OFFSET);
        } else {
            run.answer(data, data.length, allocationBytes);
        }
    }

    private static byte[] standard(final boolean present) {
        final byte[] data = new byte[STANDARD_BYTES];
        data[0] = present ? 0 : NO_UNIT;
        data[VERSION_OFFSET] = SPC_4;
        data[FORMAT_OFFSET] = FORMAT;
        data[ADDITIONAL_LENGTH_OFFSET] = STANDARD_BYTES - ADDITIONAL_LENGTH_OFFSET - 1;
        data[TPGS_OFFSET] = IMPLICIT_TPGS | THIRD_PARTY_COPY;
        data[CMDQUE_OFFSET] = CMDQUE;
        Ascii.putVendor(data, VENDOR_OFFSET);
        Ascii.put(data, PRODUCT_OFFSET, PRODUCT_BYTES, "VOLUME");
        Ascii.put(data, REVISION_OFFSET, REVISION_BYTES, "0001");
        for (int i = 0; i < VERSION_DESCRIPTORS.length; i++) {
            BigEndian.putShort(data, VERSION_DESCRIPTORS_OFFSET + i * Short.BYTES, VERSION_DESCRIPTORS[i]);
        }
        return data;
    }
}
