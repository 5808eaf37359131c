package org.isobar.itests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.isobar.api.StorageException;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.raid.RaidSetInfo.ColumnInfo;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.Simulation;

/** One seed: a member with a volume in each pool under load, and what befalls it. */
final class MemberRun {
    private static final int DEVICES_MIN = 6;
    private static final int CHUNKLETS = 16;
    /** The pool of RAID 10 in the built-in layout. */
    private static final String MIRRORS = "A";

    private static final String MORE_MIRRORS = "M";

    /** Most runs are small, so that there are many. */
    private static final int LARGE_ONE_IN = 16;

    private static final long LARGE_VOLUME_BYTES = 1536 << 10;
    private static final long SMALL_VOLUME_BYTES = 192 << 10;
    private static final int SMALL_PERCENT = 40;
    private static final int KINDS_BEFORE_CRASH = 5;
    private static final int KINDS_BEFORE_CRASH_LOGGED = 8;
    private static final int FEW_SUM_PAGES = 8;
    private static final int MANY_SUM_PAGES = 64;
    /** About as long as a member needs to read its metadata and to begin anew with it. */
    private static final int START_NS = 6_000_000;

    private static final long FAILURE_SHOWS_NS = 2_000_000_000L;

    private static final int STEP_NS = 500_000;
    /** About as long as it takes to bring what a log keeps to its place. */
    private static final int ROUND_NS = 4_000_000;

    private final Random random;
    private final SimulatedMember member;
    private final Simulation sim;
    private final boolean logged;
    private final long volumeBytes;
    private final List<ModelledVolume> volumes = new ArrayList<>();
    private final Workload load;
    private final ModelledDocuments documents;
    private final PageShuffle shuffle;
    private long lastVolume;

    /**
     * With a volume in each pool, or with several in the pool of mirrors only.
     *
     * @param logged whether the sets of the parity levels have write logs
     * @param guarded whether the member watches the health of its devices
     * @param moved whether pages are moved between pools
     * @param balanced whether the balancer moves some of them
     */
    MemberRun(
            final long seed,
            final boolean mirrorsOnly,
            final boolean logged,
            final boolean guarded,
            final boolean moved,
            final boolean balanced) {
        this.logged = logged;
        random = new Random(seed);
        final boolean large = random.nextInt(LARGE_ONE_IN) == 0;
        volumeBytes = large ? LARGE_VOLUME_BYTES : SMALL_VOLUME_BYTES;
        member = new SimulatedMember(
                seed,
                DEVICES_MIN + random.nextInt(2),
                CHUNKLETS,
                logged ? SimulatedMember.LOGGED_CHUNKLET_BYTES : SimulatedMember.CHUNKLET_BYTES,
                random.nextInt(4) == 0 ? FEW_SUM_PAGES : MANY_SUM_PAGES);
        sim = member.sim();
        if (guarded) {
            member.watchHealth();
        }
        if (Scenario.endsShortWritesOnTheSpot(seed)) {
            member.endShortWritesOnTheSpot();
        }
        member.smallBytes(Scenario.smallBytes(seed));
        member.boot();
        final List<PoolInfo> pools = sim.await(member.pools().createLayout());
        for (final PoolInfo pool : pools) {
            // It has one without being told; a record less would be another run for each seed that is known.
            if (logged && !pool.name().equals(MIRRORS)) {
                sim.await(member.pools().setWriteLog(pool.name(), true));
            }
            volumes.add(newVolume(mirrorsOnly ? MIRRORS : pool.name()));
        }
        volumes.forEach(this::create);
        shuffle = moved
                ? new PageShuffle(
                        member, shufflePools(pools, mirrorsOnly), balanced ? new Balancing(member, volumes) : null)
                : null;
        load = new Workload(sim, volumes, random, large ? 100 : SMALL_PERCENT, shuffle);
        documents = new ModelledDocuments(member.catalog());
    }

    private List<String> shufflePools(final List<PoolInfo> pools, final boolean mirrorsOnly) {
        if (!mirrorsOnly) {
            return pools.stream().map(PoolInfo::name).toList();
        }
        final PoolInfo first = member.pools().pool(MIRRORS).orElseThrow();
        sim.await(member.pools().create(MORE_MIRRORS, first.level()));
        return List.of(MIRRORS, MORE_MIRRORS);
    }

