package org.isobar.pool.store;

import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;

/**
 * A DISCARD, or a ZERO of a whole page: parts of pages at the edges of the range are zeroed in place, whole pages between
 * them lose their slots.
 */
final class DiscardRun extends IoRequest {
    private final LivePageSpace space;
    private final DataPath path;
    private final Unmapper unmapper;
    private final IoRequest parent;
    private final long wholeFrom;
    private final long wholeTo;
    private boolean tailDone;
    private boolean lastInPlace;

    DiscardRun(final LivePageSpace space, final DataPath path, final Unmapper unmapper, final IoRequest parent) {
        this.space = space;
        this.path = path;
        this.unmapper = unmapper;
        this.parent = parent;
        final long pageBytes = space.pageBytes();
        final long sizeBytes = space.sizeBytes();
        wholeFrom = (parent.offsetBytes() + pageBytes - 1) / pageBytes;
        wholeTo = parent.endBytes() == sizeBytes
                ? (sizeBytes + pageBytes - 1) / pageBytes
                : parent.endBytes() / pageBytes;
    }

    /** On the request's lane. */
    void start() {
        final long pageBytes = space.pageBytes();
        final long offset = parent.offsetBytes();
        final long headEnd = Math.min(wholeFrom * pageBytes, parent.endBytes());
        if (offset < headEnd) {
            tailDone = headEnd == parent.endBytes();
            edge(offset, headEnd);
        } else {
            tail();
        }
    }

    @Override
    protected void completed(final IoStatus status) {
        if (status == IoStatus.OK && !lastInPlace) {
            tail();
        } else {
            parent.complete(status);
        }
    }

    private void tail() {
        final long tailFrom = wholeTo * space.pageBytes();
        if (!tailDone && tailFrom < parent.endBytes()) {
            tailDone = true;
            edge(tailFrom, parent.endBytes());
        } else if (wholeFrom < wholeTo) {
            path.control().execute(this::wholePages);
        } else {
            parent.complete(IoStatus.OK);
        }
    }

    private void edge(final long from, final long to) {
        zero(parent.lane(), from, to - from, parent.durable());
        path.take(parent.lane()).start(space, this);
    }

    /**
     * The last page of the volume counts as whole although it is shorter, but not when the volume is about to grow into
     * the rest of the page.
     */
    private void wholePages() {
        final boolean shortPage = wholeTo * space.pageBytes() > parent.endBytes();
        lastInPlace = shortPage && space.plannedSizeBytes() > parent.endBytes();
        final long to = lastInPlace ? wholeTo - 1 : wholeTo;
        unmapper.unmap(space, wholeFrom, to, parent.durable(), DiscardRun::tellNobody, this::wholePagesDone);
    }

    /** A page that another record unmapped just before may not be on stable media yet. */
    private void wholePagesDone(final IoStatus status) {
        if (status == IoStatus.OK && lastInPlace) {
            parent.lane().execute(() -> edge((wholeTo - 1) * space.pageBytes(), parent.endBytes()));
        } else if (status == IoStatus.OK && parent.durable()) {
            path.metadata().flush(result -> parent.completeOnLane(Metadata.status(result)));
        } else {
            parent.completeOnLane(status);
        }
    }

    private static void tellNobody() {}
}
