package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sanitize operation of a logical unit (SBC-3 §4.11): kept in the catalog from before its first write until after its
 * last flush, so that a stop only interrupts it. While it runs, and after it has failed, it keeps other commands out.
 * A piece at a time, under the blocks' lock, so that a write that was already under way ends before.
 */
final class Sanitize {
    /** Where the catalog keeps it, by the volume's UUID. */
    static final String TOPIC = "scsi.sanitize";

    private static final Logger LOG = LoggerFactory.getLogger(Sanitize.class);
    private static final int PIECE_BYTES = 1 << 20;
    /** How far it goes between notes in the catalog. */
    private static final long NOTE_BYTES = 1L << 30;

    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int WHOLE = 65536;

    private final LogicalUnit unit;
    private final UnitServices services;

    /** Guarded by this, as is the rest: what is under way or has failed, or null. */
    private SanitizeRecord current;

    private CommandRun waiter;
    private int waiterTicket;

    private volatile int progress;

    Sanitize(final LogicalUnit unit, final UnitServices services) {
        this.unit = unit;
        this.services = services;
    }

    /** Sense-key specific bytes that say how far it is. */
    int progress() {
        return SenseData.progress(progress);
    }

    /** Whether the last one failed. */
    synchronized boolean failed() {
        return current != null && current.failed();
    }

    /** Whether the last one failed and was not to be left by EXIT FAILURE MODE. */
    synchronized boolean failedRestricted() {
        return failed() && !current.unrestricted();
    }

    /** Goes on with what the catalog knows of; none when it knows none. */
    void resume() {
        final byte[] document = services.catalog().all(TOPIC).get(unit.uuid().toString());
        final SanitizeRecord kept = document == null ? null : SanitizeRecord.decode(document);
        if (document == null) {
            return;
        }
        if (kept == null || kept.failed()) {
            LOG.error("scsi.sanitize.failed target={} readable={}", unit.targetName(), kept != null);
            become(kept == null ? unreadable() : kept, SenseCode.SANITIZE_COMMAND_FAILED);
        } else {
            LOG.info(
                    "scsi.sanitize.resumed target={} pass={} bytes={}",
                    unit.targetName(),
                    kept.pass(),
                    kept.doneBytes());
            become(kept, SenseCode.SANITIZE_IN_PROGRESS);
            launch();
        }
    }

    /** Makes {@code next} the operation at hand; false when one runs. */
    synchronized boolean claim(final SanitizeRecord next) {
        if (current != null && !current.failed()) {
            return false;
        }
        progress = 0;
        become(next, SenseCode.SANITIZE_IN_PROGRESS);
        return true;
    }

    /** The operation could not be noted and has not begun. */
    void unclaim(final SanitizeRecord before) {
        become(before, before == null ? null : SenseCode.SANITIZE_COMMAND_FAILED);
    }

    /** What is under way or has failed, or null. */
    synchronized SanitizeRecord current() {
        return current;
    }

    /** Notes the operation at hand. */
    CompletionStage<Void> note(final SanitizeRecord record) {
        return services.putUrgently(TOPIC, unit.uuid().toString(), record.encode());
    }

    /** Forgets a failure once that is noted. */
    CompletionStage<Void> exitFailure() {
        return services.remove(TOPIC, unit.uuid().toString()).thenRun(() -> become(null, null));
    }

    /** Who is to be woken at the end. */
    synchronized void waiter(final CommandRun run, final int ticket) {
        waiter = run;
        waiterTicket = ticket;
    }

    /** Begins to work on the operation at hand. */
    void launch() {
        BackgroundTask.start(unit.lane(), unit, this, Sanitize::begin, () -> {});
    }

    /** The volume is no more. */
    void forget() {
        if (current() != null) {
            services.remove(TOPIC, unit.uuid().toString());
        }
    }

    private synchronized void become(final SanitizeRecord next, final SenseCode obstacle) {
        current = next;
        unit.obstacles().sanitize(obstacle);
    }

    private static SanitizeRecord unreadable() {
        return new SanitizeRecord(false, false, false, true, 1, 0, 0, new byte[1]);
    }

    private static void begin(final CommandRun run, final IoStatus none) {
        final Sanitize sanitize = run.subject(Sanitize.class);
        final SanitizeRecord record = sanitize.current();
        sanitize.goTo(run, record.doneBytes());
        if (record.blockErase()) {
            erasePage(run, IoStatus.OK);
        } else {
            fill(run, record);
            overwritePiece(run, IoStatus.OK);
        }
    }

    /** The pattern, again from the beginning in each block. */
    private static void fill(final CommandRun run, final SanitizeRecord record) {
        run.allocate(PIECE_BYTES);
        final ByteBuf buffer = run.buffer();
        final byte[] pattern = record.pattern();
        final boolean inverted = record.invert() && record.pass() % 2 == 1;
        for (int at = 0; at < BlockLimits.BLOCK_BYTES; at++) {
            final byte value = pattern[at % pattern.length];
            buffer.setByte(at, inverted ? ~value : value);
        }
        for (int filled = BlockLimits.BLOCK_BYTES; filled < PIECE_BYTES; filled *= 2) {
            buffer.setBytes(filled, buffer, 0, filled);
        }
    }

