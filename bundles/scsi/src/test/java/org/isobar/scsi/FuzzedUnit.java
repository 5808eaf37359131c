package org.isobar.scsi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.common.Check;
import org.isobar.testkit.fuzz.LiveBuffers;

/**
 * A unit of 512 blocks behind two nexuses, and what must be true of it whatever a fuzzer sends: each task ends once, with
 * a status and sense data that are well formed; blocks that no command addressed stay as they were; a command refused
 * for its form changed nothing; in the end all buffers are released and the unit answers as ever.
 */
final class FuzzedUnit {
    static final int BLOCKS = 512;
    private static final int BLOCK_BYTES = 512;
    private static final int NEXUSES = 2;
    private static final int MAX_BATCH = 4;
    /** Far beyond what the commands of a batch move. */
    private static final long MAX_BUFFER_BYTES = 64L << 20;

    /** What a command may take that waits in between, as sanitize does. */
    private static final long WAIT_NS = 100_000_000L;

    private static final int MAX_WAITS = 600;
    private static final byte SANITIZE = 0x48;

    private static final int GOOD = 0x00;
    private static final int CHECK_CONDITION = 0x02;
    private static final int RESERVATION_CONFLICT = 0x18;
    private static final Set<Integer> STATUSES =
            Set.of(GOOD, CHECK_CONDITION, 0x04, 0x08, RESERVATION_CONFLICT, 0x28, 0x40);
    private static final int NOT_READY = 2;
    private static final int MEDIUM_ERROR = 3;
    private static final int ILLEGAL_REQUEST = 5;
    private static final int UNIT_ATTENTION = 6;
    private static final int INTERNAL_TARGET_FAILURE = 0x4400;
    private static final int OUT_OF_RANGE = 0x2100;
    private static final int SANITIZE_COMMAND_FAILED = 0x3103;

    private final long buffersBefore = LiveBuffers.count();
    private final ScsiFixture scsi;
    private final ScsiNexus[] nexuses;
    private final List<ScsiFixture.Task> pool = new ArrayList<>();
    private final List<ScsiFixture.Task> batch = new ArrayList<>();
    private final List<byte[]> batchData = new ArrayList<>();
    private boolean failing;
    /** The volume has failed requests at some time, which a sanitize may have met. */
    private boolean failed;

    /** A sanitize goes on behind its answer: from then on the content is anyone's guess. */
    private boolean sanitized;

    private boolean catalogFailing;

    FuzzedUnit(final int seed) {
        LiveBuffers.install();
        scsi = new ScsiFixture(seed, BLOCKS * BLOCK_BYTES, new FaultyCatalog());
        nexuses = new ScsiNexus[] {scsi.nexus, scsi.openReady(ScsiFixture.INITIATOR, 2, 1)};
        for (int i = 0; i < MAX_BATCH; i++) {
            pool.add(scsi.task("00"));
        }
        for (int block = 0; block < BLOCKS; block++) {
            Arrays.fill(scsi.volume.content(), block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES, (byte) (block * 7 + 1));
        }
    }

    /** Queues a command for the next {@link #run}, which comes by itself when there are enough. */
    void add(final int nexus, final long lun, final byte[] cdb, final byte[] data, final int expectedInBytes) {
        final ScsiFixture.Task task = pool.get(batch.size());
        task.cdb(cdb).send(data).expectIn(expectedInBytes).to(lun);
        batch.add(task);
        batchData.add(data);
        scsi.start(nexuses[nexus % NEXUSES], task);
        if (batch.size() == MAX_BATCH) {
            run();
        }
    }

    /** From now on requests of this kind to the volume end so. */
    void failVolume(final int op, final int status) {
        final IoOp[] ops = IoOp.values();
        final IoStatus[] statuses = IoStatus.values();
        final IoStatus how = statuses[status % statuses.length];
        failing = how != IoStatus.OK;
        failed |= failing;
        scsi.volume.fail(ops[op % ops.length], how);
    }

    /** From now on the catalog takes changes, or fails them. */
    void failCatalog(final boolean fails) {
        catalogFailing = fails;
        scsi.catalog.fail(fails);
    }

    void resetTarget(final int nexus) {
        scsi.sim.onLane(0, nexuses[nexus % NEXUSES]::resetTarget);
    }

    void resetUnit(final int nexus, final long lun) {
        scsi.sim.onLane(0, () -> nexuses[nexus % NEXUSES].resetLogicalUnit(lun));
    }

