package org.isobar.volume;

import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;

/** The part of a request that goes to one owner: all of a request within one page, or one piece of a split one. */
final class PagePart extends IoRequest {
    private final VolumeLane home;
    private StoredVolume volume;
    private IoRequest parent;
    private PageSplit split;

    PagePart(final VolumeLane home) {
        this.home = home;
    }

    /** Forwards the whole of {@code request}. */
    void forward(
            final StoredVolume from, final StoredVolume.Serving now, final BlockLayer owner, final IoRequest request) {
        volume = from;
        parent = request;
        part(request, request.offsetBytes(), request.lengthBytes(), request.dataIndex());
        submit(now, owner);
    }

    /** Forwards one piece of what {@code of} splits. */
    void forward(
            final PageSplit of,
            final StoredVolume.Serving now,
            final BlockLayer owner,
            final IoRequest request,
            final long from,
            final long to) {
        split = of;
        part(request, from, to - from, request.dataIndex() + (int) (from - request.offsetBytes()));
        submit(now, owner);
    }

    private void submit(final StoredVolume.Serving now, final BlockLayer owner) {
        if (!now.verifiesReads()) {
            takeUnchecked();
        }
        now.touch(this);
        owner.submit(this);
    }

    @Override
    protected void completed(final IoStatus status) {
        final PageSplit whole = split;
        if (whole != null) {
            split = null;
            home.give(this);
            whole.partDone(status);
            return;
        }
        final IoRequest request = parent;
        final StoredVolume from = volume;
        parent = null;
        volume = null;
        home.give(this);
        from.leave(home, request, status);
    }
}