    private static void overwritePiece(final CommandRun run, final IoStatus none) {
        final long sizeBytes = run.unit().volume().sizeBytes();
        if (run.offset() >= sizeBytes) {
            run.flush(Sanitize::passFlushed);
            return;
        }
        run.length(Math.min(PIECE_BYTES, sizeBytes - run.offset()));
        run.lock(
                true,
                (locked, ignored) -> locked.write(
                        locked.offset(), (int) locked.length(), locked.buffer(), 0, false, Sanitize::pieceDone));
    }

    private static void pieceDone(final CommandRun run, final IoStatus status) {
        run.unlock();
        final Sanitize sanitize = run.subject(Sanitize.class);
        if (run.unit().removed()) {
            // The target went; should its volume still be there, the target's successor goes on from the last note.
            sanitize.wake(IoStatus.ABORTED);
            run.good();
        } else if (status == IoStatus.BUSY || status == IoStatus.OFFLINE) {
            // Comes back, or waits for devices that come back.
            run.sleep(RETRY_NS, sanitize.again());
        } else if (status != IoStatus.OK) {
            sanitize.fail(run, status);
        } else {
            final long endBytes = run.offset() + run.length();
            final boolean noteLater = endBytes / NOTE_BYTES == run.offset() / NOTE_BYTES;
            final long paceNs =
                    TimeUnit.SECONDS.toNanos(1) * run.length() / services(run).sanitizeBytesPerSecond();
            sanitize.goTo(run, endBytes);
            if (noteLater) {
                run.sleep(paceNs, sanitize.again());
            } else {
                run.await(sanitize.note(sanitize.current()), sanitize.again());
            }
        }
    }

    private static UnitServices services(final CommandRun run) {
        return run.subject(Sanitize.class).services;
    }

    private Step again() {
        return current().blockErase() ? Sanitize::erasePage : Sanitize::overwritePiece;
    }

    private static void passFlushed(final CommandRun run, final IoStatus status) {
        final Sanitize sanitize = run.subject(Sanitize.class);
        if (status != IoStatus.OK) {
            sanitize.fail(run, status);
            return;
        }
        final SanitizeRecord record = sanitize.current();
        if (record.pass() + 1 == record.passes()) {
            sanitize.succeed(run);
            return;
        }
        sanitize.nextPass(record);
        run.free();
        run.await(sanitize.note(sanitize.current()), Sanitize::begin);
    }

    /** Zeroes page after page that holds anything; a failure of the note only costs time after a stop. */
    private static void erasePage(final CommandRun run, final IoStatus none) {
        final LogicalUnit unit = run.unit();
        final long sizeBytes = unit.volume().sizeBytes();
        final long pageBytes = (long) unit.pageBlocks() << BlockLimits.BLOCK_SHIFT;
        long page = run.offset() / pageBytes;
        while (page * pageBytes < sizeBytes && !unit.volume().allocated(page)) {
            page++;
        }
        if (page * pageBytes >= sizeBytes) {
            run.flush(Sanitize::erased);
            return;
        }
        run.subject(Sanitize.class).goTo(run, page * pageBytes);
        run.length(Math.min(pageBytes, sizeBytes - run.offset()));
        run.lock(true, (locked, ignored) -> locked.zero(locked.offset(), locked.length(), Sanitize::pieceDone));
    }

    private static void erased(final CommandRun run, final IoStatus status) {
        if (status != IoStatus.OK) {
            run.subject(Sanitize.class).fail(run, status);
            return;
        }
        run.range(0, run.unit().blocks());
        run.discard(0, run.length(), Sanitize::discarded);
    }

    private static void discarded(final CommandRun run, final IoStatus status) {
        if (status != IoStatus.OK) {
            run.subject(Sanitize.class).fail(run, status);
            return;
        }
        run.flush((flushed, outcome) -> {
            if (outcome == IoStatus.OK) {
                flushed.subject(Sanitize.class).succeed(flushed);
            } else {
                flushed.subject(Sanitize.class).fail(flushed, outcome);
            }
        });
    }

    /** Sets where the pass is. */
    private synchronized void goTo(final CommandRun run, final long doneBytes) {
        run.range(doneBytes >>> BlockLimits.BLOCK_SHIFT, 0);
        current = current.at(current.pass(), doneBytes);
        final double share =
                (current.pass() + (double) doneBytes / unit.volume().sizeBytes()) / current.passes();
        progress = Math.min(WHOLE - 1, (int) (share * WHOLE));
    }

    private synchronized void nextPass(final SanitizeRecord record) {
        current = record.at(record.pass() + 1, 0);
    }

    private void succeed(final CommandRun run) {
        run.await(services.remove(TOPIC, unit.uuid().toString()), (removing, status) -> {
            if (status == IoStatus.OK) {
                LOG.info("scsi.sanitize.done target={}", unit.targetName());
                become(null, null);
                wake(IoStatus.OK);
                removing.good();
            } else {
                removing.sleep(RETRY_NS, (again, none) -> succeed(again));
            }
        });
    }

    private void fail(final CommandRun run, final IoStatus status) {
        LOG.error("scsi.sanitize.failed target={} status={}", unit.targetName(), status);
        final SanitizeRecord failed = current().afterFailure();
        run.await(note(failed), (noting, outcome) -> {
            become(failed, SenseCode.SANITIZE_COMMAND_FAILED);
            wake(IoStatus.IO_ERROR);
            noting.good();
        });
    }

    private void wake(final IoStatus status) {
        final CommandRun sleeper;
        final int ticket;
        synchronized (this) {
            sleeper = waiter;
            ticket = waiterTicket;
            waiter = null;
        }
        if (sleeper != null) {
            sleeper.wake(ticket, status);
        }
    }
}
