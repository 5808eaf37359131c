package org.isobar.scsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** Random CDBs with random data, several at a time through two nexuses. */
public final class CommandFuzzTest {
    private static final int ROUNDS = 60;
    private static final int TASKS_PER_ROUND = 40;
    private static final IoStatus[] STATUSES = IoStatus.values();
    private static final IoOp[] OPS = IoOp.values();

    @Test
    public void everyTaskEndsExactlyOnceAndLeavesNothingBehind() {
        for (int round = 0; round < ROUNDS; round++) {
            final long seed = Long.getLong("seed", System.nanoTime()) + round;
            try {
                fuzz(seed);
            } catch (final AssertionError | RuntimeException failure) {
                throw new AssertionError("-Dseed=" + seed, failure);
            }
        }
    }

    private static void fuzz(final long seed) {
        final ScsiFixture scsi = new ScsiFixture(seed);
        final Random random = scsi.sim.random();
        final ScsiNexus[] nexuses = {scsi.nexus, scsi.openReady()};
        final List<ScsiFixture.Task> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS_PER_ROUND; i++) {
            tasks.add(scsi.task("00"));
        }
        for (int repeat = 0; repeat < 10; repeat++) {
            scsi.volume.fail(OPS[random.nextInt(OPS.length)], STATUSES[random.nextInt(STATUSES.length)]);
            for (final ScsiFixture.Task task : tasks) {
                task.cdb(randomCdb(random))
                        .send(new byte[0])
                        .expectIn(random.nextInt(3) == 0 ? random.nextInt(70000) : 0)
                        .to(random.nextInt(20) == 0 ? random.nextLong() : 0);
                if (random.nextBoolean()) {
                    task.send(randomParameters(random));
                }
                scsi.start(nexuses[random.nextInt(2)], task);
            }
            if (random.nextInt(4) == 0) {
                nexuses[0].resetTarget();
            }
            scsi.sim.run();
            tasks.forEach(task -> {
                assertEquals("completions", 1, task.completions);
                assertFalse("internal failure", task.senseBytes > 0 && (task.sense[2] & 0xF) == 4);
            });
        }
        scsi.volume.assertNoBufferHeld();
    }

    /** Mostly known commands with mostly small numbers, so that many of them do something. */
    private static byte[] randomCdb(final Random random) {
        final byte[] cdb = new byte[16];
        final int kind = random.nextInt(10);
        if (kind == 0) {
            random.nextBytes(cdb);
            return cdb;
        }
        final Command command = CommandTable.all().get(random.nextInt(CommandTable.all().size()));
        command.usage(cdb, 0);
        for (int at = 1; at < command.cdbBytes(); at++) {
            final int mask = cdb[at];
            final boolean high = at < command.cdbBytes() - 3;
            cdb[at] = (byte) (mask & (high && random.nextInt(8) != 0 ? 0 : random.nextInt(256)));
        }
        if (command.hasServiceAction()) {
            cdb[1] = (byte) ((cdb[1] & ~Command.SERVICE_ACTION_MASK) | command.serviceAction());
        } else if (random.nextBoolean()) {
            cdb[1] = (byte) (cdb[1] & 0x1F);
        }
        if (kind == 1) {
            cdb[random.nextInt(16)] = (byte) random.nextInt();
        }
        return cdb;
    }

    private static byte[] randomParameters(final Random random) {
        final int[] lengths = {0, 1, 3, 4, 8, 24, 64, 200, 512, 1024, 1536, 10_000, 65_536};
        final byte[] parameters = new byte[lengths[random.nextInt(lengths.length)]];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(parameters);
            case 1 -> {
                for (int at = 0; at < Math.min(parameters.length, 64); at++) {
                    parameters[at] = (byte) (random.nextInt(4) == 0 ? random.nextInt(32) : 0);
                }
            }
            default -> {}
        }
        return parameters;
    }
}
