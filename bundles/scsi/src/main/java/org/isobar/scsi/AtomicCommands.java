package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.isobar.api.block.IoStatus;

/** COMPARE AND WRITE (SBC-3 §5.2) and ORWRITE (16) (§5.7): nothing changes the blocks between reading and writing. */
final class AtomicCommands {
    private static final int COMPARE_BLOCKS_OFFSET = 13;

    private AtomicCommands() {}

    static void compareAndWrite(final CommandRun run, final IoStatus none) {
        final int blocks = BigEndian.unsignedByte(run.cdb(), COMPARE_BLOCKS_OFFSET);
        if (BlockCommands.protectionRefused(run)
                || !BlockCommands.setRange(run, run.command().layout().lba(run.cdb()), blocks)) {
            return;
        }
        if (blocks == 0 && run.task().expectedOutBytes == 0) {
            run.good();
        } else {
            BlockCommands.wantExactly(
                    run, 2 * (int) run.length(), COMPARE_BLOCKS_OFFSET, AtomicCommands::bothHalvesArrived);
        }
    }

    private static void bothHalvesArrived(final CommandRun run, final IoStatus none) {
        if (BlockCommands.exactlyArrived(run, 2 * (int) run.length())) {
            run.lock(true, AtomicCommands::lockedToCompare);
        }
    }

    private static void lockedToCompare(final CommandRun run, final IoStatus none) {
        final int bytes = (int) run.length();
        run.allocate(bytes);
        run.read(run.offset(), bytes, AtomicCommands::readToCompare);
    }

    private static void readToCompare(final CommandRun run, final IoStatus status) {
        if (status != IoStatus.OK) {
            run.fail(status, SenseCode.UNRECOVERED_READ_ERROR);
            return;
        }
        final int bytes = (int) run.length();
        final ByteBuf data = run.task().dataOut;
        final int mismatch = VerifyCommands.firstMismatch(data, data.readerIndex(), run.buffer(), 0, bytes);
        if (mismatch >= 0) {
            run.check(SenseCode.MISCOMPARE_DURING_VERIFY, mismatch);
            return;
        }
        run.write(
                run.offset(),
                bytes,
                data,
                data.readerIndex() + bytes,
                BlockCommands.forcesUnitAccess(run),
                AtomicCommands::written);
    }

    static void orWrite(final CommandRun run, final IoStatus none) {
        if (!BlockCommands.protectionRefused(run) && BlockCommands.decodeRange(run, BlockLimits.MAX_TRANSFER_BLOCKS)) {
            BlockCommands.wantBlocks(run, AtomicCommands::orDataArrived);
        }
    }

    private static void orDataArrived(final CommandRun run, final IoStatus none) {
        if (BlockCommands.blocksArrived(run)) {
            run.lock(true, AtomicCommands::lockedToOr);
        }
    }

    private static void lockedToOr(final CommandRun run, final IoStatus none) {
        final int bytes = (int) run.length();
        run.allocate(bytes);
        run.read(run.offset(), bytes, AtomicCommands::readToOr);
    }

    private static void readToOr(final CommandRun run, final IoStatus status) {
        if (status != IoStatus.OK) {
            run.fail(status, SenseCode.UNRECOVERED_READ_ERROR);
            return;
        }
        final int bytes = (int) run.length();
        final ByteBuf data = run.task().dataOut;
        final ByteBuffer added = data.nioBuffer(data.readerIndex(), bytes);
        final ByteBuffer merged = run.buffer().nioBuffer(0, bytes);
        for (int at = 0; at < bytes; at += Long.BYTES) {
            merged.putLong(at, merged.getLong(at) | added.getLong(at));
        }
        run.write(run.offset(), bytes, run.buffer(), 0, BlockCommands.forcesUnitAccess(run), AtomicCommands::written);
    }

    private static void written(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.good();
        } else {
            run.fail(status, SenseCode.WRITE_ERROR);
        }
    }
}
