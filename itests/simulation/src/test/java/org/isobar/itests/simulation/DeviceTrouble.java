package org.isobar.itests.simulation;

import java.util.Random;
import java.util.UUID;
import org.isobar.api.block.IoRequest;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.SumBlock;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;

/**
 * Devices that serve badly, as far as every level survives: one of them at a time loses or makes up data, and what it did
 * is mended before the next one's turn; and nothing is wrong on the media of a stripe that a crash finds in flight, as
 * that cannot be told from a write (docs/durability.md).
 */
final class DeviceTrouble {
    private static final long PAUSE_NS_MAX = 20_000_000;
    private static final int ROT_BYTES_MAX = 9000;
    private static final int ROT_SUMS_BYTES_MAX = 64;
    private static final int KINDS = 6;

    private final MemberRun run;
    private final SimulatedMember member;
    private final Simulation sim;
    private final Workload load;
    private final Random random;

    DeviceTrouble(final MemberRun run) {
        this.run = run;
        member = run.member();
        sim = member.sim();
        load = run.load();
        random = run.random();
    }

    /** A device returns other data than was written, in places, of data and of checksums. */
    void rot() {
        for (int round = 1 + random.nextInt(2); round > 0; round--) {
            MemberRun.expectNoFailures(load.run(20 + random.nextInt(30)));
            sim.runFor(SimulatedMember.INTENT_RESTS_NS);
            final SimMedia medium = someDevice().media();
            for (int spot = 1 + random.nextInt(8); spot > 0; spot--) {
                spoil(medium);
            }
            if (random.nextInt(3) == 0) {
                run.crash(random.nextBoolean());
            }
            load.start(20 + random.nextInt(30));
            if (random.nextInt(3) == 0) {
                run.scrub(true);
            }
            MemberRun.expectNoFailures(load.finish());
            mended();
        }
    }

    private void spoil(final SimMedia medium) {
        final DeviceLayout layout = medium.layout();
        final int chunklet = chunklet(layout);
        final boolean sums = random.nextInt(5) == 0;
        final long length = sums ? SumBlock.bytesFor(layout.chunkletBytes()) : layout.chunkletBytes();
        final byte[] noise = new byte[1 + random.nextInt(sums ? ROT_SUMS_BYTES_MAX : ROT_BYTES_MAX)];
        random.nextBytes(noise);
        final long start = sums ? layout.chunkletSumsOffset(chunklet) : layout.chunkletOffset(chunklet);
        medium.rot(start + random.nextInt((int) length - noise.length), noise);
    }

    /** Mostly one of those that are used first. */
    private int chunklet(final DeviceLayout layout) {
        return random.nextInt(random.nextInt(4) == 0 ? layout.chunkletCount() : 4);
    }

    /** A device acknowledges writes that it does not do, or does in another place. */
    void lies() {
        for (int round = 1 + random.nextInt(2); round > 0; round--) {
            final SimDevice device = someDevice();
            for (int lie = 1 + random.nextInt(4); lie > 0; lie--) {
                lie(device);
                load.start(10 + random.nextInt(20));
            }
            MemberRun.expectNoFailures(load.finish());
            device.behave();
            if (random.nextInt(3) == 0) {
                sim.runFor(SimulatedMember.INTENT_RESTS_NS);
                run.crash(random.nextBoolean());
            }
            mended();
        }
    }

    private void lie(final SimDevice device) {
        final DeviceLayout layout = device.layout();
        final long dataStart = layout.chunkletOffset(0);
        final long from = layout.chunkletOffset(chunklet(layout));
        if (random.nextBoolean()) {
            device.loseWrite(request -> request.offsetBytes() >= dataStart);
        } else {
            final long to = from + random.nextInt((int) (layout.chunkletBytes() / 2)) / 512 * 512L;
            device.misdirectWrite(request -> misdirects(request, dataStart, layout.chunkletBytes() / 2), to);
        }
    }

    private static boolean misdirects(final IoRequest request, final long dataStart, final long lengthMax) {
        return request.offsetBytes() >= dataStart && request.lengthBytes() <= lengthMax;
    }