    private ModelledVolume newVolume(final String pool) {
        lastVolume++;
        return new ModelledVolume(
                lastVolume,
                pool,
                65_536 << random.nextInt(2),
                volumeBytes + random.nextInt(256) * (long) ModelledVolume.BLOCK_BYTES);
    }

    private void create(final ModelledVolume volume) {
        final long sizeBytes = (long) volume.blockCount() * ModelledVolume.BLOCK_BYTES;
        volume.attach(sim.await(member.pages().create(volume.number(), sizeBytes, volume.pageBytes(), volume.pool())));
    }

    /** The process dies at some moment and starts again. */
    void crashes(final boolean powerLoss) {
        for (int crash = 1 + random.nextInt(3); crash > 0; crash--) {
            load.start(10 + random.nextInt(25));
            beforeCrash();
            crash(powerLoss);
            if (random.nextInt(3) > 0) {
                settleAndVerify();
            } else if (random.nextInt(3) == 0) {
                sim.runFor(random.nextInt(3_000_000));
                crash(powerLoss);
            }
        }
    }

    /**
     * In the middle of things, or just after a flush, or just after a few acknowledgements, or just after a commit, or while
     * documents are changed; where there are write logs, also just after small commits, or while they bring what they keep to its
     * place.
     */
    private void beforeCrash() {
        switch (random.nextInt(logged ? KINDS_BEFORE_CRASH_LOGGED : KINDS_BEFORE_CRASH)) {
            case KINDS_BEFORE_CRASH -> load.smallCommits();
            case KINDS_BEFORE_CRASH + 1 -> amidARound();
            case KINDS_BEFORE_CRASH + 2 -> load.overwrite();
            case 0 -> sim.runFor((long) (random.nextDouble() * random.nextInt(20_000_000)));
            case 1 -> {
                load.run(random.nextInt(4));
                volumes.forEach(volume -> volume.flush(sim.lanes().lane(random.nextInt(2))));
                load.finish();
            }
            case 2 -> load.commit();
            case 3 -> {
                for (int change = 1 + random.nextInt(3); change > 0; change--) {
                    documents.change(random);
                }
                sim.runFor(random.nextInt(500_000));
            }
            default -> load.run(1 + random.nextInt(4));
        }
    }

    private void amidARound() {
        load.smallWrites();
        for (long waited = 0; waited < SimulatedMember.LOG_RESTS_NS && !member.isBusy(); waited += STEP_NS) {
            sim.runFor(STEP_NS);
        }
        sim.runFor(random.nextInt(ROUND_NS));
    }

    void crash(final boolean powerLoss) {
        volumes.forEach(volume -> volume.detach(powerLoss));
        documents.detach();
        die(powerLoss);
        while (random.nextInt(3) == 0) {
            // Again, on the way up.
            member.launch();
            sim.runFor(random.nextInt(START_NS));
            die(powerLoss);
        }
        member.boot();
        documents.attach(member.catalog());
        for (final ModelledVolume volume : volumes) {
            volume.attach(member.pages().find(volume.number()).orElseThrow());
        }
        if (shuffle != null) {
            shuffle.memberStarted();
        }
        salvage();
    }

    private void die(final boolean powerLoss) {
        if (powerLoss) {
            member.losePower();
        } else {
            member.kill();
        }
    }

    /** The process dies while a device is away, or as one goes, and starts without it; the device comes back with old data. */
    void crashesWithoutADevice() {
        final UUID uuid = someDevice().uuid();
        load.start(10 + random.nextInt(20));
        if (random.nextBoolean()) {
            member.directory().lose(uuid);
            member.unplug(uuid);
        }
        for (int crash = 1 + random.nextInt(3); crash > 0; crash--) {
            load.start(10 + random.nextInt(20));
            beforeCrash();
            member.unplug(uuid);
            crash(random.nextBoolean());
            expectNoFailures(load.run(random.nextInt(10)));
        }
        if (random.nextInt(3) == 0) {
            sim.runFor(SimulatedMember.REBUILD_DELAY_MS * 1_000_000 + random.nextInt(20_000_000));
        }
        member.plugIn();
        load.start(random.nextInt(10));
        if (random.nextInt(3) == 0) {
            expectNoFailures(load.finish());
            member.settle();
            crash(random.nextBoolean());
        }
        expectNoFailures(load.finish());
        settleAndVerify();
    }

