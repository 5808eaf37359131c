package org.isobar.itests.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthState;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.Simulation;

/**
 * Devices that do not answer, or that come and go, under a member that watches their health: what is stuck ends within
 * bounds, nothing acknowledged is lost, and what is brought up to date again is bounded.
 */
final class HealthTrouble {
    private static final long LOOK_NS = 1_000_000;
    private static final long S = 1_000_000_000L;
    /** What it takes after the limit until a request has its answer: a look, and the other columns. */
    private static final long ANSWER_NS = 20 * S;

    private final MemberRun run;
    private final SimulatedMember member;
    private final Simulation sim;
    private final Workload load;
    private final Random random;

    HealthTrouble(final MemberRun run) {
        this.run = run;
        member = run.member();
        sim = member.sim();
        load = run.load();
        random = run.random();
    }

    /** A device stops answering. It is taken out, what waited for it ends, and its late ends harm nobody. */
    void stuck() {
        MemberRun.expectNoFailures(load.run(20 + random.nextInt(20)));
        run.settleAndVerify();
        for (int round = 1 + random.nextInt(2); round > 0; round--) {
            final SimDevice device = run.someDevice();
            load.start(10 + random.nextInt(20));
            device.hold();
            load.start(10 + random.nextInt(20));
            if (random.nextInt(3) == 0) {
                another(device);
                continue;
            }
            endsWithin(device);
            if (member.guard().out().contains(device.uuid())) {
                outAndBack(device);
            } else {
                device.release();
                expectOnlyAborted();
                run.settleAndVerify();
            }
        }
    }

    /** Everything that was asked has an answer in time, though the device gives none. */
    private void endsWithin(final SimDevice device) {
        final long began = sim.clock().nanoTime();
        final int before = member.guard().takenOut();
        expectOnlyAborted();
        final long tookNs = sim.clock().nanoTime() - began;
        if (tookNs > HealthGuard.LIMIT_NS + ANSWER_NS) {
            throw new AssertionError(
                    "answered after ns=" + tookNs + " device=" + device.uuid() + " held=" + device.heldCount());
        }
        if (device.heldCount() == 0 && member.guard().takenOut() > before) {
            throw new AssertionError("a device was taken out that held nothing back: " + device.uuid());
        }
    }

    /** One more device stops answering. Not both can be done without, so what one of them has to answer waits for it. */
    private void another(final SimDevice device) {
        SimDevice other = run.someDevice();
        while (other == device) {
            other = run.someDevice();
        }
        other.hold();
        load.start(10 + random.nextInt(20));
        sim.runFor(HealthGuard.LIMIT_NS + ANSWER_NS);
        device.release();
        other.release();
        expectOnlyAborted();
        sim.runFor(ANSWER_NS);
        for (final UUID uuid : member.guard().out()) {
            sim.runUntil(() -> member.guard().outstanding(uuid) == 0);
            member.guard().mend(uuid);
        }
        run.settleAndVerify();
    }

    private void outAndBack(final SimDevice device) {
        final UUID uuid = device.uuid();
        if (random.nextBoolean()) {
            // Elsewhere first: everything is rebuilt before the device ends what it held.
            run.verifyAfter(member::settleAsFarAsThereIsRoom);
        }
        MemberRun.expectNoFailures(load.run(10 + random.nextInt(20)));
        device.release();
        sim.runUntil(() -> member.guard().outstanding(uuid) == 0);
        run.verifyAfter(member::settleAsFarAsThereIsRoom);
        if (Math.floorMod(sim.seed(), 2) == 0) {
            restartWhileOut(uuid);
        }
        member.guard().mend(uuid);
        MemberRun.expectNoFailures(load.run(10 + random.nextInt(20)));
        run.settleAndVerify();
        if (member.guard().health(uuid) != HealthState.GOOD) {
            throw new AssertionError("mended and not good: " + member.guard().health(uuid));
        }
    }

    /** The process dies; a device that was failed is so after the start, too, and nothing is put on it. */
    private void restartWhileOut(final UUID uuid) {
        sim.runFor(S);
        run.crash(false);
        if (!member.guard().out().contains(uuid)) {
            throw new AssertionError("trusted again after a start: " + uuid);
        }
        MemberRun.expectNoFailures(load.run(10 + random.nextInt(20)));
        run.verifyAfter(member::settleAsFarAsThereIsRoom);
        if (!member.guard().out().contains(uuid)) {
            throw new AssertionError("trusted again a while after a start: " + uuid);
        }
    }

    /** A read into a buffer that a device may still use is answered so, and nothing else fails. */
    private void expectOnlyAborted() {
        final int failures = load.finish();
        MemberRun.expectNoFailures(failures - load.takeAborted());
    }

    /** Lets time go on, and puts down each column that lies on the device meanwhile. */
    private void lookFor(final long ns, final UUID device, final Set<String> columns) {
        final long end = sim.clock().nanoTime() + ns;
        columns.addAll(run.columnsOn(device));
        for (long left = ns; left > 0; left = end - sim.clock().nanoTime()) {
            sim.runFor(Math.min(left, LOOK_NS));
            columns.addAll(run.columnsOn(device));
        }
    }

    /** A device comes and goes: it is held off, what it missed is caught up, and no column is rebuilt twice. */
    void comesAndGoes() {
        MemberRun.expectNoFailures(load.run(20 + random.nextInt(20)));
        run.settleAndVerify();
        final UUID uuid = run.someDevice().uuid();
        final List<String> before = run.rebuilds();
        final Set<String> lain = new HashSet<>();
        long outNs = 0;
        final long began = sim.clock().nanoTime();
        for (int flap = 4 + random.nextInt(6); flap > 0; flap--) {
            load.start(5 + random.nextInt(10));
            lain.addAll(run.columnsOn(uuid));
            member.guard().pull(uuid);
            load.start(5 + random.nextInt(10));
            lookFor((long) (random.nextDouble() * S / 2), uuid, lain);
            member.guard().plug(uuid);
            final long from = sim.clock().nanoTime();
            sim.runUntil(() -> {
                lain.addAll(run.columnsOn(uuid));
                return member.directory().find(uuid).orElseThrow().state() == DeviceState.ONLINE;
            });
            outNs += sim.clock().nanoTime() - from;
            lookFor((long) (random.nextDouble() * S), uuid, lain);
        }
        MemberRun.expectNoFailures(load.finish());
        run.settleAndVerify();
        // A column leaves the device once at most, also one that had to go there for want of room elsewhere.
        final List<String> rebuilds = run.rebuilds();
        rebuilds.removeAll(before);
        if (Set.copyOf(rebuilds).size() < rebuilds.size() || !lain.containsAll(rebuilds)) {
            throw new AssertionError("rebuilds=" + rebuilds + " of columns=" + lain + " outNs=" + outNs + " ofNs="
                    + (sim.clock().nanoTime() - began));
        }
        if (outNs < S) {
            throw new AssertionError("never held off: outNs=" + outNs);
        }
    }
}
