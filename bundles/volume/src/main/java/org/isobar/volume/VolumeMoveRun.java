package org.isobar.volume;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.volume.VolumeMove;
import org.isobar.common.lane.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the pages of one volume, one at a time and no faster than the budget allows, until none lies elsewhere. A page that
 * cannot be moved now is tried again after a pause. Control lane.
 */
final class VolumeMoveRun {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeMoveRun.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(5);

    private final StoredVolume volume;
    private final Parts parts;
    private MoveDocument document;
    private VolumeMove.State state = VolumeMove.State.RUNNING;
    private String message = "";
    private long movedBytes;
    private long cursor;
    private boolean stopped;
    private boolean pageOut;
    /** Until a page that could not be moved is tried again. */
    private Lane.Timer retry;
    /** Until the budget allows the next page. */
    private Lane.Timer pace;

    private CompletableFuture<Void> resting = CompletableFuture.completedFuture(null);

    VolumeMoveRun(final StoredVolume volume, final MoveDocument document, final Parts parts) {
        this.volume = volume;
        this.document = document;
        this.parts = parts;
    }

    /** What a run needs of its surroundings. */
    interface Parts {
        /** The control lane. */
        Lane control();

        /** Moves a page; see {@link org.isobar.api.pool.PageStore#move}. */
        CompletionStage<Boolean> move(long number, long page, String pool);

        /** How long to wait before the next page after one of this length was begun, in ns. */
        long pauseNs(int pageBytes);

        /** A page was moved, or was not. */
        void count(int movedBytes);

        /** No page lies elsewhere any more. */
        void arrived(VolumeMoveRun run);
    }

    StoredVolume volume() {
        return volume;
    }

    MoveDocument document() {
        return document;
    }

    VolumeMove picture() {
        final PageSpace pages = volume.pages();
        final long left = pages == null
                ? 0
                : pages.bytesByPool().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(document.to()))
                        .mapToLong(entry -> entry.getValue())
                        .sum();
        return new VolumeMove(
                volume.definition().name(),
                document.from(),
                document.to(),
                document.paused() ? VolumeMove.State.PAUSED : state,
                movedBytes,
                left,
                document.startedWallMs(),
                message);
    }

    /** Goes on, unless it is paused. */
    void start() {
        if (!pageOut && retry == null && pace == null) {
            next();
        }
    }

    /** The document says so now. */
    void become(final MoveDocument changed) {
        document = changed;
        if (changed.paused()) {
            rest();
        } else {
            start();
        }
    }

    /** Begins no page any more, for good; the stage completes when none is on its way. */
    CompletionStage<Void> stop() {
        stopped = true;
        rest();
        return resting;
    }

    private void rest() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    private void next() {
        final PageSpace pages = volume.pages();
        if (stopped || document.paused() || pages == null) {
            return;
        }
        final long count = (pages.sizeBytes() + pages.pageBytes() - 1) / pages.pageBytes();
        long page = pages.nextOutside(document.to(), cursor);
        if (page >= count && cursor > 0) {
            page = pages.nextOutside(document.to(), 0);
        }
        if (page >= count) {
            stopped = true;
            parts.arrived(this);
            return;
        }
        pageOut = true;
        resting = new CompletableFuture<>();
        pace = parts.control().schedule(this::paced, parts.pauseNs(pages.pageBytes()));
        final long moving = page;
        parts.move(volume.definition().number(), page, document.to())
                .whenComplete((moved, failure) -> pageEnded(pages.pageBytes(), moving, moved, failure));
    }

    /** The budget allows the next page. */
    private void paced() {
        pace = null;
        start();
    }

    private void tryAgain() {
        retry = null;
        start();
    }

    private void pageEnded(final int pageBytes, final long page, final Boolean moved, final Throwable failure) {
        pageOut = false;
        cursor = page + 1;
        if (failure == null) {
            final int bytes = Boolean.TRUE.equals(moved) ? pageBytes : 0;
            movedBytes += bytes;
            if (bytes > 0) {
                parts.count(bytes);
            }
            become(VolumeMove.State.RUNNING, "");
        } else if (failure(failure).code() == StorageException.Code.CONFLICT) {
            // The page is being freed, or moved by somebody else: it is looked at again later.
            become(VolumeMove.State.RUNNING, "");
        } else {
            parts.count(0);
            become(VolumeMove.State.WAITING, failure(failure).getMessage());
            if (!stopped && !document.paused()) {
                retry = parts.control().schedule(this::tryAgain, RETRY_NS);
            }
        }
        resting.complete(null);
        start();
    }

    private void become(final VolumeMove.State now, final String why) {
        if (now != state) {
            final String line = now == VolumeMove.State.WAITING
                    ? "volume.move.waits name={} to={} why={}"
                    : "volume.move.goes.on name={} to={} {}";
            LOG.warn(line, volume.definition().name(), document.to(), why);
        }
        state = now;
        message = why;
    }

    private static StorageException failure(final Throwable failure) {
        final Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof StorageException known
                ? known
                : new StorageException(StorageException.Code.IO, String.valueOf(cause), cause);
    }
}
