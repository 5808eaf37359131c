package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;

/**
 * WRITE SAME (10) and (16) (SBC-3 §5.46, §5.47). Zeros are not written: with UNMAP the blocks are discarded (they read as
 * zeros, LBPRZ), without it they are zeroed. Any other block is written in pieces of bounded length.
 */
final class WriteSameCommands {
    private static final int NO_DATA_OUT = 0x01;
    /** LBDATA and PBDATA, obsolete since SBC-3: nobody may rely on them being ignored. */
    private static final int OBSOLETE = 0x06;

    private static final int OBSOLETE_BIT = 2;
    private static final int UNMAP = 0x08;
    private static final int ANCHOR = 0x10;
    private static final int ANCHOR_BIT = 4;
    private static final int PIECE_BYTES = 1 << 20;

    private WriteSameCommands() {}

    static void writeSame(final CommandRun run, final IoStatus none) {
        final int flags = run.cdb()[CdbLayout.FLAGS_OFFSET];
        final CdbLayout layout = run.command().layout();
        if (BlockCommands.protectionRefused(run)) {
            return;
        }
        if ((flags & ANCHOR) != 0) {
            run.invalidCdb(CdbLayout.FLAGS_OFFSET, ANCHOR_BIT);
            return;
        }
        if ((flags & OBSOLETE) != 0) {
            run.invalidCdb(CdbLayout.FLAGS_OFFSET, OBSOLETE_BIT);
            return;
        }
        if (layout != CdbLayout.SIXTEEN && (flags & NO_DATA_OUT) != 0) {
            run.invalidCdb(CdbLayout.FLAGS_OFFSET, 0);
            return;
        }
        if (!decodeRange(run)) {
            return;
        }
        if (run.length() == 0) {
            run.good();
        } else if ((flags & NO_DATA_OUT) != 0) {
            run.lock(false, WriteSameCommands::lockedForZeros);
        } else {
            BlockCommands.wantExactly(
                    run, BlockLimits.BLOCK_BYTES, layout.lengthOffset(), WriteSameCommands::blockArrived);
        }
    }

    /** As for other commands, but a count of 0 is all blocks to the end (WSNZ is 0). */
    private static boolean decodeRange(final CommandRun run) {
        final CdbLayout layout = run.command().layout();
        if (!BlockCommands.decodeRange(run, BlockLimits.MAX_WRITE_SAME_BLOCKS)) {
            return false;
        }
        if (layout.blocks(run.cdb()) == 0) {
            final long blocks = run.unit().blocks() - layout.lba(run.cdb());
            if (blocks > BlockLimits.MAX_WRITE_SAME_BLOCKS) {
                run.invalidCdb(layout.lengthOffset());
                return false;
            }
            run.range(layout.lba(run.cdb()), blocks);
        }
        return true;
    }

    private static void blockArrived(final CommandRun run, final IoStatus none) {
        if (BlockCommands.exactlyArrived(run, BlockLimits.BLOCK_BYTES)) {
            run.lock(
                    false,
                    zeros(run.task().dataOut)
                            ? WriteSameCommands::lockedForZeros
                            : WriteSameCommands::lockedForPattern);
        }
    }

    private static void lockedForZeros(final CommandRun run, final IoStatus none) {
        if ((run.cdb()[CdbLayout.FLAGS_OFFSET] & UNMAP) != 0) {
            run.discard(run.offset(), run.length(), WriteSameCommands::done);
        } else {
            run.zero(run.offset(), run.length(), WriteSameCommands::done);
        }
    }

    private static void done(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.good();
        } else {
            run.fail(status, SenseCode.WRITE_ERROR);
        }
    }

    private static void lockedForPattern(final CommandRun run, final IoStatus none) {
        final int piece = (int) Math.min(run.length(), PIECE_BYTES);
        run.allocate(piece);
        final ByteBuf block = run.task().dataOut;
        final ByteBuf pattern = run.buffer();
        pattern.setBytes(0, block, block.readerIndex(), BlockLimits.BLOCK_BYTES);
        for (int filled = BlockLimits.BLOCK_BYTES; filled < piece; filled *= 2) {
            pattern.setBytes(filled, pattern, 0, Math.min(filled, piece - filled));
        }
        writePiece(run);
    }

    private static void writePiece(final CommandRun run) {
        final int piece = (int) Math.min(run.length(), run.buffer().capacity());
        run.write(run.offset(), piece, run.buffer(), 0, false, WriteSameCommands::pieceWritten);
    }

    private static void pieceWritten(final CommandRun run, final IoStatus status) {
        if (status != IoStatus.OK) {
            run.fail(status, SenseCode.WRITE_ERROR);
            return;
        }
        run.skip(Math.min(run.length(), run.buffer().capacity()));
        if (run.length() == 0) {
            run.good();
        } else {
            writePiece(run);
        }
    }

    private static boolean zeros(final ByteBuf block) {
        final int from = block.readerIndex();
        for (int at = 0; at < BlockLimits.BLOCK_BYTES; at += Long.BYTES) {
            if (block.getLong(from + at) != 0) {
                return false;
            }
        }
        return true;
    }
}
