package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Queue;
import java.util.Set;
import org.isobar.api.access.Initiator;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.common.Check;
import org.isobar.common.buffer.Buffers;

/**
 * A target whose CDBs say how it behaves: at once or late, short, long or failing; and that holds the transport to its
 * side of {@link ScsiNexus}. Byte 0 is READ (10) or WRITE (10) with byte 5 the block and byte 8 the count, TEST UNIT
 * READY, or anything else for trouble; byte 9 says when it ends.
 */
final class FuzzDisk implements ScsiTarget {
    static final String NAME = "iqn.2026-11.org.isobar:fuzz";
    static final int BLOCK_BYTES = 512;
    static final int BLOCKS = 64;

    private static final int GOOD = 0;
    private static final int CHECK_CONDITION = 2;
    private static final int BUSY = 8;
    private static final long LATE_NS = 3_000_000;

    final byte[] content = new byte[BLOCKS * BLOCK_BYTES];
    private final Set<ScsiTask> inHand = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<ScsiTask, Integer> wanting = new IdentityHashMap<>();
    private final Queue<Runnable> held = new ArrayDeque<>();
    private int openNexuses;

    /** Lets the tasks that it keeps go on. */
    void release() {
        for (Runnable next = held.poll(); next != null; next = held.poll()) {
            next.run();
        }
    }

    /** Nobody may be connected any more, and no task left. */
    void assertIdle() {
        Check.that(inHand.isEmpty() && held.isEmpty(), "tasks are left in the unit's hands");
        Check.that(openNexuses == 0, "nexuses are left open");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String volume() {
        return "fuzz";
    }

    @Override
    public ScsiNexus open(final Initiator who, final long isid, final int portalGroupTag, final boolean readOnly) {
        openNexuses++;
        return new Nexus();
    }

    @Override
    public void onRemoved(final Runnable gone) {}

    private void finish(final ScsiTask task, final Runnable end) {
        switch (task.cdb[9] & 3) {
            case 0 -> end.run();
            case 1 -> task.lane.execute(end);
            case 2 -> task.lane.schedule(end, LATE_NS);
            default -> held.add(() -> task.lane.execute(end));
        }
    }

    private void complete(final ScsiTask task, final int status) {
        Check.that(task.lane.current(), "completed on another lane");
        Check.that(inHand.remove(task), "completed a task that is not in hand");
        task.complete(status);
    }

    private void fail(final ScsiTask task) {
        task.sense[0] = 0x70;
        task.sense[2] = 5;
        task.sense[7] = 10;
        task.sense[12] = 0x20;
        task.senseBytes = 18;
        complete(task, CHECK_CONDITION);
    }

    private void answer(final ScsiTask task, final int from, final int bytes) {
        final int sent = Math.min(bytes, task.expectedInBytes);
        task.dataInBytes = bytes;
        if (sent > 0) {
            final ByteBuf data = Buffers.allocate(sent);
            for (int i = 0; i < sent; i += BLOCK_BYTES) {
                data.setBytes(i, content, (from + i) % content.length, Math.min(BLOCK_BYTES, sent - i));
            }
            task.dataIn = data;
        }
        complete(task, GOOD);
    }

    private final class Nexus implements ScsiNexus {
        private int tasks;
        private boolean closed;

        @Override
        public void start(final ScsiTask task) {
            Check.that(!closed && task.lane.current(), "started after the nexus was closed, or on another lane");
            Check.that(inHand.add(task), "started a task that is in hand");
            Check.that(task.dataOut == null && task.dataIn == null && task.senseBytes == 0, "answer is not fresh");
            Check.that(task.expectedInBytes >= 0 && task.expectedOutBytes >= 0, "expected bytes");
            wanting.remove(task);
            tasks++;
            final int from = (task.cdb[5] & 0xFF) * BLOCK_BYTES;
            final int bytes = (task.cdb[8] & 0xFF) * BLOCK_BYTES;
            final boolean beyond = from + bytes > content.length;
            switch (task.cdb[0] & 0xFF) {
                case 0x00 -> finish(task, () -> end(() -> complete(task, GOOD)));
                case 0x28 -> finish(task, () -> end(beyond ? () -> fail(task) : () -> answer(task, from, bytes)));
                case 0x2A -> {
                    if (beyond) {
                        finish(task, () -> end(() -> fail(task)));
                    } else {
                        want(task, bytes);
                    }
                }
                default -> trouble(task);
            }
        }

        private void trouble(final ScsiTask task) {
            final int size = (task.cdb[2] & 0xFF) << 8;
            switch (task.cdb[0] & 3) {
                case 0 -> finish(task, () -> end(() -> fail(task)));
                case 1 -> finish(task, () -> end(() -> complete(task, BUSY)));
                case 2 -> finish(task, () -> end(() -> answer(task, 0, size)));
                default -> want(task, size << 4);
            }
        }

        private void want(final ScsiTask task, final int bytes) {
            leave(task);
            wanting.put(task, bytes);
            task.wantDataOut(bytes);
        }

        private void leave(final ScsiTask task) {
            Check.that(inHand.remove(task), "left a task that is not in hand");
            tasks--;
        }

        private void end(final Runnable how) {
            tasks--;
            how.run();
        }

        @Override
        public void dataArrived(final ScsiTask task) {
            Check.that(!closed && task.lane.current(), "data after the nexus was closed, or on another lane");
            final Integer wanted = wanting.remove(task);
            Check.that(wanted != null, "data for a task that wants none");
            Check.that(inHand.add(task), "data for a task that is in hand");
            Check.that(
                    task.dataOutBytes == Math.min(wanted, task.expectedOutBytes),
                    "data-out is not as long as wanted and expected");
            tasks++;
            final byte[] data = new byte[task.dataOutBytes];
            task.dataOut.getBytes(0, data);
            finish(task, () -> end(() -> written(task, data)));
        }

        private void written(final ScsiTask task, final byte[] data) {
            if ((task.cdb[0] & 0xFF) == 0x2A) {
                System.arraycopy(data, 0, content, (task.cdb[5] & 0xFF) * BLOCK_BYTES, data.length);
                complete(task, GOOD);
            } else {
                fail(task);
            }
        }

        @Override
        public void abort(final ScsiTask task) {
            Check.that(!closed && task.lane.current(), "aborted after the nexus was closed, or on another lane");
            Check.that(inHand.contains(task), "aborted a task that is not in hand");
        }

        @Override
        public boolean resetLogicalUnit(final long lun) {
            return hasLogicalUnit(lun);
        }

        @Override
        public void resetTarget() {}

        @Override
        public boolean hasLogicalUnit(final long lun) {
            return lun == 0;
        }

        @Override
        public void close() {
            Check.that(tasks == 0, "nexus closed with tasks in the unit's hands");
            if (!closed) {
                closed = true;
                openNexuses--;
            }
        }
    }
}
