package org.isobar.volume;

import java.util.ArrayDeque;
import java.util.Deque;
import org.isobar.common.lane.Lane;

/** What one lane keeps for all volumes: its pooled child requests. Touched on that lane only. */
final class VolumeLane {
    private static final int MAX_POOLED = 1024;

    private final Lane lane;
    private final Deque<PagePart> parts = new ArrayDeque<>();
    private final Deque<PageSplit> splits = new ArrayDeque<>();

    VolumeLane(final Lane lane) {
        this.lane = lane;
    }

    Lane lane() {
        return lane;
    }

    PagePart takePart() {
        final PagePart part = parts.pollLast();
        return part != null ? part : new PagePart(this);
    }

    void give(final PagePart part) {
        if (parts.size() < MAX_POOLED) {
            parts.addLast(part);
        }
    }

    PageSplit takeSplit() {
        final PageSplit split = splits.pollLast();
        return split != null ? split : new PageSplit(this);
    }

    void give(final PageSplit split) {
        if (splits.size() < MAX_POOLED) {
            splits.addLast(split);
        }
    }
}
