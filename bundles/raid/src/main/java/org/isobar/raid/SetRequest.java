package org.isobar.raid;

import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;

/** One request to a set: cut into parts, which run side by side, and completed when the last one has ended. Pooled. */
final class SetRequest implements FlushEnd, PartEnd {
    /** Parts of one request in flight; enough for a page of 4 MiB on one strip length of 64 KiB. */
    private static final int PARTS_MAX = 64;

    private final LaneWork work;
    private final WriteSplit split = new WriteSplit();
    private AssembledSet set;
    private IoRequest outer;
    /** What hears when it has ended, or null. */
    private WriteStream stream;

    private IoStatus status = IoStatus.OK;
    private long cursor;
    private int outstanding;
    private boolean sliceReady;
    private boolean issuedAll;
    private boolean pumping;
    private boolean queued;

    SetRequest(final LaneWork work) {
        this.work = work;
    }

    void start(final AssembledSet toSet, final IoRequest request, final WriteStream ofStream) {
        set = toSet;
        outer = request;
        stream = ofStream;
        status = IoStatus.OK;
        outstanding = 0;
        issuedAll = false;
        if (request.op() == IoOp.FLUSH) {
            work.flush().start(toSet, false, this);
            return;
        }
        cursor = request.offsetBytes();
        if (request.op() != IoOp.READ) {
            split.start(toSet.layout(), request.offsetBytes(), request.lengthBytes());
            sliceReady = split.next();
        }
        pump();
    }

    /** A part may be had again. */
    void pumpAgain() {
        queued = false;
        pump();
    }

    @Override
    public void partEnded(final IoStatus how) {
        if (how != IoStatus.OK && (status == IoStatus.OK || status == IoStatus.BUSY)) {
            status = how;
        }
        outstanding--;
        work.partEnded();
        pump();
    }

    @Override
    public void flushed(final IoStatus how) {
        status = how;
        finish();
    }

    /** Issues parts as long as there are any; a part that ends within comes back here and is taken up by the loop. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (!issuedAll && !queued && status == IoStatus.OK && outstanding < PARTS_MAX) {
            if (work.takePart(this)) {
                outstanding++;
                issue();
            } else {
                queued = true;
            }
        }
        pumping = false;
        if (outstanding == 0 && !queued && (issuedAll || status != IoStatus.OK)) {
            finish();
        }
    }

    private void issue() {
        if (outer.op() == IoOp.READ) {
            issueRead();
        } else {
            issueWrite();
        }
    }

    private void issueRead() {
        final SetLayout layout = set.layout();
        final long stripe = cursor / layout.stripeDataBytes();
        final int within = (int) (cursor % layout.stripeDataBytes());
        final int strip = within / layout.stripBytes();
        final int from = within % layout.stripBytes();
        final int length = (int) Math.min(layout.stripBytes() - from, outer.endBytes() - cursor);
        final int index = outer.dataIndex() + (int) (cursor - outer.offsetBytes());
        final int group = strip / layout.dataStrips();
        cursor += length;
        issuedAll = cursor == outer.endBytes();
        work.readPart()
                .start(
                        this,
                        set,
                        stripe,
                        group,
                        strip % layout.dataStrips(),
                        from,
                        length,
                        outer.data(),
                        index,
                        outer.unchecked());
    }

    private void issueWrite() {
        final GroupWrite write = work.groupWrite();
        final SetLayout layout = set.layout();
        write.assign(set, split.stripe(), split.group(), layout.blockStart(split.from()), layout.blockEnd(split.to()));
        write.payload(
                this,
                split.first(),
                split.count(),
                split.from(),
                split.to(),
                outer.op() == IoOp.WRITE ? outer.data() : null,
                outer.dataIndex() + (int) (split.address() - outer.offsetBytes()),
                outer.durable());
        sliceReady = split.next();
        issuedAll = !sliceReady;
        write.start();
    }

    private void finish() {
        final IoRequest request = outer;
        final AssembledSet ended = set;
        final IoStatus how = status;
        final WriteStream of = stream;
        outer = null;
        set = null;
        stream = null;
        work.recycle(this);
        // A set that closes waits for what these begin.
        if (of != null) {
            of.ended(request.lengthBytes());
        }
        request.complete(how);
        ended.requestEnded(work.lane());
    }
}
