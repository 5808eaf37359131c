package org.isobar.itests.simulation;

import java.util.Random;
import java.util.UUID;
import org.isobar.api.pool.LevelUse;
import org.isobar.api.raid.RaidLevelInfo.State;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.Simulation;

/**
 * RAID levels go, come back, are updated and replaced by ones that lay out data otherwise, under load, with crashes in
 * between: short absences are not felt, long ones put sets offline until the level is back, and nothing is lost.
 */
final class LevelTrouble {
    private static final long MS = 1_000_000L;
    private static final long SHORT_NS = SimulatedMember.LEVEL_AWAY_MS * MS / 2;

    private final MemberRun run;
    private final SimulatedMember member;
    private final Simulation sim;
    private final Workload load;
    private final Random random;
    private int rests;

    LevelTrouble(final MemberRun run) {
        this.run = run;
        member = run.member();
        sim = member.sim();
        load = run.load();
        random = run.random();
    }

    /** Some rounds of it; returns how many sets were put offline. */
    int befall() {
        for (int round = 2 + random.nextInt(3); round > 0; round--) {
            final RaidLevel level = member.levels().get(random.nextInt(3));
            load.start(10 + random.nextInt(20));
            switch (random.nextInt(4)) {
                case 0 -> update(level);
                case 1 -> replace(level);
                case 2 -> restartWithout(level);
                default -> goAndReturn(level);
            }
            if (random.nextBoolean()) {
                run.settleAndVerify();
            }
        }
        return rests;
    }

    /** The same level from another bundle, soon: nobody notices. */
    private void update(final RaidLevel level) {
        if (random.nextBoolean()) {
            MemberRun.expectNoFailures(load.finish());
        }
        member.takeLevel(level);
        load.start(random.nextInt(20));
        sim.runFor((long) (random.nextDouble() * SHORT_NS));
        expectState(level, State.AWAY);
        member.giveLevel(new Another(level, false));
        load.start(random.nextInt(20));
        if (random.nextInt(4) == 0) {
            run.crash(random.nextBoolean());
        }
        MemberRun.expectNoFailures(load.finish());
        expectState(level, State.INSTALLED);
    }

    /** The level is away for long. */
    private void goAndReturn(final RaidLevel level) {
        member.takeLevel(level);
        load.start(random.nextInt(20));
        awayForLong(level, State.MISSING);
        switch (random.nextInt(3)) {
            case 0 -> {
                // Not both: parity without a log does not survive a crash while a column is behind.
                final UUID uuid = run.someDevice().uuid();
                member.directory().lose(uuid);
                load.run(random.nextInt(10));
                member.directory().comeBack(uuid);
                comesBack(level);
                run.settleAndVerify();
                return;
            }
            case 1 -> run.crash(random.nextBoolean());
            default -> load.start(random.nextInt(10));
        }
        comesBack(level);
    }

    /** A level of the same name comes that lays out data otherwise. */
    private void replace(final RaidLevel level) {
        if (use(level).sets() == 0) {
            // Free to change.
            return;
        }
        final RaidLevel wrong = new Another(level, true);
        final boolean first = random.nextBoolean();
        if (first) {
            member.giveLevel(wrong);
        }
        member.takeLevel(level);
        if (!first) {
            member.giveLevel(wrong);
        }
        load.start(random.nextInt(20));
        awayForLong(level, State.REFUSED);
        if (random.nextBoolean()) {
            run.crash(random.nextBoolean());
            load.run(random.nextInt(10));
            expectState(level, State.REFUSED);
        }
        member.takeLevel(wrong);
        comesBack(level);
    }

    /** The member starts without it. */
    private void restartWithout(final RaidLevel level) {
        member.takeLevel(level);
        load.start(random.nextInt(20));
        run.crash(random.nextBoolean());
        load.run(random.nextInt(20));
        comesBack(level);
    }

    private void awayForLong(final RaidLevel level, final State then) {
        sim.runFor(SimulatedMember.LEVEL_AWAY_MS * MS + random.nextInt(20_000_000));
        expectState(level, then);
        final LevelUse use = use(level);
        if (use.offlineSets() != use.sets()) {
            throw new AssertionError("sets without their level serve: " + use);
        }
        rests += use.sets();
        load.run(random.nextInt(20));
    }

    private void comesBack(final RaidLevel level) {
        member.giveLevel(level);
        load.finish();
        sim.runUntil(() -> use(level).offlineSets() == 0);
        expectState(level, State.INSTALLED);
        // A flush that failed while sets were offline is reported to every volume once.
        load.flush();
        load.finish();
        MemberRun.expectNoFailures(load.run(random.nextInt(20)));
    }

    private void expectState(final RaidLevel level, final State state) {
        if (use(level).level().state() != state) {
            throw new AssertionError("level is not " + state + ": " + use(level));
        }
    }

    private LevelUse use(final RaidLevel level) {
        return member.pools().levels().stream()
                .filter(use -> use.level().name().equals(level.name()))
                .findFirst()
                .orElseThrow();
    }

    /** As another version has it; the columns of a wrong one are in another order. */
    private record Another(RaidLevel of, boolean wrong) implements RaidLevel {
        @Override
        public String name() {
            return of.name();
        }

        @Override
        public int minDevices() {
            return of.minDevices();
        }

        @Override
        public int columns(final int devices) {
            return of.columns(devices);
        }

        @Override
        public RaidGeometry geometry(final int columns, final int stripBytes) {
            final RaidGeometry geometry = of.geometry(columns, stripBytes);
            return wrong ? new Mirrored(geometry) : geometry;
        }
    }

    private record Mirrored(RaidGeometry of) implements RaidGeometry {
        @Override
        public int columns() {
            return of.columns();
        }

        @Override
        public int stripBytes() {
            return of.stripBytes();
        }

        @Override
        public int rowsPerStripe() {
            return of.rowsPerStripe();
        }

        @Override
        public int groupsPerStripe() {
            return of.groupsPerStripe();
        }

        @Override
        public int dataStripsPerGroup() {
            return of.dataStripsPerGroup();
        }

        @Override
        public int periodStripes() {
            return of.periodStripes();
        }

        @Override
        public int column(final long stripe, final int group, final int element) {
            return of.columns() - 1 - of.column(stripe, group, element);
        }

        @Override
        public int row(final long stripe, final int group, final int element) {
            return of.row(stripe, group, element);
        }
    }
}