    /** The process dies while columns are rebuilt, with nothing on its way; the rebuild starts again. */
    void rebuildCutShort() {
        final UUID uuid = someDevice().uuid();
        expectNoFailures(load.run(20 + random.nextInt(20)));
        if (random.nextBoolean()) {
            // So that not everything is to be done again anyway.
            sim.runFor(SimulatedMember.INTENT_RESTS_NS);
        }
        member.directory().lose(uuid);
        member.destroy(uuid);
        expectNoFailures(load.run(random.nextInt(20)));
        volumes.forEach(volume -> volume.flush(sim.lanes().lane(0)));
        expectNoFailures(load.finish());
        sim.runFor(SimulatedMember.REBUILD_DELAY_MS * 1_000_000 + random.nextInt(30_000_000));
        crash(random.nextBoolean());
        if (random.nextBoolean()) {
            sim.runFor(SimulatedMember.REBUILD_DELAY_MS * 1_000_000 + random.nextInt(30_000_000));
            crash(random.nextBoolean());
        }
        expectNoFailures(load.run(10));
        settleAndVerify();
    }

    /** Volumes come, grow and go, devices are added and removed, while I/O goes on. */
    void maintenance() {
        for (int step = 2 + random.nextInt(4); step > 0; step--) {
            load.start(10 + random.nextInt(20));
            switch (random.nextInt(4)) {
                case 0 -> replaceVolume();
                case 1 -> grow();
                case 2 -> member.addDevice(CHUNKLETS);
                default -> removeDevice();
            }
            load.start(random.nextInt(10));
            if (random.nextBoolean()) {
                expectNoFailures(load.finish());
                member.settle();
            }
            if (random.nextInt(4) == 0) {
                expectNoFailures(load.finish());
                settleAndVerify();
                crash(random.nextBoolean());
            }
        }
        expectNoFailures(load.finish());
        settleAndVerify();
    }

    private void replaceVolume() {
        final int index = random.nextInt(volumes.size());
        final ModelledVolume old = volumes.get(index);
        load.finish();
        sim.await(member.pages().delete(old.number()));
        final ModelledVolume fresh = newVolume(old.pool());
        volumes.set(index, fresh);
        create(fresh);
    }

    private void grow() {
        final ModelledVolume volume = volumes.get(random.nextInt(volumes.size()));
        final int blocks = volume.blockCount() + 1 + random.nextInt(200);
        sim.await(member.pages().grow(volume.number(), (long) blocks * ModelledVolume.BLOCK_BYTES));
        volume.grow(blocks);
    }

    private void removeDevice() {
        if (member.media().size() <= DEVICES_MIN) {
            member.addDevice(CHUNKLETS);
        }
        final UUID uuid = someDevice().uuid();
        final boolean lost = random.nextInt(3) == 0 && member.healthy();
        if (lost) {
            member.directory().lose(uuid);
        }
        final Job job;
        try {
            job = job(sim.await(member.pools().removeDevice(uuid)));
        } catch (final StorageException refused) {
            if (refused.code() != StorageException.Code.NO_SPACE) {
                throw refused;
            }
            if (lost) {
                member.directory().comeBack(uuid);
            }
            return;
        }
        sim.runUntil(() -> !job.running());
        if (job.info().state() != JobState.DONE) {
            throw new AssertionError("removal: " + job.info());
        }
        if (!lost) {
            member.directory().lose(uuid);
        }
        member.destroy(uuid);
    }

