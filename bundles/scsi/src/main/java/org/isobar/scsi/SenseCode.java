package org.isobar.scsi;

/** Sense key, additional sense code and its qualifier (SPC-4 §4.5, annex F), for all that this unit reports. */
enum SenseCode {
    NO_SENSE(0x0, 0x00, 0x00),
    NOT_READY(0x2, 0x04, 0x00),
    BECOMING_READY(0x2, 0x04, 0x01),
    MANUAL_INTERVENTION_REQUIRED(0x2, 0x04, 0x03),
    SANITIZE_IN_PROGRESS(0x2, 0x04, 0x1B),
    UNRECOVERED_READ_ERROR(0x3, 0x11, 0x00),
    WRITE_ERROR(0x3, 0x0C, 0x00),
    SANITIZE_COMMAND_FAILED(0x3, 0x31, 0x03),
    INTERNAL_TARGET_FAILURE(0x4, 0x44, 0x00),
    PARAMETER_LIST_LENGTH_ERROR(0x5, 0x1A, 0x00),
    INVALID_OPERATION_CODE(0x5, 0x20, 0x00),
    LBA_OUT_OF_RANGE(0x5, 0x21, 0x00),
    INVALID_FIELD_IN_CDB(0x5, 0x24, 0x00),
    LOGICAL_UNIT_NOT_SUPPORTED(0x5, 0x25, 0x00),
    INVALID_FIELD_IN_PARAMETER_LIST(0x5, 0x26, 0x00),
    INVALID_FIELD_IN_INFORMATION_UNIT(0x5, 0x0E, 0x03),
    INVALID_RELEASE_OF_PERSISTENT_RESERVATION(0x5, 0x26, 0x04),
    OPERATION_IN_PROGRESS(0x5, 0x00, 0x16),
    TOO_MANY_TARGET_DESCRIPTORS(0x5, 0x26, 0x06),
    UNSUPPORTED_TARGET_DESCRIPTOR_TYPE(0x5, 0x26, 0x07),
    TOO_MANY_SEGMENT_DESCRIPTORS(0x5, 0x26, 0x08),
    UNSUPPORTED_SEGMENT_DESCRIPTOR_TYPE(0x5, 0x26, 0x09),
    INLINE_DATA_LENGTH_EXCEEDED(0x5, 0x26, 0x0B),
    SAVING_PARAMETERS_NOT_SUPPORTED(0x5, 0x39, 0x00),
    INSUFFICIENT_REGISTRATION_RESOURCES(0x5, 0x55, 0x04),
    POWER_ON_OR_RESET(0x6, 0x29, 0x00),
    BUS_DEVICE_RESET(0x6, 0x29, 0x03),
    MODE_PARAMETERS_CHANGED(0x6, 0x2A, 0x01),
    RESERVATIONS_PREEMPTED(0x6, 0x2A, 0x03),
    RESERVATIONS_RELEASED(0x6, 0x2A, 0x04),
    REGISTRATIONS_PREEMPTED(0x6, 0x2A, 0x05),
    CAPACITY_DATA_HAS_CHANGED(0x6, 0x2A, 0x09),
    SOFT_THRESHOLD_REACHED(0x6, 0x38, 0x07),
    WRITE_PROTECTED(0x7, 0x27, 0x00),
    SPACE_ALLOCATION_FAILED(0x7, 0x27, 0x07),
    COPY_ABORTED(0xA, 0x00, 0x00),
    UNREACHABLE_COPY_TARGET(0xA, 0x08, 0x04),
    COPY_TARGET_NOT_REACHABLE(0xA, 0x0D, 0x02),
    INCORRECT_COPY_TARGET_TYPE(0xA, 0x0D, 0x03),
    COPY_SEGMENT_INVALID(0xA, 0x26, 0x00),
    COMMAND_ABORTED(0xB, 0x00, 0x00),
    MISCOMPARE_DURING_VERIFY(0xE, 0x1D, 0x00);

    private final byte key;
    private final byte additional;
    private final byte qualifier;

    SenseCode(final int key, final int additional, final int qualifier) {
        this.key = (byte) key;
        this.additional = (byte) additional;
        this.qualifier = (byte) qualifier;
    }

    byte key() {
        return key;
    }

    byte additional() {
        return additional;
    }

    byte qualifier() {
        return qualifier;
    }
}
