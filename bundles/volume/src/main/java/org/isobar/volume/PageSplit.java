package org.isobar.volume;

import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;

/**
 * A request over several pages on its way: sends its parts to the owners of the pages, at most {@value #MAX_IN_FLIGHT} at
 * a time, none after a failure, and ends with the worst status. Lives on one lane.
 */
final class PageSplit implements Runnable {
    static final int MAX_IN_FLIGHT = 16;
    /** Pages that one DISCARD part may cover. */
    static final int MAX_DISCARD_PAGES = 1024;
    /** Parts sent before other work of the lane gets its turn. */
    private static final int PARTS_PER_TURN = 256;

    private final VolumeLane home;
    private StoredVolume volume;
    private StoredVolume.Serving serving;
    private IoRequest request;
    private long nextBytes;
    private int inFlight;
    private IoStatus worst;
    /** True while {@link #send} runs or waits for its next turn: parts that complete meanwhile are seen by it. */
    private boolean sending;

    PageSplit(final VolumeLane home) {
        this.home = home;
    }

    void start(final StoredVolume of, final StoredVolume.Serving now, final IoRequest whole) {
        volume = of;
        serving = now;
        request = whole;
        nextBytes = whole.offsetBytes();
        inFlight = 0;
        worst = IoStatus.OK;
        send();
    }

    @Override
    public void run() {
        send();
    }

    void partDone(final IoStatus status) {
        inFlight--;
        worst = worse(worst, status);
        if (!sending) {
            send();
        }
    }

    private void send() {
        sending = true;
        final long endBytes = request.endBytes();
        for (int sent = 0; nextBytes < endBytes && worst == IoStatus.OK && inFlight < MAX_IN_FLIGHT; sent++) {
            if (sent == PARTS_PER_TURN) {
                home.lane().execute(this);
                return;
            }
            final long fromBytes = nextBytes;
            nextBytes = partEnd(fromBytes, endBytes);
            inFlight++;
            home.takePart().forward(this, serving, serving.ownerOf(fromBytes), request, fromBytes, nextBytes);
        }
        sending = false;
        if (inFlight == 0) {
            end();
        }
    }

    private long partEnd(final long fromBytes, final long endBytes) {
        final long page = serving.page(fromBytes);
        long next = page + 1;
        if (request.op() == IoOp.DISCARD) {
            final RoutingTable routes = serving.routes();
            final int owner = routes.owner(page);
            final long lastPage = Math.min(page + MAX_DISCARD_PAGES, serving.page(endBytes - 1) + 1);
            while (next < lastPage && routes.owner(next) == owner) {
                next++;
            }
        }
        return Math.min(serving.pageStartBytes(next), endBytes);
    }

    private void end() {
        final StoredVolume of = volume;
        final IoRequest whole = request;
        final IoStatus status = worst;
        volume = null;
        serving = null;
        request = null;
        home.give(this);
        of.leave(home, whole, status);
    }

    private static IoStatus worse(final IoStatus one, final IoStatus other) {
        return rank(other) > rank(one) ? other : one;
    }

    /** The more final a status, the higher: what a retry may cure gives way to what it cannot. */
    private static int rank(final IoStatus status) {
        return switch (status) {
            case OK -> 0;
            case BUSY -> 1;
            case ABORTED -> 2;
            case OFFLINE -> 3;
            case NO_SPACE -> 4;
            case WRITE_PROTECTED -> 5;
            case IO_ERROR -> 6;
            case OUT_OF_RANGE -> 7;
        };
    }
}
