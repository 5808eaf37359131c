package org.isobar.scsi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** The vital product data pages (SPC-4 §7.8, SBC-3 §6.6). */
final class VitalProductData {
    private static final int SUPPORTED_PAGES = 0x00;
    private static final int SERIAL_NUMBER = 0x80;
    private static final int DEVICE_IDENTIFICATION = 0x83;
    private static final int THIRD_PARTY_COPY = 0x8F;
    private static final int BLOCK_LIMITS = 0xB0;
    private static final int BLOCK_CHARACTERISTICS = 0xB1;
    private static final int PROVISIONING = 0xB2;

    private static final int PAGE_CODE_OFFSET = 1;
    private static final int PAGE_LENGTH_OFFSET = 2;
    private static final int HEADER_BYTES = 4;
    private static final long NAA_LOCALLY_ASSIGNED = 3L << 60;

    private VitalProductData() {}

    /** A page, or null when there is none with this code. */
    static byte[] page(final int code, final CommandRun run) {
        final LogicalUnit unit = run.unit();
        return switch (code) {
            case SUPPORTED_PAGES -> withHeader(code, supportedPages());
            case SERIAL_NUMBER -> withHeader(code, ascii(serialNumber(unit.uuid())));
            case DEVICE_IDENTIFICATION ->
                withHeader(code, Designators.of(unit, run.nexus().portalGroupTag()));
            case THIRD_PARTY_COPY -> withHeader(code, ThirdPartyCopyPage.body());
            case BLOCK_LIMITS -> withHeader(code, blockLimits(unit));
            case BLOCK_CHARACTERISTICS -> withHeader(code, blockCharacteristics());
            case PROVISIONING -> withHeader(code, provisioning(unit));
            default -> null;
        };
    }

    /** A page of a LUN where there is no unit, or null. */
    static byte[] pageOfNoUnit(final int code) {
        if (code != SUPPORTED_PAGES) {
            return null;
        }
        final byte[] page = withHeader(code, new byte[] {SUPPORTED_PAGES});
        page[0] = InquiryCommand.NO_UNIT;
        return page;
    }

    private static byte[] withHeader(final int code, final byte[] body) {
        final byte[] page = new byte[HEADER_BYTES + body.length];
        page[PAGE_CODE_OFFSET] = (byte) code;
        BigEndian.putShort(page, PAGE_LENGTH_OFFSET, body.length);
        System.arraycopy(body, 0, page, HEADER_BYTES, body.length);
        return page;
    }

    private static byte[] supportedPages() {
        return new byte[] {
            SUPPORTED_PAGES,
            (byte) SERIAL_NUMBER,
            (byte) DEVICE_IDENTIFICATION,
            (byte) THIRD_PARTY_COPY,
            (byte) BLOCK_LIMITS,
            (byte) BLOCK_CHARACTERISTICS,
            (byte) PROVISIONING
        };
    }

