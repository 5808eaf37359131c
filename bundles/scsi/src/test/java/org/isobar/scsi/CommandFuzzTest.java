package org.isobar.scsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.scsi.ScsiNexus;
import org.junit.Test;

/** Random CDBs with random data, several at a time through two nexuses. */
public final class CommandFuzzTest {
    private static final int ROUNDS = 40;
    private static final int TASKS_PER_ROUND = 40;
    private static final IoStatus[] STATUSES = IoStatus.values();
    private static final byte[] MODE_PAGES = {0x3F, 0x08, 0x4A, 0x1C};
    private static final IoOp[] OPS = IoOp.values();
    /** Service actions of SANITIZE keep everything else out while they run: rare. */
    private static final int SANITIZE = 0x48;

    private static final long SOON_NS = 20_000_000_000L;

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
            scsi.volume.fail(
                    OPS[random.nextInt(OPS.length)],
                    random.nextBoolean() ? IoStatus.OK : STATUSES[random.nextInt(STATUSES.length)]);
            for (final ScsiFixture.Task task : tasks) {
                final byte[] cdb = randomCdb(random);
                final int kind = random.nextInt(4);
                final byte[] data =
                        kind == 0 ? new byte[0] : kind == 1 ? randomParameters(random) : fittingData(cdb, random);
                task.cdb(cdb)
                        .send(data)
                        .expectIn(random.nextInt(3) == 0 ? 0 : random.nextInt(70000))
                        .to(random.nextInt(20) == 0 ? random.nextLong() : 0);
                scsi.start(nexuses[random.nextInt(2)], task);
            }
            if (random.nextInt(8) == 0) {
                nexuses[0].resetTarget();
            }
            if (random.nextInt(4) == 0) {
                final ScsiFixture.Task given = tasks.get(random.nextInt(TASKS_PER_ROUND));
                given.lane.execute(given::abort);
            }
            scsi.sim.run();
            // What waits for the volume to come back goes on when it does.
            scsi.volume.fail(IoOp.FLUSH, IoStatus.OK);
            scsi.sim.runFor(SOON_NS);
            tasks.forEach(task -> {
                assertEquals("completions", 1, task.completions);
                assertFalse("internal failure", task.senseBytes > 0 && task.senseKey() == 4);
            });
        }
        scsi.volume.assertNoBufferHeld();
    }

    /** Now and then anything, else a known command with random bits where it looks at them, mostly sensible ones. */
    private static byte[] randomCdb(final Random random) {
        final byte[] cdb = new byte[16];
        if (random.nextInt(10) == 0) {
            random.nextBytes(cdb);
            return cdb;
        }
        Command command =
                CommandTable.all().get(random.nextInt(CommandTable.all().size()));
        while (command.operationCode() == SANITIZE && random.nextInt(20) != 0) {
            command = CommandTable.all().get(random.nextInt(CommandTable.all().size()));
        }
        command.usage(cdb, 0);
        final boolean sensible = random.nextInt(4) != 0;
        for (int at = 1; at < command.cdbBytes(); at++) {
            final boolean high = at < command.cdbBytes() - 3;
            cdb[at] &= (byte) (high && sensible && at != 1 ? 0 : random.nextInt(256));
        }
        if (sensible) {
            cdb[1] &= (byte) (random.nextBoolean() ? 0 : 0x1E);
            shortLength(cdb, command, random.nextInt(20));
            if (command.operationCode() == 0x1A || command.operationCode() == 0x5A) {
                cdb[2] = MODE_PAGES[random.nextInt(MODE_PAGES.length)];
            }
        }
        if (command.hasServiceAction()) {
            cdb[1] = (byte) ((cdb[1] & ~Command.SERVICE_ACTION_MASK) | command.serviceAction());
        }
        if (random.nextInt(20) == 0) {
            cdb[random.nextInt(16)] = (byte) random.nextInt();
        }
        return cdb;
    }

    private static void shortLength(final byte[] cdb, final Command command, final int length) {
        switch (command.layout()) {
            case SIX -> cdb[4] = (byte) length;
            case TEN -> BigEndian.putShort(cdb, 7, length);
            case TWELVE -> BigEndian.putInt(cdb, 6, length);
            case SIXTEEN -> {
                BigEndian.putInt(cdb, 10, length);
                cdb[1] &= ~0x01;
            }
        }
    }

    /** Data of a length that the command may want. */
    private static byte[] fittingData(final byte[] cdb, final Random random) {
        final Command command = CommandTable.find(cdb);
        if (command == null) {
            return randomParameters(random);
        }
        final byte[] data;
        switch (command.operationCode()) {
            case 0x41, 0x93 -> data = new byte[512];
            case 0x89 -> data = new byte[2 * 512 * (cdb[13] & 0xFF)];
            case 0x83 -> {
                data = randomCopy(random);
                BigEndian.putInt(cdb, 10, data.length);
            }
            case 0x48 -> {
                data = (cdb[1] & 0x1F) == 1 ? new byte[5 + random.nextInt(512)] : new byte[0];
                Arrays.fill(cdb, 2, 7, (byte) 0);
                BigEndian.putShort(cdb, 7, data.length);
                if (data.length > 0) {
                    data[0] = (byte) (1 + random.nextInt(2));
                    BigEndian.putShort(data, 2, data.length - 4);
                }
            }
            case 0x9C -> {
                cdb[9] &= ~7;
                BigEndian.putInt(cdb, 10, 8 * random.nextInt(33));
                data = new byte[512 * BigEndian.unsignedShort(cdb, 12)];
            }
            case 0x15, 0x55 -> {
                final boolean shortForm = command.layout() == CdbLayout.SIX;
                final byte[] page = modePage(random);
                data = new byte[(shortForm ? 4 : 8) + page.length];
                System.arraycopy(page, 0, data, shortForm ? 4 : 8, page.length);
                shortLength(cdb, command, data.length);
                cdb[1] = (byte) (0x10 | random.nextInt(2));
            }
            case 0x42 -> {
                data = new byte[8 + 16 * random.nextInt(4)];
                BigEndian.putShort(data, 2, data.length - 8);
                shortLength(cdb, command, data.length);
                for (int at = 8; at < data.length; at += 16) {
                    BigEndian.putLong(data, at, random.nextInt(ScsiFixture.BLOCKS));
                    BigEndian.putInt(data, at + 8, random.nextInt(20));
                }
            }
            default -> data = new byte[(int) Math.min(1 << 20, command.layout().blocks(cdb) * 512)];
        }
        if (data.length > 0 && random.nextBoolean()) {
            data[random.nextInt(data.length)] ^= 1;
        }
        return data;
    }

    private static byte[] randomCopy(final Random random) {
        final CopyParameters copy = new CopyParameters(random.nextInt(3), random.nextInt(3));
        for (int i = random.nextInt(3); i > 0; i--) {
            copy.target(MemoryVolume.UUID_OF_ALL);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            copy.blocks(
                    random.nextInt(3),
                    random.nextInt(3),
                    random.nextInt(5000),
                    random.nextInt(ScsiFixture.BLOCKS),
                    random.nextInt(ScsiFixture.BLOCKS));
        }
        return copy.bytes();
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

    private static byte[] modePage(final Random random) {
        final SoftThreshold.Setting setting =
                new SoftThreshold.Setting(random.nextBoolean(), random.nextInt(ScsiFixture.SIZE_BYTES >> 18));
        final ModeValues values = new ModeValues(
                random.nextBoolean(),
                random.nextInt(8) == 0,
                true,
                random.nextBoolean(),
                Collections.nCopies(SoftThreshold.COUNT, setting));
        return (random.nextBoolean() ? ModePage.CONTROL : ModePage.PROVISIONING).encode(values);
    }
}
