package org.isobar.scsi;

/**
 * Where the commands of one CDB length keep logical block address, transfer length and flags (SBC-3 §5, SPC-4 §4.2.5);
 * reads the CDB in place.
 */
enum CdbLayout {
    /** READ (6) and the like: 21-bit address, length 0 meaning 256. */
    SIX(6, 4) {
        @Override
        long lba(final byte[] cdb) {
            return BigEndian.unsignedTriple(cdb, SHORT_LBA_OFFSET) & SHORT_LBA_MASK;
        }

        @Override
        long blocks(final byte[] cdb) {
            final int blocks = BigEndian.unsignedByte(cdb, lengthOffset());
            return blocks == 0 ? SHORT_ZERO_BLOCKS : blocks;
        }
    },
    /** READ (10) and the like. */
    TEN(10, 7) {
        @Override
        long lba(final byte[] cdb) {
            return BigEndian.unsignedInt(cdb, LBA_OFFSET);
        }

        @Override
        long blocks(final byte[] cdb) {
            return BigEndian.unsignedShort(cdb, lengthOffset());
        }
    },
    /** READ (12) and the like. */
    TWELVE(12, 6) {
        @Override
        long lba(final byte[] cdb) {
            return BigEndian.unsignedInt(cdb, LBA_OFFSET);
        }

        @Override
        long blocks(final byte[] cdb) {
            return BigEndian.unsignedInt(cdb, lengthOffset());
        }
    },
    /** READ (16) and the like. */
    SIXTEEN(16, 10) {
        @Override
        long lba(final byte[] cdb) {
            return BigEndian.longAt(cdb, LBA_OFFSET);
        }

        @Override
        long blocks(final byte[] cdb) {
            return BigEndian.unsignedInt(cdb, lengthOffset());
        }
    };

    /** Flags of the block commands. */
    static final int FLAGS_OFFSET = 1;
    /** RDPROTECT, WRPROTECT, VRPROTECT, ORPROTECT in the flags byte. */
    static final int PROTECT_MASK = 0xE0;
    /** Most significant bit of that field. */
    static final int PROTECT_BIT = 7;
    /** Force unit access in the flags byte. */
    static final int FORCE_UNIT_ACCESS = 0x08;

    private static final int LBA_OFFSET = 2;
    private static final int SHORT_LBA_OFFSET = 1;
    private static final int SHORT_LBA_MASK = 0x1F_FFFF;
    private static final int SHORT_ZERO_BLOCKS = 256;

    private final int cdbBytes;
    private final int lengthOffset;

    CdbLayout(final int cdbBytes, final int lengthOffset) {
        this.cdbBytes = cdbBytes;
        this.lengthOffset = lengthOffset;
    }

    /** The layout of commands with CDBs of this length. */
    static CdbLayout ofLength(final int cdbBytes) {
        for (final CdbLayout layout : values()) {
            if (layout.cdbBytes == cdbBytes) {
                return layout;
            }
        }
        throw new IllegalArgumentException("no CDB layout of this length: cdbBytes=" + cdbBytes);
    }

    /** First block, unsigned. */
    abstract long lba(byte[] cdb);

    /** Count of blocks. */
    abstract long blocks(byte[] cdb);

    int cdbBytes() {
        return cdbBytes;
    }

    int lengthOffset() {
        return lengthOffset;
    }

    int controlOffset() {
        return cdbBytes - 1;
    }
}
