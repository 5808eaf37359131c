package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;

/** MODE SELECT (6) and (10) (SPC-4 §6.11, §6.12): the whole list is checked before anything takes effect. */
final class ModeSelectCommand {
    private static final int FLAGS_OFFSET = 1;
    private static final int PAGE_FORMAT = 0x10;
    private static final int PAGE_FORMAT_BIT = 4;
    private static final int SAVE_PAGES = 0x01;
    private static final int SHORT_LENGTH_OFFSET = 4;
    private static final int LONG_LENGTH_OFFSET = 7;

    private static final int SHORT_HEADER_BYTES = 4;
    private static final int LONG_HEADER_BYTES = 8;
    private static final int SHORT_DESCRIPTOR_BYTES = 8;
    private static final int LONG_DESCRIPTOR_BYTES = 16;
    private static final int LONG_LBA = 0x01;

    private static final int PAGE_CODE_MASK = 0x3F;
    private static final int SUBPAGE_FORMAT = 0x40;

    private ModeSelectCommand() {}

    static void modeSelect6(final CommandRun run, final IoStatus none) {
        modeSelect(run, BigEndian.unsignedByte(run.cdb(), SHORT_LENGTH_OFFSET));
    }

    static void modeSelect10(final CommandRun run, final IoStatus none) {
        modeSelect(run, BigEndian.unsignedShort(run.cdb(), LONG_LENGTH_OFFSET));
    }

    private static void modeSelect(final CommandRun run, final int listBytes) {
        final int flags = run.cdb()[FLAGS_OFFSET];
        if ((flags & SAVE_PAGES) != 0) {
            run.invalidCdb(FLAGS_OFFSET, 0);
        } else if (listBytes == 0) {
            run.good();
        } else if ((flags & PAGE_FORMAT) == 0) {
            run.invalidCdb(FLAGS_OFFSET, PAGE_FORMAT_BIT);
        } else {
            run.position(listBytes);
            run.wantData(listBytes, ModeSelectCommand::listArrived);
        }
    }

    private static void listArrived(final CommandRun run, final IoStatus none) {
        final boolean shortForm = run.command().layout() == CdbLayout.SIX;
        final int headerBytes = shortForm ? SHORT_HEADER_BYTES : LONG_HEADER_BYTES;
        if (run.task().dataOutBytes < run.position() || run.position() < headerBytes) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return;
        }
        final byte[] list = new byte[run.position()];
        final ByteBuf data = run.task().dataOut;
        data.getBytes(data.readerIndex(), list);
        final int mediumTypeOffset = shortForm ? 1 : 2;
        if (list[mediumTypeOffset] != 0) {
            run.invalidParameter(mediumTypeOffset);
            return;
        }
        final int descriptorBytes = shortForm ? BigEndian.unsignedByte(list, 3) : BigEndian.unsignedShort(list, 6);
        final boolean longLba = !shortForm && (list[4] & LONG_LBA) != 0;
        if (descriptorBytes != 0) {
            if (descriptorBytes != (longLba ? LONG_DESCRIPTOR_BYTES : SHORT_DESCRIPTOR_BYTES)) {
                run.invalidParameter(shortForm ? 3 : 6);
                return;
            }
            if (list.length < headerBytes + descriptorBytes) {
                run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
                return;
            }
            if (!descriptorAccepted(run, list, headerBytes, longLba)) {
                run.invalidParameter(headerBytes);
                return;
            }
        }
        applyPages(run, list, headerBytes + descriptorBytes);
    }

    /** The number of blocks may be as it is, or left open (0, or all ones); the block length is what it is. */
    private static boolean descriptorAccepted(
            final CommandRun run, final byte[] list, final int at, final boolean longLba) {
        final long present = run.unit().blocks();
        final long blocks;
        final long blockBytes;
        final boolean open;
        if (longLba) {
            blocks = BigEndian.longAt(list, at);
            blockBytes = BigEndian.unsignedInt(list, at + 12);
            open = blocks == 0 || blocks == -1L;
        } else {
            blocks = BigEndian.unsignedInt(list, at);
            blockBytes = BigEndian.unsignedTriple(list, at + 5);
            open = blocks == 0 || blocks == BigEndian.MAX_UNSIGNED_INT;
        }
        return (open || blocks == present) && blockBytes == BlockLimits.BLOCK_BYTES;
    }

    private static void applyPages(final CommandRun run, final byte[] list, final int from) {
        final boolean senseNow = run.unit().descriptorSense();
        final boolean protectedNow = run.unit().writeProtected();
        boolean descriptorSense = senseNow;
        boolean writeProtected = protectedNow;
        int at = from;
        while (at < list.length) {
            if (list.length - at < ModePages.HEADER_BYTES) {
                run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
                return;
            }
            final int code = list[at] & PAGE_CODE_MASK;
            if ((list[at] & SUBPAGE_FORMAT) != 0 || !ModePages.known(code)) {
                run.invalidParameter(at);
                return;
            }
            final byte[] now = ModePages.values(code, senseNow, protectedNow);
            if (list[at + 1] != now[1]) {
                run.invalidParameter(at + 1);
                return;
            }
            if (list.length - at < now.length) {
                run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
                return;
            }
            final byte[] changeable = ModePages.changeable(code);
            for (int i = ModePages.HEADER_BYTES; i < now.length; i++) {
                if (((list[at + i] ^ now[i]) & ~changeable[i]) != 0) {
                    run.invalidParameter(at + i);
                    return;
                }
            }
            if (code == ModePages.CONTROL) {
                descriptorSense = (list[at + ModePages.CONTROL_FLAGS_OFFSET] & ModePages.D_SENSE) != 0;
                writeProtected = (list[at + ModePages.CONTROL_PROTECTION_OFFSET] & ModePages.SWP) != 0;
            }
            at += now.length;
        }
        if (descriptorSense != senseNow || writeProtected != protectedNow) {
            run.unit().control(descriptorSense, writeProtected, run.nexus());
        }
        run.good();
    }
}
