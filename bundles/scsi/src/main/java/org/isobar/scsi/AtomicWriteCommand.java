package org.isobar.scsi;

import java.util.concurrent.CompletionStage;
import org.isobar.api.block.IoStatus;

/**
 * WRITE ATOMIC (16) (SBC-4 §5.46): all of it is written or nothing is, whatever fails, power included. Nothing below
 * promises more than a block of 512 bytes, so the data goes to the catalog first ({@link AtomicWrites}); it is on stable
 * media when the command ends, asked for or not.
 */
final class AtomicWriteCommand {
    private static final int BOUNDARY_OFFSET = 10;
    private static final int LENGTH_OFFSET = 12;
    private static final int LBA_OFFSET = 2;
    /** What makes a page be allocated; as long as the granularity, so that every page touched has so much. */
    private static final int ALLOCATING_BYTES = BlockLimits.ATOMIC_GRANULARITY_BLOCKS * BlockLimits.BLOCK_BYTES;

    private AtomicWriteCommand() {}

    static void writeAtomic(final CommandRun run, final IoStatus none) {
        final byte[] cdb = run.cdb();
        final long lba = BigEndian.longAt(cdb, LBA_OFFSET);
        final int blocks = BigEndian.unsignedShort(cdb, LENGTH_OFFSET);
        if (BlockCommands.protectionRefused(run)) {
            return;
        }
        if (BigEndian.unsignedShort(cdb, BOUNDARY_OFFSET) != 0) {
            run.invalidCdb(BOUNDARY_OFFSET);
        } else if (BlockCommands.setRange(run, lba, blocks)) {
            if (blocks > BlockLimits.MAX_ATOMIC_BLOCKS) {
                run.invalidCdb(LENGTH_OFFSET);
            } else if (lba % BlockLimits.ATOMIC_GRANULARITY_BLOCKS != 0) {
                run.invalidCdb(LBA_OFFSET);
            } else if (blocks % BlockLimits.ATOMIC_GRANULARITY_BLOCKS != 0) {
                run.invalidCdb(LENGTH_OFFSET);
            } else if (blocks == 0 && run.task().expectedOutBytes == 0) {
                run.good();
            } else {
                BlockCommands.wantExactly(run, (int) run.length(), LENGTH_OFFSET, AtomicWriteCommand::dataArrived);
            }
        }
    }

    private static void dataArrived(final CommandRun run, final IoStatus none) {
        if (!BlockCommands.exactlyArrived(run, (int) run.length())) {
            return;
        }
        if (run.takeShare(run.unit().atomicWrites().underWay(), AtomicWrites.MAX_AT_A_TIME)) {
            run.position(0);
            run.lock(true, AtomicWriteCommand::allocatePage);
        } else {
            run.end(ScsiStatus.BUSY);
        }
    }

    /** Writes zeros where there are none but zeros, so that lack of space shows before anything else is changed. */
    private static void allocatePage(final CommandRun run, final IoStatus status) {
        if (status != IoStatus.OK) {
            run.fail(status, SenseCode.WRITE_ERROR);
            return;
        }
        final LogicalUnit unit = run.unit();
        final long pageBytes = (long) unit.pageBlocks() << BlockLimits.BLOCK_SHIFT;
        final long firstPage = run.offset() / pageBytes;
        for (long page = firstPage + run.position(); page * pageBytes < run.offset() + run.length(); page++) {
            if (!unit.volume().allocated(page)) {
                run.position((int) (page - firstPage) + 1);
                if (run.buffer() == null) {
                    run.allocate(ALLOCATING_BYTES);
                    run.buffer().setZero(0, ALLOCATING_BYTES);
                }
                final long from = Math.max(run.offset(), page * pageBytes);
                run.write(from, ALLOCATING_BYTES, run.buffer(), 0, false, AtomicWriteCommand::allocatePage);
                return;
            }
        }
        final long id = unit.atomicWrites().nextId();
        run.subject(id);
        run.await(unit.atomicWrites().keep(id, run, run.task().dataOut), AtomicWriteCommand::kept);
    }

    private static void kept(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.write(
                    run.offset(),
                    (int) run.length(),
                    run.task().dataOut,
                    run.task().dataOut.readerIndex(),
                    true,
                    AtomicWriteCommand::written);
        } else {
            run.await(drop(run), (dropping, dropped) -> {
                recoverUnless(dropping, dropped);
                dropping.fail(status, SenseCode.WRITE_ERROR);
            });
        }
    }

    private static void written(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.await(drop(run), AtomicWriteCommand::dropped);
        } else {
            run.unit().atomicWrites().recover();
            run.fail(status, SenseCode.WRITE_ERROR);
        }
    }

    private static void dropped(final CommandRun run, final IoStatus status) {
        recoverUnless(run, status);
        run.good();
    }

    /** What could not be dropped is written once more, before anything that comes later. */
    private static void recoverUnless(final CommandRun run, final IoStatus dropped) {
        if (dropped != IoStatus.OK) {
            run.unit().atomicWrites().recover();
        }
    }

    private static CompletionStage<Void> drop(final CommandRun run) {
        return run.unit().atomicWrites().drop(run.subject(Long.class), (int) run.length());
    }
}