    /** A session that ends and comes back; its tasks have ended, as the contract wants. */
    void reopen(final int nexus) {
        run();
        nexuses[nexus % NEXUSES].close();
        nexuses[nexus % NEXUSES] = scsi.open(ScsiFixture.INITIATOR, 1 + nexus % NEXUSES, 1, false);
    }

    /** Runs what is queued to its end and looks at everything. */
    void run() {
        final byte[] before = scsi.volume.content().clone();
        waitForTasks();
        if (!ended() && failing) {
            // A sanitize operation outlasts a volume that is offline or busy, and ends when it is back.
            scsi.volume.fail(IoOp.READ, IoStatus.OK);
            failing = false;
            waitForTasks();
        }
        final WrittenBlocks written = new WrittenBlocks(BLOCKS);
        for (int i = 0; i < batch.size(); i++) {
            final ScsiFixture.Task task = batch.get(i);
            checkAnswer(task);
            if (!refused(task)) {
                sanitized |= task.cdb[0] == SANITIZE;
                written.add(task.cdb, batchData.get(i));
            }
        }
        if (!sanitized) {
            checkContent(before, written);
        }
        if (batch.size() == 1 && !failing && !sanitized) {
            checkTransfer(batch.get(0), batchData.get(0), before);
        }
        batch.clear();
        batchData.clear();
        Check.that(LiveBuffers.peakBytes() < MAX_BUFFER_BYTES, "buffers grow out of bounds");
    }

    private void waitForTasks() {
        scsi.sim.run();
        for (int waits = 0; waits < MAX_WAITS && !ended(); waits++) {
            scsi.sim.runFor(WAIT_NS);
            scsi.sim.run();
        }
    }

    /** Ends the story: the unit must answer a newcomer, and nothing may be left over. */
    void end() {
        run();
        scsi.volume.fail(IoOp.READ, IoStatus.OK);
        failing = false;
        failCatalog(false);
        // What waited for the volume or the catalog in the background ends now.
        scsi.sim.runFor(MAX_WAITS * WAIT_NS);
        final ScsiNexus fresh = scsi.open(ScsiFixture.INITIATOR, 3, 1, false);
        final ScsiFixture.Task inquiry =
                scsi.run(fresh, scsi.task("12 00 00 00 24 00").expectIn(36));
        checkAnswer(inquiry);
        must(inquiry.status == GOOD && inquiry.received.length == 36, "INQUIRY is not answered", inquiry);
        final ScsiFixture.Task first = scsi.run(fresh, scsi.task("00 00 00 00 00 00"));
        checkAnswer(first);
        must(
                first.status == RESERVATION_CONFLICT || (first.senseBytes > 0 && first.senseKey() == UNIT_ATTENTION),
                "a newcomer is not told of the power-on",
                first);
        final ScsiFixture.Task read =
                scsi.run(fresh, scsi.task("28 00 00 00 00 07 00 00 01 00").expectIn(BLOCK_BYTES));
        checkAnswer(read);
        final boolean excused = read.status == RESERVATION_CONFLICT || keptOut(read);
        must(
                excused
                        || Arrays.equals(
                                read.received, 0, read.received.length, scsi.volume.content(), 7 * 512, 8 * 512),
                "READ is not answered",
                read);
        fresh.close();
        for (final ScsiNexus nexus : nexuses) {
            nexus.close();
        }
        scsi.sim.run();
        scsi.volume.assertNoBufferHeld();
        Check.that(
                LiveBuffers.count() == buffersBefore, "buffers leak: count=" + (LiveBuffers.count() - buffersBefore));
    }

    /** Not ready, as a stopped unit is; or a sanitize has failed, after which the medium stays closed (SBC-3 §4.11). */
    private boolean keptOut(final ScsiFixture.Task task) {
        return task.status == CHECK_CONDITION
                && (task.senseKey() == NOT_READY
                        || (sanitized
                                && failed
                                && task.senseKey() == MEDIUM_ERROR
                                && code(task.sense) == SANITIZE_COMMAND_FAILED));
    }

    private boolean ended() {
        return batch.stream().allMatch(task -> task.completions > 0);
    }

    private void checkAnswer(final ScsiFixture.Task task) {
        must(task.completions == 1, "a task did not end exactly once", task);
        must(STATUSES.contains(task.status), "no status of SAM-5", task);
        must((task.status == CHECK_CONDITION) == (task.senseBytes > 0), "sense without CHECK CONDITION", task);
        if (task.senseBytes > 0) {
            checkSense(task);
            must(task.dataInBytes == 0, "data-in of a failed command", task);
        }
    }