    private static String serialNumber(final UUID uuid) {
        return uuid.toString().replace("-", "");
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Offsets count from the beginning of the page's body. */
    private static byte[] blockLimits(final LogicalUnit unit) {
        final byte[] body = new byte[60];
        body[1] = (byte) BlockLimits.MAX_COMPARE_AND_WRITE_BLOCKS;
        BigEndian.putShort(body, 2, 1 << BlockLimits.PHYSICAL_BLOCK_EXPONENT); // optimal transfer granularity
        BigEndian.putInt(body, 4, BlockLimits.MAX_TRANSFER_BLOCKS);
        BigEndian.putInt(body, 8, BlockLimits.OPTIMAL_TRANSFER_BLOCKS);
        BigEndian.putInt(body, 16, BlockLimits.MAX_UNMAP_BLOCKS);
        BigEndian.putInt(body, 20, BlockLimits.MAX_UNMAP_DESCRIPTORS);
        BigEndian.putInt(body, 24, unit.pageBlocks()); // optimal unmap granularity
        BigEndian.putInt(body, 28, 0x8000_0000); // UGAVALID, alignment 0
        BigEndian.putLong(body, 32, BlockLimits.MAX_WRITE_SAME_BLOCKS);
        BigEndian.putInt(body, 40, BlockLimits.MAX_ATOMIC_BLOCKS);
        BigEndian.putInt(body, 44, BlockLimits.ATOMIC_GRANULARITY_BLOCKS); // alignment
        BigEndian.putInt(body, 48, BlockLimits.ATOMIC_GRANULARITY_BLOCKS); // no boundaries in the two fields after it
        return body;
    }

    private static byte[] blockCharacteristics() {
        final byte[] body = new byte[60];
        BigEndian.putShort(body, 0, 0x0001); // no rotating medium
        body[3] = 0x40; // WABEREQ: after BLOCK ERASE reads end well
        return body;
    }

    private static byte[] provisioning(final LogicalUnit unit) {
        final byte[] body = new byte[4];
        body[0] = (byte) SoftThreshold.exponent(unit.pageBlocks());
        body[1] = (byte) 0xE4; // LBPU, LBPWS, LBPWS10, LBPRZ
        body[2] = 0x02; // thin provisioned
        body[3] = SoftThreshold.RANGE_TENTHS;
        return body;
    }

    /** The NAA designator of a unit: locally assigned, 60 bits of a random UUID with its fixed bits folded away. */
    static byte[] naaDesignator(final UUID uuid) {
        final long identity = (uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits() << 4) & ~(0xFL << 60);
        final byte[] naa = new byte[Long.BYTES];
        BigEndian.putLong(naa, 0, NAA_LOCALLY_ASSIGNED | identity);
        return naa;
    }

    /** The identification descriptors of page 83h (SPC-4 §7.8.6). */
    private static final class Designators {
        private static final int BINARY = 1;
        private static final int ASCII = 2;
        private static final int UTF_8 = 3;
        private static final int ISCSI_PROTOCOL = 0x50;

        private static final int OF_UNIT = 0x00;
        private static final int OF_PORT = 0x10;
        private static final int OF_DEVICE = 0x20;
        private static final int PROTOCOL_VALID = 0x80;

        private static final int T10_VENDOR_ID = 1;
        private static final int NAA = 3;
        private static final int RELATIVE_PORT = 4;
        private static final int PORT_GROUP = 5;
        private static final int SCSI_NAME = 8;
        private static final int NAME_ALIGNMENT = 4;
        private static final int MAX_BYTES = 1024;

        private final byte[] bytes = new byte[MAX_BYTES];
        private int end;

        static byte[] of(final LogicalUnit unit, final int portalGroupTag) {
            final Designators all = new Designators();
            all.add(BINARY, OF_UNIT | NAA, naaDesignator(unit.uuid()));
            final byte[] vendor =
                    new byte[Ascii.VENDOR_BYTES + serialNumber(unit.uuid()).length()];
            Ascii.putVendor(vendor, 0);
            Ascii.put(vendor, Ascii.VENDOR_BYTES, vendor.length - Ascii.VENDOR_BYTES, serialNumber(unit.uuid()));
            all.add(ASCII, OF_UNIT | T10_VENDOR_ID, vendor);
            final byte[] tag = new byte[Integer.BYTES];
            BigEndian.putInt(tag, 0, portalGroupTag);
            final int port = PROTOCOL_VALID | OF_PORT;
            all.add(ISCSI_PROTOCOL | BINARY, port | RELATIVE_PORT, tag);
            all.add(ISCSI_PROTOCOL | BINARY, port | PORT_GROUP, tag);
            all.add(
                    ISCSI_PROTOCOL | UTF_8,
                    port | SCSI_NAME,
                    name(unit.targetName() + ",t,0x" + String.format("%04X", portalGroupTag)));
            all.add(ISCSI_PROTOCOL | UTF_8, PROTOCOL_VALID | OF_DEVICE | SCSI_NAME, name(unit.targetName()));
            return Arrays.copyOf(all.bytes, all.end);
        }

        private void add(final int protocolAndCodeSet, final int associationAndType, final byte[] identifier) {
            bytes[end] = (byte) protocolAndCodeSet;
            bytes[end + 1] = (byte) associationAndType;
            bytes[end + 3] = (byte) identifier.length;
            System.arraycopy(identifier, 0, bytes, end + HEADER_BYTES, identifier.length);
            end += HEADER_BYTES + identifier.length;
        }

        /** Ends in one to four NULs, the length a multiple of four. */
        private static byte[] name(final String text) {
            final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return Arrays.copyOf(bytes, (bytes.length / NAME_ALIGNMENT + 1) * NAME_ALIGNMENT);
        }
    }
}
