package org.isobar.itests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolInfo;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.Simulation;

/** One seed: a member with a volume in each pool under load, and what befalls it. */
final class MemberRun {
    private static final int DEVICES_MIN = 6;
    private static final int CHUNKLETS = 16;
    private static final long VOLUME_BYTES = 384 << 10;
    /** Every so many seeds have volumes that hold the longest requests. */
    private static final int LARGE_ONE_IN = 8;

    private static final long LARGE_VOLUME_BYTES = 1280 << 10;

    private final Random random;
    private final SimulatedMember member;
    private final Simulation sim;
    private final List<ModelledVolume> volumes = new ArrayList<>();
    private final Workload load;

    MemberRun(final long seed) {
        random = new Random(seed);
        member = new SimulatedMember(seed, DEVICES_MIN + random.nextInt(2), CHUNKLETS);
        sim = member.sim();
        member.boot();
        final List<PoolInfo> pools = sim.await(member.pools().createLayout());
        final long bytes = random.nextInt(LARGE_ONE_IN) == 0 ? LARGE_VOLUME_BYTES : VOLUME_BYTES;
        long number = 0;
        for (final PoolInfo pool : pools) {
            number++;
            volumes.add(new ModelledVolume(number, pool.name(), 65_536 << random.nextInt(2), bytes));
        }
        volumes.forEach(this::create);
        load = new Workload(sim, volumes, random);
    }

    private void create(final ModelledVolume volume) {
        final long sizeBytes = (long) volume.blockCount() * ModelledVolume.BLOCK_BYTES;
        volume.attach(sim.await(
                member.pages().create(volume.number(), sizeBytes, volume.pageBytes(), volume.pool())));
    }

    /** The process dies at some moment and starts again. */
    void crashes(final boolean powerLoss) {
        for (int crash = 1 + random.nextInt(3); crash > 0; crash--) {
            load.start(10 + random.nextInt(25));
            sim.runFor((long) (random.nextDouble() * random.nextInt(20_000_000)));
            crash(powerLoss);
            if (random.nextInt(3) > 0) {
                settleAndVerify();
            } else if (random.nextInt(3) == 0) {
                sim.runFor(random.nextInt(3_000_000));
                crash(powerLoss);
            }
        }
    }

    private void crash(final boolean powerLoss) {
        volumes.forEach(volume -> volume.detach(powerLoss));
        if (powerLoss) {
            member.losePower();
        } else {
            member.kill();
        }
        member.boot();
        for (final ModelledVolume volume : volumes) {
            volume.attach(member.pages().find(volume.number()).orElseThrow());
        }
    }

    /** Some request to some device fails now and then. */
    void failures() {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            someDevice().failNth(1 + random.nextInt(60));
            load.run(10 + random.nextInt(20));
            member.settle();
        }
        settleAndVerify();
    }

    /** A device goes and comes back, before or after it was rebuilt elsewhere. */
    void loss() {
        final UUID uuid = someDevice().uuid();
        load.start(10 + random.nextInt(20));
        member.directory().lose(uuid);
        expectNoFailures(load.run(10 + random.nextInt(30)));
        final boolean rebuilt = random.nextBoolean();
        if (rebuilt) {
            sim.runFor(SimulatedMember.REBUILD_DELAY_MS * 1_000_000 + random.nextInt(20_000_000));
            load.start(random.nextInt(20));
        }
        if (random.nextBoolean()) {
            member.directory().comeBack(uuid);
            expectNoFailures(load.run(10));
        }
        settleAndVerify();
        member.directory().comeBack(uuid);
    }

    private static void expectNoFailures(final int failures) {
        if (failures != 0) {
            throw new AssertionError("requests failed although the levels survive this: " + failures);
        }
    }

    private SimDevice someDevice() {
        return member.device(
                member.media().get(random.nextInt(member.media().size())).uuid());
    }

    void settleAndVerify() {
        load.finish();
        member.settle();
        load.verifySettled();
    }

    /** What must hold at the end of every run. */
    void end() {
        load.run(10);
        settleAndVerify();
        for (final PoolInfo pool : member.pools().pools()) {
            scrub(pool.name());
        }
        checkSpace();
        load.finish();
        for (final ModelledVolume volume : volumes) {
            sim.await(member.pages().delete(volume.number()));
        }
        awaitEmpty();
    }

    private void scrub(final String pool) {
        final JobInfo started = sim.await(member.pools().scrub(pool, false));
        sim.runUntil(() -> job(started).state() != JobState.RUNNING);
        if (job(started).state() != JobState.DONE) {
            throw new AssertionError("scrub: " + job(started));
        }
    }

    private JobInfo job(final JobInfo started) {
        return member.jobs().find(started.id()).orElseThrow().info();
    }

    private void checkSpace() {
        for (final PoolInfo pool : member.pools().pools()) {
            long allocated = 0;
            for (final ModelledVolume volume : volumes) {
                allocated += volume.pool().equals(pool.name()) ? volume.space().allocatedBytes() : 0;
            }
            if (allocated != pool.usedBytes() || pool.usedBytes() > pool.capacityBytes()) {
                throw new AssertionError("space does not add up: allocated=" + allocated + " " + pool);
            }
        }
        final int inSets = member.pools().sets().stream()
                .mapToInt(set -> set.info().columns().size())
                .sum();
        int used = 0;
        for (final DeviceUsage device : member.pools().usage()) {
            final int columns = device.chunkletsByPool().values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            used += columns;
            if (columns + device.freeChunklets() != CHUNKLETS) {
                throw new AssertionError("chunklets do not add up: " + device);
            }
        }
        if (used != inSets) {
            throw new AssertionError("chunklets in sets=" + inSets + " on devices=" + used);
        }
    }

    /** After the volumes are deleted their pools can be, too, and every chunklet is free. */
    private void awaitEmpty() {
        for (final PoolInfo pool : member.pools().pools()) {
            sim.await(member.pools().delete(pool.name()));
        }
        for (final DeviceUsage device : member.pools().usage()) {
            if (device.freeChunklets() != CHUNKLETS) {
                throw new AssertionError("chunklets lost: " + device);
            }
        }
    }
}
