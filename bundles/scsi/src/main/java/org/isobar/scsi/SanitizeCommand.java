package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;

/**
 * SANITIZE (SBC-3 §5.24): OVERWRITE, BLOCK ERASE and EXIT FAILURE MODE. There is no CRYPTO ERASE, as nothing is encrypted.
 */
final class SanitizeCommand {
    private static final int FLAGS_OFFSET = 1;
    private static final int IMMEDIATE = 0x80;
    /** Reserved in SBC-3, ZNR since. */
    private static final int RESERVED = 0x40;

    private static final int RESERVED_BIT = 6;
    private static final int UNRESTRICTED_EXIT = 0x20;
    private static final int RESERVED_OFFSET = 2;
    private static final int LIST_LENGTH_OFFSET = 7;

    private static final int INVERT = 0x80;
    private static final int TEST_MASK = 0x60;
    private static final int COUNT_MASK = 0x1F;
    private static final int PATTERN_LENGTH_OFFSET = 2;
    private static final int PATTERN_OFFSET = 4;

    private SanitizeCommand() {}

    static void overwrite(final CommandRun run, final IoStatus none) {
        if (fieldRefused(run)) {
            return;
        }
        final int listBytes = BigEndian.unsignedShort(run.cdb(), LIST_LENGTH_OFFSET);
        if (listBytes <= PATTERN_OFFSET || listBytes > PATTERN_OFFSET + BlockLimits.BLOCK_BYTES) {
            run.invalidCdb(LIST_LENGTH_OFFSET);
        } else {
            BlockCommands.wantExactly(run, listBytes, LIST_LENGTH_OFFSET, SanitizeCommand::listArrived);
        }
    }

    private static void listArrived(final CommandRun run, final IoStatus none) {
        final int listBytes = BigEndian.unsignedShort(run.cdb(), LIST_LENGTH_OFFSET);
        if (!BlockCommands.exactlyArrived(run, listBytes)) {
            return;
        }
        final ByteBuf list = run.task().dataOut;
        final int from = list.readerIndex();
        final int flags = list.getByte(from);
        final int patternBytes = list.getUnsignedShort(from + PATTERN_LENGTH_OFFSET);
        if ((flags & TEST_MASK) != 0 || (flags & COUNT_MASK) == 0) {
            run.invalidParameter(0);
        } else if (patternBytes == 0 || patternBytes > listBytes - PATTERN_OFFSET) {
            run.invalidParameter(PATTERN_LENGTH_OFFSET);
        } else {
            final byte[] pattern = new byte[patternBytes];
            list.getBytes(from + PATTERN_OFFSET, pattern);
            begin(run, record(run, false, (flags & INVERT) != 0, flags & COUNT_MASK, pattern));
        }
    }

    static void blockErase(final CommandRun run, final IoStatus none) {
        if (!fieldRefused(run) && !listRefused(run)) {
            begin(run, record(run, true, false, 1, new byte[0]));
        }
    }

    static void exitFailureMode(final CommandRun run, final IoStatus none) {
        if (fieldRefused(run) || listRefused(run)) {
            return;
        }
        final Sanitize sanitize = run.unit().sanitize();
        if (sanitize.failedRestricted()) {
            run.check(SenseCode.SANITIZE_COMMAND_FAILED);
        } else if (sanitize.failed()) {
            run.await(sanitize.exitFailure(), SanitizeCommand::left);
        } else if (run.unit().obstacle() != null) {
            Obstacles.refuse(run, run.unit());
        } else {
            run.good();
        }
    }

    private static void left(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.good();
        } else {
            run.fail(status, SenseCode.WRITE_ERROR);
        }
    }

    private static SanitizeRecord record(
            final CommandRun run, final boolean erase, final boolean invert, final int passes, final byte[] pattern) {
        final boolean unrestricted = (run.cdb()[FLAGS_OFFSET] & UNRESTRICTED_EXIT) != 0;
        return new SanitizeRecord(erase, unrestricted, invert, false, passes, 0, 0, pattern);
    }

    private static boolean fieldRefused(final CommandRun run) {
        if ((run.cdb()[FLAGS_OFFSET] & RESERVED) != 0) {
            run.invalidCdb(FLAGS_OFFSET, RESERVED_BIT);
            return true;
        }
        for (int at = RESERVED_OFFSET; at < LIST_LENGTH_OFFSET; at++) {
            if (run.cdb()[at] != 0) {
                run.invalidCdb(at);
                return true;
            }
        }
        return false;
    }

    private static boolean listRefused(final CommandRun run) {
        if (BigEndian.unsignedShort(run.cdb(), LIST_LENGTH_OFFSET) != 0) {
            run.invalidCdb(LIST_LENGTH_OFFSET);
            return true;
        }
        return false;
    }

    /** After a restricted failure only another restricted operation is taken (SBC-3 §4.11.4). */
    private static void begin(final CommandRun run, final SanitizeRecord record) {
        final Sanitize sanitize = run.unit().sanitize();
        final SanitizeRecord before = sanitize.current();
        if (sanitize.failedRestricted() && record.unrestricted()) {
            run.check(SenseCode.SANITIZE_COMMAND_FAILED);
        } else if (run.unit().obstacle() == SenseCode.BECOMING_READY || !sanitize.claim(record)) {
            run.then((refused, none) -> refused.check(SenseCode.COMMAND_ABORTED));
            Obstacles.refuse(run, run.unit());
        } else {
            run.await(sanitize.note(record), (noted, status) -> noted(noted, status, before));
        }
    }

    private static void noted(final CommandRun run, final IoStatus status, final SanitizeRecord before) {
        final Sanitize sanitize = run.unit().sanitize();
        if (status != IoStatus.OK) {
            sanitize.unclaim(before);
            run.fail(status, SenseCode.WRITE_ERROR);
            return;
        }
        if ((run.cdb()[FLAGS_OFFSET] & IMMEDIATE) != 0) {
            run.good();
        } else {
            sanitize.waiter(run, run.park(SanitizeCommand::ended));
        }
        sanitize.launch();
    }

    private static void ended(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.good();
        } else {
            run.check(SenseCode.SANITIZE_COMMAND_FAILED);
        }
    }
}
