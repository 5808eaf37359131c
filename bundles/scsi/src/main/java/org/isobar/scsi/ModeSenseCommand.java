package org.isobar.scsi;

import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.VolumeSpace;

/** MODE SENSE (6) and (10) (SPC-4 §6.13, §6.14). */
final class ModeSenseCommand {
    private static final int FLAGS_OFFSET = 1;
    private static final int LONG_LBA_ACCEPTED = 0x10;
    private static final int NO_BLOCK_DESCRIPTOR = 0x08;
    private static final int PAGE_OFFSET = 2;
    private static final int CONTROL_SHIFT = 6;
    private static final int SUBPAGE_OFFSET = 3;
    private static final int SHORT_ALLOCATION_OFFSET = 4;
    private static final int LONG_ALLOCATION_OFFSET = 7;

    private static final int CHANGEABLE_VALUES = 1;
    private static final int DEFAULT_VALUES = 2;
    private static final int SAVED_VALUES = 3;

    private static final int SHORT_HEADER_BYTES = 4;
    private static final int LONG_HEADER_BYTES = 8;
    private static final int SHORT_DESCRIPTOR_BYTES = 8;
    private static final int LONG_DESCRIPTOR_BYTES = 16;
    private static final byte LONG_LBA = 0x01;
    /** Device-specific parameter (SBC-3 §6.5.1): DPO and FUA supported. */
    private static final int DPO_FUA = 0x10;
    /** Device-specific parameter: write protected, for this nexus or for all. */
    private static final int WRITE_PROTECTED = 0x80;

    private static final int MAX_BYTES = 256;

    private ModeSenseCommand() {}

    static void modeSense6(final CommandRun run, final IoStatus none) {
        if (pageRefused(run)) {
            return;
        }
        final byte[] data = new byte[MAX_BYTES];
        data[2] = deviceSpecific(run);
        int end = SHORT_HEADER_BYTES;
        if (withDescriptor(run)) {
            data[3] = SHORT_DESCRIPTOR_BYTES;
            end = putShortDescriptor(run, data, end);
        }
        end = putPages(run, data, end);
        data[0] = (byte) (end - 1);
        run.answer(data, end, BigEndian.unsignedByte(run.cdb(), SHORT_ALLOCATION_OFFSET));
    }

    static void modeSense10(final CommandRun run, final IoStatus none) {
        if (pageRefused(run)) {
            return;
        }
        final byte[] data = new byte[MAX_BYTES];
        data[3] = deviceSpecific(run);
        int end = LONG_HEADER_BYTES;
        if (withDescriptor(run)) {
            if ((run.cdb()[FLAGS_OFFSET] & LONG_LBA_ACCEPTED) != 0) {
                data[4] = LONG_LBA;
                BigEndian.putShort(data, 6, LONG_DESCRIPTOR_BYTES);
                BigEndian.putLong(data, end, run.unit().blocks());
                BigEndian.putInt(data, end + 12, BlockLimits.BLOCK_BYTES);
                end += LONG_DESCRIPTOR_BYTES;
            } else {
                BigEndian.putShort(data, 6, SHORT_DESCRIPTOR_BYTES);
                end = putShortDescriptor(run, data, end);
            }
        }
        end = putPages(run, data, end);
        BigEndian.putShort(data, 0, end - 2);
        run.answer(data, end, BigEndian.unsignedShort(run.cdb(), LONG_ALLOCATION_OFFSET));
    }

    private static byte deviceSpecific(final CommandRun run) {
        return (byte) (run.nexus().writeProtected() ? DPO_FUA | WRITE_PROTECTED : DPO_FUA);
    }

    private static boolean pageRefused(final CommandRun run) {
        final int subpage = BigEndian.unsignedByte(run.cdb(), SUBPAGE_OFFSET);
        final int code = run.cdb()[PAGE_OFFSET] & ModePage.CODE_MASK;
        boolean known = false;
        boolean found = false;
        boolean saved = false;
        for (final ModePage page : ModePage.values()) {
            final boolean wanted = page.among(code, subpage);
            known |= page.among(code, ModePage.ALL_SUBPAGES);
            found |= wanted;
            saved |= wanted && page.savable();
        }
        if (!known) {
            run.invalidCdb(PAGE_OFFSET, 5);
        } else if (!found || (code == ModePage.ALL && subpage != 0 && subpage != ModePage.ALL_SUBPAGES)) {
            run.invalidCdb(SUBPAGE_OFFSET);
        } else if (control(run) == SAVED_VALUES && !saved) {
            run.check(SenseCode.SAVING_PARAMETERS_NOT_SUPPORTED);
        } else {
            return false;
        }
        return true;
    }

    private static int control(final CommandRun run) {
        return BigEndian.unsignedByte(run.cdb(), PAGE_OFFSET) >>> CONTROL_SHIFT;
    }

    private static boolean withDescriptor(final CommandRun run) {
        return (run.cdb()[FLAGS_OFFSET] & NO_BLOCK_DESCRIPTOR) == 0;
    }

    private static int putShortDescriptor(final CommandRun run, final byte[] data, final int at) {
        BigEndian.putClamped(data, at, run.unit().blocks());
        BigEndian.putTriple(data, at + 5, BlockLimits.BLOCK_BYTES);
        return at + SHORT_DESCRIPTOR_BYTES;
    }

    private static int putPages(final CommandRun run, final byte[] data, final int from) {
        final int code = run.cdb()[PAGE_OFFSET] & ModePage.CODE_MASK;
        final int subpage = BigEndian.unsignedByte(run.cdb(), SUBPAGE_OFFSET);
        final int control = control(run);
        final ModeValues values = values(run.unit(), control);
        int end = from;
        for (final ModePage page : ModePage.values()) {
            if (page.among(code, subpage) && (control != SAVED_VALUES || page.savable())) {
                final byte[] bytes = control == CHANGEABLE_VALUES ? page.changeable() : page.encode(values);
                System.arraycopy(bytes, 0, data, end, bytes.length);
                end += bytes.length;
            }
        }
        return end;
    }

    private static ModeValues values(final LogicalUnit unit, final int control) {
        final VolumeSpace space = unit.volume().space();
        return switch (control) {
            case DEFAULT_VALUES -> unit.modes(ThresholdModes.AS_SHIPPED, space);
            case SAVED_VALUES -> unit.modes(unit.thresholds().saved(), space);
            default -> unit.modes(space);
        };
    }
}
