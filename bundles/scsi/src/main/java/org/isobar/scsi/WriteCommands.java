package org.isobar.scsi;

import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiTask;

/** WRITE (6), (10), (12) and (16), WRITE AND VERIFY (10), (12) and (16) (SBC-3 §5.36 to §5.45). */
final class WriteCommands {
    private WriteCommands() {}

    static void write(final CommandRun run, final IoStatus none) {
        if (!BlockCommands.protectionRefused(run) && BlockCommands.decodeRange(run, BlockLimits.MAX_TRANSFER_BLOCKS)) {
            BlockCommands.wantBlocks(run, WriteCommands::dataArrived);
        }
    }

    static void writeAndVerify(final CommandRun run, final IoStatus none) {
        if (BlockCommands.protectionRefused(run) || !BlockCommands.decodeRange(run, BlockLimits.MAX_TRANSFER_BLOCKS)) {
            return;
        }
        if (VerifyCommands.byteCheck(run.cdb()) > VerifyCommands.COMPARE) {
            run.invalidCdb(CdbLayout.FLAGS_OFFSET, VerifyCommands.BYTE_CHECK_BIT);
            return;
        }
        BlockCommands.wantBlocks(run, WriteCommands::dataToVerifyArrived);
    }

    private static void dataArrived(final CommandRun run, final IoStatus none) {
        if (BlockCommands.blocksArrived(run)) {
            run.lock(false, WriteCommands::locked);
        }
    }

    private static void locked(final CommandRun run, final IoStatus none) {
        submit(run, BlockCommands.forcesUnitAccess(run), WriteCommands::done);
    }

    private static void done(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.good();
        } else {
            run.fail(status, SenseCode.WRITE_ERROR);
        }
    }

    private static void dataToVerifyArrived(final CommandRun run, final IoStatus none) {
        if (BlockCommands.blocksArrived(run)) {
            run.lock(false, WriteCommands::lockedToVerify);
        }
    }

    private static void lockedToVerify(final CommandRun run, final IoStatus none) {
        submit(run, true, WriteCommands::writtenToVerify);
    }

    private static void writtenToVerify(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            VerifyCommands.verifyRange(run);
        } else {
            run.fail(status, SenseCode.WRITE_ERROR);
        }
    }

    private static void submit(final CommandRun run, final boolean durable, final Step next) {
        final ScsiTask task = run.task();
        run.write(run.offset(), (int) run.length(), task.dataOut, task.dataOut.readerIndex(), durable, next);
    }
}
