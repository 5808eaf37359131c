package org.isobar.scsi;

import java.util.Arrays;
import org.isobar.api.block.IoStatus;
import org.isobar.scsi.CopyFailure.Side;

/**
 * EXTENDED COPY (LID1) (SPC-4 §6.4): copies ranges within and between volumes of this appliance, a piece at a time, under
 * the locks of the destination's blocks. Pages of the source that hold nothing are zeroed at the destination, not copied.
 */
final class CopyCommand {
    private static final int LIST_LENGTH_OFFSET = 10;
    private static final int PIECE_BYTES = 1 << 20;

    private CopyCommand() {}

    static void extendedCopy(final CommandRun run, final IoStatus none) {
        final long listBytes = BigEndian.unsignedInt(run.cdb(), LIST_LENGTH_OFFSET);
        if (listBytes == 0) {
            run.good();
        } else if (listBytes < CopyList.HEADER_BYTES || listBytes > CopyList.HEADER_BYTES + Copies.MAX_LIST_BYTES) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        } else {
            run.wantData((int) listBytes, CopyCommand::listArrived);
        }
    }

    private static void listArrived(final CommandRun run, final IoStatus none) {
        final int listBytes = (int) BigEndian.unsignedInt(run.cdb(), LIST_LENGTH_OFFSET);
        if (run.task().dataOutBytes < listBytes) {
            run.check(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
            return;
        }
        final byte[] bytes = new byte[listBytes];
        run.task().dataOut.getBytes(run.task().dataOut.readerIndex(), bytes);
        final CopyList list = new CopyList(bytes);
        if (!list.check(run)) {
            return;
        }
        if (!run.takeShare(run.unit().copies().underWay(), Copies.MAX_AT_A_TIME)) {
            run.end(ScsiStatus.BUSY);
            return;
        }
        final CopyResults.Result result =
                list.identified() ? run.nexus().copyResults().begin(list.listId()) : new CopyResults.Result();
        if (result == null) {
            run.check(SenseCode.OPERATION_IN_PROGRESS);
            return;
        }
        run.subject(new Copy(list, result));
        nextSegment(run, IoStatus.OK);
    }

    private static void nextSegment(final CommandRun run, final IoStatus none) {
        final Copy copy = run.subject(Copy.class);
        if (copy.segment == copy.list.segmentCount()) {
            copy.result.end(CopyResults.Status.WITHOUT_ERRORS, new byte[0]);
            copy.discardUnwanted(run);
            run.good();
            return;
        }
        if (prepare(run, copy)) {
            nextPiece(run, IoStatus.OK);
        }
    }

    /** Looks at the segment at hand; ends the command and returns false when it cannot be copied. */
    private static boolean prepare(final CommandRun run, final Copy copy) {
        final CopyList list = copy.list;
        final int segment = copy.segment;
        copy.source = find(run, copy, Side.SOURCE);
        if (copy.source == null) {
            return false;
        }
        copy.destination = find(run, copy, Side.DESTINATION);
        if (copy.destination == null) {
            return false;
        }
        final long bytes = list.bytes(segment);
        if (!list.wholeBlocks(segment) || bytes > Copies.MAX_SEGMENT_BYTES) {
            fail(run, copy, SenseCode.COPY_SEGMENT_INVALID, CopyFailure.of(segment, CopyList.BYTES_OFFSET));
            return false;
        }
        final long blocks = bytes >>> BlockLimits.BLOCK_SHIFT;
        if (beyondEnd(copy.source, list.sourceLba(segment), blocks)) {
            refused(run, copy, Side.SOURCE, SenseCode.LBA_OUT_OF_RANGE);
            return false;
        }
        if (beyondEnd(copy.destination, list.destinationLba(segment), blocks)) {
            refused(run, copy, Side.DESTINATION, SenseCode.LBA_OUT_OF_RANGE);
            return false;
        }
        copy.sourceBytes = list.sourceLba(segment) << BlockLimits.BLOCK_SHIFT;
        copy.destinationBytes = list.destinationLba(segment) << BlockLimits.BLOCK_SHIFT;
        copy.leftBytes = bytes;
        return true;
    }

    private static LogicalUnit find(final CommandRun run, final Copy copy, final Side side) {
        final int field = side == Side.SOURCE ? CopyList.SOURCE_OFFSET : CopyList.DESTINATION_OFFSET;
        final int index = copy.list.targetIndex(copy.segment, field);
        if (!copy.list.hasTarget(index)) {
            fail(run, copy, SenseCode.UNREACHABLE_COPY_TARGET, CopyFailure.of(copy.segment, field));
            return null;
        }
        if (!copy.list.disk(index)) {
            fail(run, copy, SenseCode.INCORRECT_COPY_TARGET_TYPE, CopyFailure.of(copy.segment, field));
            return null;
        }
        final byte[] designator = copy.list.designator(index);
        final LogicalUnit unit =
                designator == null ? null : run.unit().copies().find(designator, run.nexus(), side == Side.DESTINATION);
        if (unit == null) {
            fail(run, copy, SenseCode.COPY_TARGET_NOT_REACHABLE, CopyFailure.of(copy.segment, field));
        } else if (unit.obstacle() != null) {
            refused(run, copy, side, unit.obstacle());
            return null;
        }
        return unit;
    }

    private static boolean beyondEnd(final LogicalUnit unit, final long lba, final long blocks) {
        final long capacity = unit.blocks();
        return Long.compareUnsigned(lba, capacity) > 0 || blocks > capacity - lba;
    }

    private static void nextPiece(final CommandRun run, final IoStatus status) {
        run.unlock();
        final Copy copy = run.subject(Copy.class);
        if (status != IoStatus.OK) {
            refused(run, copy, Side.DESTINATION, sense(status, SenseCode.WRITE_ERROR));
            return;
        }
        copy.pieceCopied();
        if (copy.leftBytes == 0) {
            copy.result.segmentDone();
            copy.segment++;
            run.then(CopyCommand::nextSegment);
        } else if (run.aborted()) {
            copy.result.end(CopyResults.Status.WITH_ERRORS, new byte[0]);
            run.end(ScsiStatus.TASK_ABORTED);
        } else {
            copy.choosePiece();
            if (copy.source.holdsData(copy.pieceSource())) {
                readPiece(run, copy);
            } else {
                lockDestination(run, copy, CopyCommand::zeroPiece);
            }
        }
    }

    private static void readPiece(final CommandRun run, final Copy copy) {
        if (run.buffer() == null) {
            run.allocate(PIECE_BYTES);
        }
        run.reach(copy.source);
        run.read(copy.pieceSource(), copy.pieceBytes, CopyCommand::pieceRead);
    }

    private static void pieceRead(final CommandRun run, final IoStatus status) {
        final Copy copy = run.subject(Copy.class);
        if (status == IoStatus.OK) {
            lockDestination(run, copy, CopyCommand::writePiece);
        } else {
            refused(run, copy, Side.SOURCE, sense(status, SenseCode.UNRECOVERED_READ_ERROR));
        }
    }

    private static void lockDestination(final CommandRun run, final Copy copy, final Step next) {
        run.reach(copy.destination);
        run.range(copy.pieceDestination() >>> BlockLimits.BLOCK_SHIFT, copy.pieceBytes >>> BlockLimits.BLOCK_SHIFT);
        run.lockRegardless(next);
    }

    private static void writePiece(final CommandRun run, final IoStatus none) {
        if (obstructed(run)) {
            return;
        }
        run.write(run.offset(), (int) run.length(), run.buffer(), 0, false, CopyCommand::nextPiece);
    }

    private static void zeroPiece(final CommandRun run, final IoStatus none) {
        if (!obstructed(run)) {
            run.zero(run.offset(), run.length(), CopyCommand::nextPiece);
        }
    }

    /** A sanitize operation, say, that has begun at the destination meanwhile. */
    private static boolean obstructed(final CommandRun run) {
        final SenseCode obstacle = run.reached().obstacle();
        if (obstacle != null) {
            refused(run, run.subject(Copy.class), Side.DESTINATION, obstacle);
        }
        return obstacle != null;
    }

    private static SenseCode sense(final IoStatus status, final SenseCode mediumError) {
        return switch (status) {
            case OFFLINE, BUSY -> SenseCode.NOT_READY;
            case NO_SPACE -> SenseCode.SPACE_ALLOCATION_FAILED;
            case WRITE_PROTECTED -> SenseCode.WRITE_PROTECTED;
            case OUT_OF_RANGE -> SenseCode.LBA_OUT_OF_RANGE;
            case ABORTED -> SenseCode.COMMAND_ABORTED;
            case OK, IO_ERROR -> mediumError;
        };
    }

    /** One of the two logical units refused. */
    private static void refused(final CommandRun run, final Copy copy, final Side side, final SenseCode why) {
        fail(run, copy, SenseCode.COPY_ABORTED, CopyFailure.of(copy.segment, side, why));
    }

    private static void fail(final CommandRun run, final Copy copy, final SenseCode code, final CopyFailure failure) {
        final byte[] sense = new byte[run.task().sense.length];
        final boolean descriptors = run.unit().descriptorSense();
        final int bytes = SenseData.write(sense, descriptors, code, -1, failure.segmentPointer());
        copy.result.end(CopyResults.Status.WITH_ERRORS, Arrays.copyOf(sense, failure.addTo(sense, bytes, descriptors)));
        copy.discardUnwanted(run);
        run.copyAborted(code, failure);
    }

    /** A copy under way, on its run's lane. */
    private static final class Copy {
        private final CopyList list;
        private final CopyResults.Result result;
        private int segment;
        private LogicalUnit source;
        private LogicalUnit destination;
        private long sourceBytes;
        private long destinationBytes;
        private long leftBytes;
        private int pieceBytes;

        Copy(final CopyList list, final CopyResults.Result result) {
            this.list = list;
            this.result = result;
        }

        void discardUnwanted(final CommandRun run) {
            if (list.identified() && !list.keepsResults()) {
                run.nexus().copyResults().discard(list.listId(), result);
            }
        }

        /** From the end where the destination overlaps the source from behind, so that nothing is read after it was written. */
        private boolean backwards() {
            return source == destination && destinationBytes > sourceBytes;
        }

        long pieceSource() {
            return backwards() ? sourceBytes + leftBytes - pieceBytes : sourceBytes;
        }

        long pieceDestination() {
            return backwards() ? destinationBytes + leftBytes - pieceBytes : destinationBytes;
        }

        /** The next piece lies in one page of the source. */
        void choosePiece() {
            final long pageBytes = (long) source.pageBlocks() << BlockLimits.BLOCK_SHIFT;
            final long most = Math.min(leftBytes, PIECE_BYTES);
            final long inPage =
                    backwards() ? (sourceBytes + leftBytes - 1) % pageBytes + 1 : pageBytes - sourceBytes % pageBytes;
            pieceBytes = (int) Math.min(most, inPage);
        }

        void pieceCopied() {
            result.copied(pieceBytes);
            if (!backwards()) {
                sourceBytes += pieceBytes;
                destinationBytes += pieceBytes;
            }
            leftBytes -= pieceBytes;
            pieceBytes = 0;
        }
    }
}
