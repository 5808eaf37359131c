package org.isobar.pool.store;

import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;

/** A FLUSH of a space that has pages in several pools: ends when all of them were flushed. On the request's lane. */
final class JoinedFlush {
    private final IoRequest parent;
    private int left;
    private IoStatus worst = IoStatus.OK;

    JoinedFlush(final IoRequest parent, final int gates) {
        this.parent = parent;
        left = gates;
    }

    void start(final LivePageSpace space, final FlushGate[] gates) {
        for (final FlushGate gate : gates) {
            final Part part = new Part();
            part.part(parent, 0, 0, 0);
            gate.flush(space, part);
        }
    }

    private void ended(final IoStatus status) {
        worst = worst == IoStatus.OK || worst == IoStatus.BUSY && status != IoStatus.OK ? status : worst;
        left--;
        if (left == 0) {
            parent.complete(worst);
        }
    }

    private final class Part extends IoRequest {
        @Override
        protected void completed(final IoStatus status) {
            ended(status);
        }
    }
}
