package org.isobar.scsi;

import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiTask;

/** READ (6), (10), (12) and (16) (SBC-3 §5.9 to §5.12). */
final class ReadCommands {
    private ReadCommands() {}

    static void read(final CommandRun run, final IoStatus none) {
        if (BlockCommands.protectionRefused(run) || !BlockCommands.decodeRange(run, BlockLimits.MAX_TRANSFER_BLOCKS)) {
            return;
        }
        final ScsiTask task = run.task();
        task.dataInBytes = run.length();
        if (Math.min(run.length(), task.expectedInBytes) == 0) {
            run.good();
        } else if (BlockCommands.forcesUnitAccess(run)) {
            run.flush(ReadCommands::flushed);
        } else {
            readBlocks(run);
        }
    }

    /** What is read with FUA must be on stable media (SBC-3 §5.10). */
    private static void flushed(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            readBlocks(run);
        } else {
            run.fail(status, SenseCode.UNRECOVERED_READ_ERROR);
        }
    }

    private static void readBlocks(final CommandRun run) {
        final int expected = (int) Math.min(run.length(), run.task().expectedInBytes);
        final int whole = (expected + BlockLimits.BLOCK_BYTES - 1) & -BlockLimits.BLOCK_BYTES;
        run.allocate(whole);
        run.read(run.offset(), whole, ReadCommands::done);
    }

    private static void done(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.answerBuffer((int) Math.min(run.length(), run.task().expectedInBytes));
        } else {
            run.fail(status, SenseCode.UNRECOVERED_READ_ERROR);
        }
    }
}
