package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.VolumeSpace;

/**
 * MODE SELECT (6) and (10) (SPC-4 §6.11, §6.12): the whole list is checked before anything takes effect. With SP what can be
 * saved of it is, before it takes effect.
 */
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

    private static final int HEADER_MIN_BYTES = 2;

    private ModeSelectCommand() {}

    static void modeSelect6(final CommandRun run, final IoStatus none) {
        modeSelect(run, BigEndian.unsignedByte(run.cdb(), SHORT_LENGTH_OFFSET));
    }

    static void modeSelect10(final CommandRun run, final IoStatus none) {
        modeSelect(run, BigEndian.unsignedShort(run.cdb(), LONG_LENGTH_OFFSET));
    }

    private static void modeSelect(final CommandRun run, final int listBytes) {
        final int flags = run.cdb()[FLAGS_OFFSET];
        if (listBytes == 0) {
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
        final VolumeSpace space = run.unit().volume().space();
        final ModeValues now = run.unit().modes(space);
        ModeValues next = now;
        int at = from;
        while (at < list.length) {
            final ModePage page = accepted(run, list, at, now);
            if (page == null) {
                return;
            }
            next = page.decode(list, at, next);
            final Optional<SoftThreshold> refused = page == ModePage.PROVISIONING
                    ? run.unit().thresholds().unacceptable(next.thresholds())
                    : Optional.empty();
            if (refused.isPresent()) {
                run.invalidParameter(at + refused.get().offset());
                return;
            }
            at += page.bytes();
        }
        final ThresholdModes thresholds = run.unit().thresholds().modes(next, space);
        if ((run.cdb()[FLAGS_OFFSET] & SAVE_PAGES) == 0) {
            apply(run, now, next, thresholds);
            return;
        }
        final ModeValues wanted = next;
        run.await(run.unit().thresholds().save(thresholds), (saved, status) -> {
            if (status == IoStatus.OK) {
                apply(saved, now, wanted, thresholds);
            } else {
                saved.check(SenseCode.INTERNAL_TARGET_FAILURE);
            }
        });
    }

    private static void apply(
            final CommandRun run, final ModeValues now, final ModeValues next, final ThresholdModes thresholds) {
        if (!next.equals(now)) {
            run.unit().select(next, thresholds, run.nexus());
        }
        run.good();
    }

    /** The page at {@code at} when it changes only what may be changed; else null, and the command has ended. */
    private static ModePage accepted(final CommandRun run, final byte[] list, final int at, final ModeValues now) {
        if (list.length - at < HEADER_MIN_BYTES) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return null;
        }
        final boolean withSubpage = (list[at] & ModePage.SUBPAGE_FORMAT) != 0;
        final ModePage page =
                ModePage.find(list[at] & ModePage.CODE_MASK, withSubpage ? BigEndian.unsignedByte(list, at + 1) : 0);
        if (page == null || withSubpage != page.headerBytes() > HEADER_MIN_BYTES) {
            run.invalidParameter(at);
            return null;
        }
        final byte[] present = page.encode(now);
        for (int i = 1; i < page.headerBytes(); i++) {
            if (at + i < list.length && list[at + i] != present[i]) {
                run.invalidParameter(at + i);
                return null;
            }
        }
        if (list.length - at < present.length) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return null;
        }
        final byte[] changeable = page.changeable();
        for (int i = page.headerBytes(); i < present.length; i++) {
            if (((list[at + i] ^ present[i]) & ~changeable[i]) != 0) {
                run.invalidParameter(at + i);
                return null;
            }
        }
        return page;
    }
}
