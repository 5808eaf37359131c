package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;

/** VERIFY (10), (12) and (16) (SBC-3 §5.30 to §5.34), and the verifying half of WRITE AND VERIFY. */
final class VerifyCommands {
    /** BYTCHK: the medium is read and not compared. */
    static final int MEDIUM_ONLY = 0;
    /** BYTCHK: compared with as much data-out. */
    static final int COMPARE = 1;
    /** BYTCHK: every block is compared with one block of data-out. */
    static final int COMPARE_ONE_BLOCK = 3;
    /** Most significant bit of BYTCHK in the flags byte. */
    static final int BYTE_CHECK_BIT = 2;

    private static final int BYTE_CHECK_MASK = 0x03;
    private static final int PIECE_BYTES = 1 << 20;

    private VerifyCommands() {}

    static int byteCheck(final byte[] cdb) {
        return cdb[CdbLayout.FLAGS_OFFSET] >>> 1 & BYTE_CHECK_MASK;
    }

    static void verify(final CommandRun run, final IoStatus none) {
        if (BlockCommands.protectionRefused(run) || !BlockCommands.decodeRange(run, BlockLimits.MAX_TRANSFER_BLOCKS)) {
            return;
        }
        switch (byteCheck(run.cdb())) {
            case MEDIUM_ONLY -> verifyRange(run);
            case COMPARE -> BlockCommands.wantBlocks(run, VerifyCommands::dataArrived);
            case COMPARE_ONE_BLOCK -> {
                if (run.length() == 0) {
                    run.good();
                } else {
                    BlockCommands.wantExactly(
                            run,
                            BlockLimits.BLOCK_BYTES,
                            run.command().layout().lengthOffset(),
                            VerifyCommands::blockArrived);
                }
            }
            default -> run.invalidCdb(CdbLayout.FLAGS_OFFSET, BYTE_CHECK_BIT);
        }
    }

    private static void dataArrived(final CommandRun run, final IoStatus none) {
        if (BlockCommands.blocksArrived(run)) {
            verifyRange(run);
        }
    }

    private static void blockArrived(final CommandRun run, final IoStatus none) {
        if (BlockCommands.exactlyArrived(run, BlockLimits.BLOCK_BYTES)) {
            verifyRange(run);
        }
    }

    /** Reads the range at hand piece by piece and compares as BYTCHK says, then ends the command. */
    static void verifyRange(final CommandRun run) {
        if (run.length() == 0) {
            run.good();
            return;
        }
        run.position(0);
        run.allocate((int) Math.min(run.length(), PIECE_BYTES));
        readPiece(run);
    }

    private static void readPiece(final CommandRun run) {
        run.read(run.offset(), pieceBytes(run), VerifyCommands::pieceRead);
    }

    private static void pieceRead(final CommandRun run, final IoStatus status) {
        if (status != IoStatus.OK) {
            run.fail(status, SenseCode.UNRECOVERED_READ_ERROR);
            return;
        }
        final int piece = pieceBytes(run);
        final int mismatch = firstMismatch(run, piece);
        if (mismatch >= 0) {
            run.check(SenseCode.MISCOMPARE_DURING_VERIFY, run.position() + mismatch);
            return;
        }
        run.position(run.position() + piece);
        run.skip(piece);
        if (run.length() == 0) {
            run.good();
        } else {
            readPiece(run);
        }
    }

    private static int pieceBytes(final CommandRun run) {
        return (int) Math.min(run.length(), run.buffer().capacity());
    }

    /** Offset in the piece of the first byte that is not as it should be, or -1. */
    private static int firstMismatch(final CommandRun run, final int piece) {
        final ByteBuf data = run.task().dataOut;
        return switch (byteCheck(run.cdb())) {
            case COMPARE -> firstMismatch(data, data.readerIndex() + run.position(), run.buffer(), 0, piece);
            case COMPARE_ONE_BLOCK -> firstMismatch(data, run.buffer(), piece);
            default -> -1;
        };
    }

    /** Offset of the first byte of a piece that is not as in the one block it repeats, or -1. */
    private static int firstMismatch(final ByteBuf block, final ByteBuf repeated, final int length) {
        for (int at = 0; at < length; at += BlockLimits.BLOCK_BYTES) {
            final int mismatch = firstMismatch(block, block.readerIndex(), repeated, at, BlockLimits.BLOCK_BYTES);
            if (mismatch >= 0) {
                return at + mismatch;
            }
        }
        return -1;
    }

    /** Offset of the first byte that differs, or -1. */
    static int firstMismatch(
            final ByteBuf one, final int oneIndex, final ByteBuf other, final int otherIndex, final int length) {
        return one.nioBuffer(oneIndex, length).mismatch(other.nioBuffer(otherIndex, length));
    }
}