    /** Sectors of a device cannot be read, until they are written again. */
    void badSectors() {
        for (int round = 1 + random.nextInt(2); round > 0; round--) {
            final SimDevice device = someDevice();
            MemberRun.expectNoFailures(load.run(10 + random.nextInt(20)));
            for (int spot = 1 + random.nextInt(6); spot > 0; spot--) {
                final DeviceLayout layout = device.layout();
                final long start = layout.chunkletOffset(chunklet(layout));
                device.failReads(start + random.nextInt((int) layout.chunkletBytes()) / 512 * 512L, 512L << spot);
            }
            load.start(20 + random.nextInt(30));
            MemberRun.expectNoFailures(load.finish());
            run.settleAndVerify();
            device.behave();
            mended();
        }
    }

    /** A device goes and comes back again and again. */
    void flaps() {
        for (int round = 1 + random.nextInt(2); round > 0; round--) {
            final UUID uuid = someDevice().uuid();
            for (int flap = 2 + random.nextInt(4); flap > 0; flap--) {
                load.start(5 + random.nextInt(20));
                member.directory().lose(uuid);
                load.start(5 + random.nextInt(10));
                sim.runFor(random.nextInt(10) == 0 ? SimulatedMember.REBUILD_DELAY_MS * 1_000_000 : pauseNs());
                member.directory().comeBack(uuid);
                sim.runFor(pauseNs());
            }
            MemberRun.expectNoFailures(load.finish());
            run.settleAndVerify();
        }
    }

    /** As above, under the eyes of the member's health watch. */
    HealthTrouble health() {
        return new HealthTrouble(run);
    }

    /** Devices are slow, one of them very; that is nothing to take them out for. */
    void slow() {
        final SimDevice slow = someDevice();
        final SimDevice slower = someDevice();
        slow.latency(1_000_000, 50_000_000);
        slower.latency(100_000_000, 2_000_000_000L);
        MemberRun.expectNoFailures(load.run(20 + random.nextInt(30)));
        if (random.nextBoolean()) {
            load.start(random.nextInt(20));
            run.crash(random.nextBoolean());
        } else {
            slow.latency(20_000, 400_000);
        }
        MemberRun.expectNoFailures(load.run(20 + random.nextInt(30)));
        if (member.guard().takenOut() != 0) {
            throw new AssertionError("a slow device was taken out");
        }
    }

    /**
     * More devices go than the levels survive; nothing is lost when they are there again.
     *
     * @param atOnce whether they go in one moment; if not, and a parity set misses writes on the first of them, it is the
     *     write hole when the second goes while it is written to
     */
    void tooMany(final boolean atOnce) {
        final UUID one = someDevice().uuid();
        load.start(10 + random.nextInt(20));
        UUID other = someDevice().uuid();
        while (other.equals(one)) {
            other = someDevice().uuid();
        }
        member.directory().lose(one);
        if (!atOnce) {
            load.start(random.nextInt(10));
            sim.runFor(pauseNs());
        }
        member.directory().lose(other);
        load.start(random.nextInt(20));
        sim.runFor(pauseNs());
        final boolean turned = random.nextBoolean();
        member.directory().comeBack(turned ? one : other);
        load.start(random.nextInt(10));
        sim.runFor(pauseNs());
        member.directory().comeBack(turned ? other : one);
        load.finish();
        run.settleAndVerify();
        // What a set may have lost is told to each volume that has pages in it, on its next flush.
        load.flush();
        load.finish();
    }

    /** One trouble after the other. */
    void allSorts() {
        for (int round = 2 + random.nextInt(2); round > 0; round--) {
            switch (random.nextInt(KINDS)) {
                case 0 -> rot();
                case 1 -> lies();
                case 2 -> badSectors();
                case 3 -> flaps();
                case 4 -> tooMany(true);
                default -> {
                    // Rot under a write that a power loss takes back is not told from data (docs/durability.md).
                    sim.runFor(SimulatedMember.INTENT_RESTS_NS);
                    load.start(10 + random.nextInt(20));
                    sim.runFor(pauseNs());
                    run.crash(random.nextBoolean());
                }
            }
            run.settleAndVerify();
        }
    }

    private void mended() {
        run.settleAndVerify();
        run.scrub(true);
    }

    private long pauseNs() {
        return (long) (random.nextDouble() * random.nextInt((int) PAUSE_NS_MAX));
    }

    private SimDevice someDevice() {
        return run.someDevice();
    }
}
