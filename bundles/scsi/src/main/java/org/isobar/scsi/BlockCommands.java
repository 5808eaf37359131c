package org.isobar.scsi;

import org.isobar.api.scsi.ScsiTask;

/** What the commands over block ranges have in common. */
final class BlockCommands {
    private BlockCommands() {}

    /** Refuses protection information, which this unit does not keep. */
    static boolean protectionRefused(final CommandRun run) {
        if (run.command().layout() != CdbLayout.SIX
                && (run.cdb()[CdbLayout.FLAGS_OFFSET] & CdbLayout.PROTECT_MASK) != 0) {
            run.invalidCdb(CdbLayout.FLAGS_OFFSET, CdbLayout.PROTECT_BIT);
            return true;
        }
        return false;
    }

    /**
     * Sets the run's range from its CDB.
     *
     * @return false when the command has ended because it is too long or beyond the end
     */
    static boolean decodeRange(final CommandRun run, final long maxBlocks) {
        final CdbLayout layout = run.command().layout();
        final long blocks = layout.blocks(run.cdb());
        if (blocks > maxBlocks) {
            run.invalidCdb(layout.lengthOffset());
            return false;
        }
        return setRange(run, layout.lba(run.cdb()), blocks);
    }

    /** Sets the run's range, or ends the command when it is beyond the end. */
    static boolean setRange(final CommandRun run, final long lba, final long blocks) {
        final long capacity = run.unit().blocks();
        if (Long.compareUnsigned(lba, capacity) > 0 || blocks > capacity - lba) {
            run.check(SenseCode.LBA_OUT_OF_RANGE);
            return false;
        }
        run.range(lba, blocks);
        return true;
    }

    /** Whether the command asks for stable media. READ (6) and WRITE (6) cannot. */
    static boolean forcesUnitAccess(final CommandRun run) {
        return run.command().layout() != CdbLayout.SIX
                && (run.cdb()[CdbLayout.FLAGS_OFFSET] & CdbLayout.FORCE_UNIT_ACCESS) != 0;
    }

    /**
     * Collects as many whole blocks of data-out as the initiator sends, at most the range at hand, then goes on with
     * {@code next} over a range shortened to them. An initiator that sends less than the command transfers gets a
     * residual; one that would cut a block gets an error and nothing is transferred.
     */
    static void wantBlocks(final CommandRun run, final Step next) {
        final ScsiTask task = run.task();
        final int wanted = (int) run.length();
        final int expected = Math.min(task.expectedOutBytes, wanted);
        task.dataOutWantedBytes = wanted;
        if (expected % BlockLimits.BLOCK_BYTES != 0) {
            run.check(SenseCode.INVALID_FIELD_IN_INFORMATION_UNIT);
        } else if (expected == 0) {
            run.good();
        } else {
            run.wantData(wanted, next);
        }
    }

    /**
     * Shortens the range at hand to the whole blocks that arrived.
     *
     * @return false when that is none and the command has ended
     */
    static boolean blocksArrived(final CommandRun run) {
        final long arrived = Math.min(run.task().dataOutBytes, run.length());
        final long whole = arrived - arrived % BlockLimits.BLOCK_BYTES;
        if (whole == 0) {
            run.good();
            return false;
        }
        run.length(whole);
        return true;
    }

    /** Collects data-out of which the command needs every byte, no less and no more. */
    static void wantExactly(final CommandRun run, final int bytes, final int lengthField, final Step next) {
        if (run.task().expectedOutBytes == bytes) {
            run.wantData(bytes, next);
        } else {
            run.task().dataOutWantedBytes = bytes;
            run.invalidCdb(lengthField);
        }
    }

    /** Whether all the data of {@link #wantExactly} is there; ends the command when not. */
    static boolean exactlyArrived(final CommandRun run, final int bytes) {
        if (run.task().dataOutBytes < bytes) {
            run.check(SenseCode.COMMAND_ABORTED);
            return false;
        }
        return true;
    }
}
