package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.access.Initiator;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.api.scsi.TaskAborter;
import org.isobar.common.buffer.Buffers;

/**
 * A target whose LUN 0 is an array: just enough SCSI for stock initiators to use it. While held, it keeps the tasks that
 * move data until released.
 */
final class MemoryDisk implements ScsiTarget {
    static final int BLOCK_BYTES = 512;

    private static final int GOOD = 0;
    private static final int CHECK_CONDITION = 2;

    final byte[] content;
    /** Who opened the last nexus, and how. */
    volatile Initiator lastInitiator;

    volatile boolean lastReadOnly;
    /** Aborts the tasks of the last nexus. */
    volatile TaskAborter lastAborter;

    final AtomicInteger nexuses = new AtomicInteger();
    final AtomicInteger unitResets = new AtomicInteger();
    final AtomicInteger targetResets = new AtomicInteger();
    /** Tasks handed to the logical unit and not ended. */
    final AtomicInteger inHand = new AtomicInteger();

    private final String name;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Queue<ScsiTask> heldTasks = new ConcurrentLinkedQueue<>();
    private volatile boolean held;

    MemoryDisk(final String name, final int blockCount) {
        this.name = name;
        content = new byte[blockCount * BLOCK_BYTES];
    }

    void hold() {
        held = true;
    }

    /** Lets all held tasks go on, each on its lane. */
    void release() {
        held = false;
        for (ScsiTask next = heldTasks.poll(); next != null; next = heldTasks.poll()) {
            final ScsiTask task = next;
            task.lane.execute(() -> move(task));
        }
    }

    int heldCount() {
        return heldTasks.size();
    }

    void remove() {
        listeners.forEach(Runnable::run);
        listeners.clear();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String volume() {
        return "memory";
    }

    @Override
    public ScsiNexus open(final Initiator who, final long isid, final int portalGroupTag, final boolean readOnly) {
        nexuses.incrementAndGet();
        lastInitiator = who;
        lastReadOnly = readOnly;
        return new Nexus();
    }

    @Override
    public void onRemoved(final Runnable gone) {
        listeners.add(gone);
    }

    private void move(final ScsiTask task) {
        final MemoryCdb cdb = new MemoryCdb(task.cdb);
        final long at = cdb.lba() * BLOCK_BYTES;
        if (cdb.isWrite()) {
            synchronized (content) {
                task.dataOut.getBytes(0, content, (int) at, task.dataOutBytes);
            }
        } else {
            final int length = cdb.blocks() * BLOCK_BYTES;
            task.dataInBytes = length;
            if (length > 0) {
                task.dataIn = Buffers.allocate(length);
                synchronized (content) {
                    task.dataIn.setBytes(0, content, (int) at, length);
                }
            }
        }
        complete(task, GOOD);
    }

    private void complete(final ScsiTask task, final int status) {
        inHand.decrementAndGet();
        task.complete(status);
    }

    private void fail(final ScsiTask task, final int key, final int code, final int qualifier) {
        task.sense[0] = 0x70;
        task.sense[2] = (byte) key;
        task.sense[7] = 10;
        task.sense[12] = (byte) code;
        task.sense[13] = (byte) qualifier;
        task.senseBytes = 18;
        complete(task, CHECK_CONDITION);
    }

    private void moveOrHold(final ScsiTask task) {
        if (held) {
            heldTasks.add(task);
            if (!held && heldTasks.remove(task)) {
                // Released meanwhile, perhaps without this one.
                move(task);
            }
        } else {
            move(task);
        }
    }

    private final class Nexus implements ScsiNexus {
        private boolean closed;

        @Override
        public void start(final ScsiTask task) {
            inHand.incrementAndGet();
            final MemoryCdb cdb = new MemoryCdb(task.cdb);
            if (!hasLogicalUnit(task.lun)) {
                fail(task, 5, 0x25, 0);
            } else if (cdb.isRead() || cdb.isWrite()) {
                final long blockCount = content.length / BLOCK_BYTES;
                if (cdb.lba() < 0 || cdb.lba() > blockCount || cdb.lba() + cdb.blocks() > blockCount) {
                    fail(task, 5, 0x21, 0);
                } else if (cdb.isWrite()) {
                    inHand.decrementAndGet();
                    task.wantDataOut(cdb.blocks() * BLOCK_BYTES);
                } else {
                    moveOrHold(task);
                }
            } else {
                final byte[] answer = cdb.answer(content.length / BLOCK_BYTES);
                if (answer == null) {
                    fail(task, 5, 0x20, 0);
                } else {
                    final int length = Math.min(answer.length, cdb.allocationBytes());
                    if (length > 0) {
                        final ByteBuf data = Buffers.allocate(length);
                        data.setBytes(0, answer, 0, length);
                        task.dataIn = data;
                    }
                    task.dataInBytes = length;
                    complete(task, GOOD);
                }
            }
        }

        @Override
        public void dataArrived(final ScsiTask task) {
            inHand.incrementAndGet();
            moveOrHold(task);
        }

        @Override
        public void abort(final ScsiTask task) {
            // Goes on to its end.
        }

        @Override
        public void abortsThrough(final TaskAborter aborter) {
            lastAborter = aborter;
        }

        @Override
        public boolean resetLogicalUnit(final long lun) {
            unitResets.incrementAndGet();
            return hasLogicalUnit(lun);
        }

        @Override
        public void resetTarget() {
            targetResets.incrementAndGet();
        }

        @Override
        public boolean hasLogicalUnit(final long lun) {
            return lun == 0;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                nexuses.decrementAndGet();
            }
        }
    }
}