    private void checkSense(final ScsiFixture.Task task) {
        final byte[] sense = task.sense;
        final int format = sense[0] & 0x7F;
        must(format == 0x70 || format == 0x72, "sense response code", task);
        must(task.senseBytes == 8 + (sense[7] & 0xFF), "additional sense length", task);
        final boolean fixed = format == 0x70;
        final int code = code(sense);
        must(task.senseKey() != 0, "a check condition without a reason", task);
        must(code != INTERNAL_TARGET_FAILURE || catalogFailing, "internal target failure", task);
        for (int next = 8; !fixed && next < task.senseBytes; next += 2 + at(sense, next + 1)) {
            must(next + 2 + at(sense, next + 1) <= task.senseBytes, "sense descriptor beyond the end", task);
        }
    }

    /** Additional sense code and qualifier, of either format. */
    private static int code(final byte[] sense) {
        final int offset = (sense[0] & 0x7F) == 0x70 ? 12 : 2;
        return at(sense, offset) << 8 | at(sense, offset + 1);
    }

    private static void must(final boolean condition, final String otherwise, final ScsiFixture.Task task) {
        if (!condition) {
            throw new AssertionError(
                    otherwise + ": completions=" + task.completions + " status=" + task.status + " cdb="
                            + ScsiFixture.hex(Arrays.copyOf(task.cdb, 16)) + " sense="
                            + ScsiFixture.hex(Arrays.copyOf(task.sense, task.senseBytes)));
        }
    }

    private static int at(final byte[] bytes, final int index) {
        return bytes[index] & 0xFF;
    }

    /**
     * Whether the command was refused before it did anything. A volume that was made to say so says "out of range" at any time, even
     * when what was written is verified.
     */
    private boolean refused(final ScsiFixture.Task task) {
        if (task.status != CHECK_CONDITION) {
            return task.status == RESERVATION_CONFLICT;
        }
        if (failed && code(task.sense) == OUT_OF_RANGE) {
            return false;
        }
        return task.senseKey() == ILLEGAL_REQUEST || task.senseKey() == UNIT_ATTENTION;
    }

    private void checkContent(final byte[] before, final WrittenBlocks written) {
        final byte[] now = scsi.volume.content();
        if (Arrays.equals(before, now)) {
            return;
        }
        for (int block = 0; block < BLOCKS; block++) {
            final int from = block * BLOCK_BYTES;
            final int to = from + BLOCK_BYTES;
            if (!Arrays.equals(before, from, to, now, from, to) && !written.may(block)) {
                final StringBuilder cdbs = new StringBuilder();
                batch.forEach(task -> cdbs.append(" / ").append(ScsiFixture.hex(Arrays.copyOf(task.cdb, 16))));
                throw new AssertionError("block " + block + " changed, which nobody addressed:" + cdbs);
            }
        }
    }

    /** What a plain read returned, and what a plain write left. */
    private void checkTransfer(final ScsiFixture.Task task, final byte[] data, final byte[] before) {
        if (task.status != GOOD) {
            return;
        }
        final int operationCode = task.cdb[0] & 0xFF;
        switch (operationCode) {
            case 0x08, 0x28, 0xA8, 0x88 -> {
                final long blocks = CommandTable.find(task.cdb).layout().blocks(task.cdb);
                final int from = (int) CommandTable.find(task.cdb).layout().lba(task.cdb) * BLOCK_BYTES;
                Check.that(task.dataInBytes == blocks * BLOCK_BYTES, "a read yields another length than asked for");
                Check.that(
                        Arrays.equals(
                                task.received, 0, task.received.length, before, from, from + task.received.length),
                        "a read returns other data than the volume holds");
            }
            case 0x0A, 0x2A, 0xAA, 0x8A -> {
                final int from = (int) CommandTable.find(task.cdb).layout().lba(task.cdb) * BLOCK_BYTES;
                final int length = (int) Math.min(data.length, task.dataOutWantedBytes) / BLOCK_BYTES * BLOCK_BYTES;
                final byte[] now = scsi.volume.content();
                Check.that(
                        Arrays.equals(data, 0, length, now, from, from + length),
                        "a write leaves other data than was sent");
            }
            default -> {}
        }
    }
}
