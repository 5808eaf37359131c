package org.isobar.pool.store;

import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidSet;
import org.isobar.pool.log.AppendResult;
import org.isobar.pool.log.Done;

/**
 * A READ, WRITE or ZERO within one page on its way: finds the page's slot, has one given to it when it is a first write,
 * and sends itself to the RAID set. Lives on the lane of the request, but for visits to the control lane. Pooled.
 */
final class PageRequest extends IoRequest implements Runnable, Done {
    private final DataPath path;
    private LivePageSpace space;
    private IoRequest parent;
    private long entry;
    private LiveSet set;
    private long pin;
    private Step step;
    private IoStatus outcome;

    PageRequest(final DataPath path) {
        this.path = path;
    }

    /** What {@link #run} goes on with. */
    private enum Step {
        /** On the request's lane: look the page up. */
        LOCATE,
        /** On the control lane: ask for a slot. */
        ALLOCATE,
        /** On the control lane: change both places of a page that is being moved. */
        MOVE,
        /** On the control lane: make the map record survive power loss. */
        SYNC,
        /** On the request's lane: end. */
        FINISH
    }

    void start(final LivePageSpace of, final IoRequest request) {
        space = of;
        parent = request;
        locate();
    }

    LivePageSpace space() {
        return space;
    }

    long page() {
        return space.state().pageOf(parent.offsetBytes());
    }

    /** Whether the map record must be on stable media before this may end. */
    boolean wantsDurable() {
        return parent.durable();
    }

    /** From the control lane: the page has a slot now. */
    void goOn() {
        step = Step.LOCATE;
        parent.lane().execute(this);
    }

    /** What is asked of the page; it stays with this request until it ends. */
    IoRequest parent() {
        return parent;
    }

    /** From the control lane: both places of the page, or the one that it has now, were changed. */
    void changedWhileMoving(final IoStatus status) {
        if (status == IoStatus.OK && parent.durable() && PageTable.unsynced(entry)) {
            path.metadata().flush(this);
        } else {
            finishLater(status);
        }
    }

    /** From the control lane: ends so. */
    void finishLater(final IoStatus status) {
        outcome = status;
        step = Step.FINISH;
        parent.lane().execute(this);
    }

    @Override
    public void run() {
        switch (step) {
            case LOCATE -> locate();
            case ALLOCATE -> path.firstWrites().request(this);
            case MOVE -> path.moves().change(this);
            case SYNC -> path.metadata().flush(this);
            case FINISH -> finish(outcome);
        }
    }

    @Override
    public void done(final AppendResult result) {
        finishLater(Metadata.status(result));
    }

    /**
     * The page is looked up again after the slot was pinned: when it still lies there, nobody zeroes the slot before
     * the pin is gone, and no move of the page copies it before the pin of a writer is gone.
     */
    private void locate() {
        final long page = page();
        pin = parent.op() == IoOp.READ ? LiveSet.READER : LiveSet.WRITER;
        final PageTable table = space.state().table();
        long found = table.entry(page);
        while (found != 0) {
            final LiveSet candidate = path.sets().find(PageTable.set(found));
            if (candidate != null) {
                final int slot = PageTable.slot(found);
                candidate.pin(slot, pin);
                if (table.stillAt(page, found)) {
                    entry = found;
                    set = candidate;
                    if (PageTable.moving(found) && pin == LiveSet.WRITER) {
                        changeMoving(slot);
                    } else {
                        access();
                    }
                    return;
                }
                path.unpin(candidate, slot, pin);
            }
            found = table.entry(page);
        }
        withoutSlot();
    }

    private void changeMoving(final int slot) {
        path.unpin(set, slot, pin);
        step = Step.MOVE;
        path.control().execute(this);
    }

    private void access() {
        final RaidSet raid = set.raid();
        final IoStatus refusal = raid == null ? IoStatus.OFFLINE : path.refusal();
        if (refusal != null) {
            path.unpin(set, PageTable.slot(entry), pin);
            finish(refusal);
            return;
        }
        final long inPage = parent.offsetBytes() & (space.pageBytes() - 1L);
        part(parent, set.slotOffset(PageTable.slot(entry)) + inPage, parent.lengthBytes(), parent.dataIndex());
        raid.submit(this);
    }

    @Override
    protected void completed(final IoStatus status) {
        final boolean changed = parent.op() != IoOp.READ;
        if (changed) {
            set.markWritten();
        }
        path.unpin(set, PageTable.slot(entry), pin);
        if (changed && status == IoStatus.OK && parent.durable() && PageTable.unsynced(entry)) {
            sync();
        } else {
            finish(status);
        }
    }

    private void withoutSlot() {
        switch (parent.op()) {
            case READ -> {
                parent.data().setZero(parent.dataIndex(), (int) parent.lengthBytes());
                finish(IoStatus.OK);
            }
            case WRITE -> {
                step = Step.ALLOCATE;
                path.control().execute(this);
            }
            default -> {
                if (parent.durable()) {
                    sync();
                } else {
                    finish(IoStatus.OK);
                }
            }
        }
    }

    private void sync() {
        step = Step.SYNC;
        path.control().execute(this);
    }

    private void finish(final IoStatus status) {
        final IoRequest request = parent;
        parent = null;
        space = null;
        set = null;
        path.give(this, request.lane());
        request.complete(status);
    }
}