    /** Some request to some device fails now and then. */
    void failures() {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            final SimDevice device = someDevice();
            device.failNth(1 + random.nextInt(60));
            load.run(10 + random.nextInt(20));
            // A second failure while a column is behind is more than the parity levels survive. What the first one led
            // to may show late: a device reports a lost write at its next flush, and rejoins after a pause.
            device.failNth(0);
            volumes.forEach(volume -> volume.flush(sim.lanes().lane(0)));
            load.finish();
            sim.runFor(FAILURE_SHOWS_NS);
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

    static void expectNoFailures(final int failures) {
        if (failures != 0) {
            throw new AssertionError("requests failed although the levels survive this: " + failures);
        }
    }

    SimDevice someDevice() {
        return member.device(
                member.media().get(random.nextInt(member.media().size())).uuid());
    }

    /** Columns of all sets that lie on a device, named as in {@link #rebuilds}. */
    List<String> columnsOn(final UUID device) {
        final List<String> names = new ArrayList<>();
        for (final SetPlacement set : member.pools().sets()) {
            final List<ColumnInfo> columns = set.info().columns();
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).column().device().equals(device)) {
                    names.add("set=" + set.info().spec().id() + " column=" + i);
                }
            }
        }
        return names;
    }

    /** The column of each rebuild that was begun since the process started, however it ended; newest first. */
    List<String> rebuilds() {
        return new ArrayList<>(member.jobs().all().stream()
                .filter(job -> job.kind().equals("rebuild"))
                .map(job -> job.subject().substring(0, job.subject().indexOf(" device=")))
                .toList());
    }

    private void salvage() {
        if (member.pools().sets().stream().anyMatch(set -> set.info().lostBlocks() > 0)) {
            load.salvage();
        }
    }

    void settleAndVerify() {
        verifyAfter(member::settle);
    }

    void verifyAfter(final Runnable settling) {
        load.finish();
        settling.run();
        salvage();
        load.verifySettled();
    }

    Random random() {
        return random;
    }

    SimulatedMember member() {
        return member;
    }

    Workload load() {
        return load;
    }

    /** What must hold at the end of every run. */
    void end() {
        load.run(10);
        if (shuffle != null) {
            shuffle.stop();
        }
        settleAndVerify();
        checkSpace();
        checkLogs();
        if (shuffle != null) {
            shuffle.verify();
        }
        if (random.nextInt(4) == 0) {
            scrub(false);
            awaitEmpty();
        } else {
            member.stop();
            final List<String> findings = member.offlineFindings(true);
            if (!findings.isEmpty()) {
                throw new AssertionError("the checker finds " + findings.size() + ": " + findings.get(0));
            }
        }
    }

    private void checkLogs() {
        for (final SetPlacement set : member.pools().sets()) {
            final boolean wanted = member.pools().pool(set.pool()).orElseThrow().writeLog();
            if (wanted != set.info().spec().logBytes() > 0) {
                throw new AssertionError("write log: wanted=" + wanted + " " + set);
            }
        }
    }

    /** Compares all redundancy and checksums, or mends them; nothing may be left that is not right. */
    void scrub(final boolean repair) {
        for (final PoolInfo pool : member.pools().pools()) {
            final JobInfo started = sim.await(member.pools().scrub(pool.name(), repair));
            final Job job = job(started);
            sim.runUntil(() -> !job.running());
            if (job.info().state() != JobState.DONE) {
                throw new AssertionError("scrub: " + job.info());
            }
        }
    }

    private Job job(final JobInfo started) {
        return member.jobs().find(started.id()).orElseThrow();
    }

    private void checkSpace() {
        for (final PoolInfo pool : member.pools().pools()) {
            long allocated = 0;
            for (final ModelledVolume volume : volumes) {
                allocated += volume.space().bytesByPool().getOrDefault(pool.name(), 0L);
            }
            if (allocated != pool.usedBytes() || pool.usedBytes() > pool.capacityBytes()) {
                throw new AssertionError("space does not add up: allocated=" + allocated + " " + pool);
            }
        }
        final int inSets = member.pools().sets().stream()
                .mapToInt(set -> set.info().columns().size())
                .sum();
        int used = 0;
        for (final DeviceUsage device : usage()) {
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
        for (final ModelledVolume volume : volumes) {
            sim.await(member.pages().delete(volume.number()));
        }
        for (final PoolInfo pool : member.pools().pools()) {
            sim.await(member.pools().delete(pool.name()));
        }
        for (final DeviceUsage device : usage()) {
            if (device.freeChunklets() != CHUNKLETS) {
                throw new AssertionError("chunklets lost: " + device);
            }
        }
    }

    private List<DeviceUsage> usage() {
        return member.pools().usage();
    }
}
