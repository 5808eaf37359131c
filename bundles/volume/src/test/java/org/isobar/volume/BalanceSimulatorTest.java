package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.SimulatedPool;
import org.isobar.api.balance.SimulationReport;
import org.isobar.api.balance.SimulationReport.Period;
import org.isobar.api.balance.SimulationSpec;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.api.recording.RecordingSpec;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.common.time.SystemClock;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.FakeMember;
import org.isobar.volume.balance.Balancer;
import org.isobar.volume.recording.RecordingRun;
import org.isobar.volume.simulation.BalanceSimulator;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Recordings of a simulated member, tried with policies of a registry with threads as in production. */
public final class BalanceSimulatorTest {
    private static final int PAGE = VolumeFixture.PAGE_BYTES;
    private static final long LIMIT_MS = 2_000;
    private static final List<SimulatedPool> TWO =
            List.of(new SimulatedPool("slow", 100, 100, 10_000, 40), new SimulatedPool("fast", 10_000, 5_000, 100, 40));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final VolumeFixture member = new VolumeFixture();
    private final List<RecordingRun> background = new ArrayList<>();
    private final List<Runnable> work = new ArrayList<>();
    private final NettyLanes lanes = new NettyLanes(1, "nio");
    private final Policies policies = new Policies(
            lanes.control(), new SystemClock(), Executors.newCachedThreadPool(BalanceSimulatorTest::daemon), LIMIT_MS);
    private final BalanceService balance = new FakeMember().balance();
    private final Jobs jobs = new Jobs(new SystemClock());
    private VolumeRecordings recordings;
    private BalanceSimulator simulator;

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    @Before
    public void open() {
        final Path path = folder.getRoot().toPath().resolve("recordings");
        recordings =
                new VolumeRecordings(member.volumes, member.sim.lanes(), member.sim.clock(), path, background::add);
        simulator = new BalanceSimulator(recordings, member.volumes, member.pools, balance, policies, jobs, work::add);
        plug("busiest", BalanceSimulatorTest::busiest);
        plug("stay", picture -> BalancePlan.nothing("stays"));
        member.create("vol-a");
    }

    @After
    public void close() {
        lanes.close();
    }

    private void plug(final String name, final BalancingPolicy policy) {
        policies.plug(Balancer.KIND, name, policy, new PolicyOrigin("org.example.test", "1.0.0", 0));
    }

    /** Wants the ten busiest pages in the pool that does most. */
    private static BalancePlan busiest(final BalancePicture picture) {
        final String best = picture.pools().stream()
                .max((one, other) -> Double.compare(one.ableReadsPerS(), other.ableReadsPerS()))
                .orElseThrow()
                .name();
        final List<BalanceMove> moves = new ArrayList<>();
        for (final BalancePage page :
                picture.pages().subList(0, Math.min(10, picture.pages().size()))) {
            if (!page.pool().equals(best) && page.requests() > 0) {
                moves.add(new BalanceMove(page.volume(), page.page(), page.pool(), best, "busy", 1));
            }
        }
        return moves.isEmpty() ? BalancePlan.nothing("all lie well") : new BalancePlan(moves, "busy pages");
    }

    /** Four of the 32 pages are asked for nine times of ten, for five minutes. */
    private int recorded() {
        return recorded(1);
    }

    private int recorded(final int sampleOneIn) {
        final int id = member.sim
                .await(recordings.start(new RecordingSpec("vol-a", 0, sampleOneIn, 0)))
                .id();
        final Random random = new Random(1);
        for (int second = 0; second < 300; second++) {
            for (int i = 0; i < 20; i++) {
                final int page = random.nextInt(10) == 0 ? random.nextInt(32) : random.nextInt(4);
                final long offset = (long) page * PAGE + 4096L * random.nextInt(8);
                if (random.nextInt(4) == 0) {
                    Blocks.write(member.sim, member.volume("vol-a"), offset, new byte[4096]);
                } else {
                    Blocks.read(member.sim, member.volume("vol-a"), offset, 4096);
                }
            }
            member.sim.runFor(TimeUnit.SECONDS.toNanos(1));
            background.removeIf(run -> !run.step());
        }
        member.sim.await(recordings.stop(id));
        member.sim.run();
        background.clear();
        return id;
    }

    private static SimulationSpec spec(final int id, final String policy, final List<SimulatedPool> pools) {
        return new SimulationSpec(id, policy, 60, 1 << 20, 16, 100, pools);
    }

    private Job started(final SimulationSpec spec) {
        final JobInfo job = simulator.start(spec).toCompletableFuture().join();
        return jobs.find(job.id()).orElseThrow();
    }

    private void work() {
        work.remove(0).run();
    }

    private SimulationReport report(final SimulationSpec spec) {
        final Job job = started(spec);
        work();
        assertEquals(job.info().message(), JobState.DONE, job.info().state());
        assertTrue(job.info().toString(), job.info().doneUnits() > job.info().totalUnits() / 2);
        return simulator.reports().get(0);
    }

    @Test
    public void tellsWhatAPolicyWouldDo() {
        final SimulationReport report = report(spec(recorded(), "busiest", TWO));
        assertEquals("vol-a", report.volume());
        assertEquals(5, report.periods().size());
        final Period first = report.periods().get(0);
        assertEquals("before the policy was asked", first.stay(), first.policy());
        assertEquals(0, first.movedPages());
        assertEquals("busiest", first.decidedBy());
        assertEquals("busy pages", first.reason());
        assertEquals(10, first.plannedPages());
        final Period last = report.periods().get(4);
        assertTrue(last.toString(), last.policy().perS() > 5 * last.stay().perS());
        assertTrue(last.toString(), last.policy().latencyMs() < last.stay().latencyMs() / 5);
        final Period sum = report.sum();
        assertEquals(6000, sum.accesses());
        final long moved = sum.movedPages();
        assertTrue(sum.toString(), moved >= 10);
        assertEquals(
                moved, report.periods().stream().mapToLong(Period::movedPages).sum());
        assertEquals(moved * PAGE, sum.movedBytes());
        assertEquals(0, sum.failedPages());
        assertTrue(sum.toString(), sum.policy().perS() > sum.stay().perS());
        for (final Period period : report.periods()) {
            if (period.accesses() > 0) {
                assertTrue(
                        period.toString(),
                        period.oracle().perS() >= 0.999 * period.policy().perS());
                assertEquals(
                        1,
                        period.pools().stream().mapToDouble(one -> one.share()).sum(),
                        1e-9);
            }
        }
        assertEquals(
                "three lay there to begin with", moved + 3, last.pools().get(1).pages());
        assertEquals(-1, report.shortestReturnS(), 0);
        assertEquals(List.of(), report.notes());
        assertEquals(
                "nothing was moved in truth",
                "A",
                member.volumes.existing("vol-a").poolOf(0));
    }

    @Test
    public void givesTheSameReportAgain() {
        final int id = recorded();
        final SimulationReport one = report(spec(id, "busiest", TWO));
        final SimulationReport two = report(spec(id, "busiest", TWO));
        assertEquals(one.periods(), two.periods());
        assertEquals(one.sum(), two.sum());
        assertEquals(List.of(two, one), simulator.reports());
        final SimulationReport stay = report(spec(id, "stay", TWO));
        assertEquals(0, stay.sum().movedPages());
        assertEquals(stay.sum().stay(), stay.sum().policy());
        assertEquals(one.sum().stay(), stay.sum().stay());
    }

    @Test
    public void takesThePoolsOfTheMemberAndThePagesWhereTheyLie() {
        final int id = recorded();
        member.pools.set(measured("A", 1, 200), measured("B", 2, 2_000));
        final SimulationReport report = report(spec(id, "busiest", List.of()));
        assertEquals("A", report.sum().pools().get(0).pool());
        assertTrue(report.toString(), report.sum().movedPages() > 0);
        assertEquals(1, report.periods().get(0).pools().get(0).share(), 1e-9);
        assertTrue(report.periods().get(4).pools().get(1).share() > 0.8);
    }

    @Test
    public void laysNewPagesWhereThereIsRoomAndTellsOfWritesThatFindNone() {
        final int id = recorded();
        Blocks.discard(member.sim, member.volume("vol-a"), 0, 2 * VolumeFixture.MIB);
        member.pools.set(measured("A", 1, 200, 100), measured("B", 2, 2_000, 10));
        final SimulationReport filled = report(spec(id, "stay", List.of()));
        assertEquals(
                "all in the pool that has room", 32, filled.sum().pools().get(1).pages());
        assertEquals(List.of(), filled.notes());
        member.pools.set(measured("A", 1, 200, 100), measured("B", 2, 2_000, 100));
        final SimulationReport full = report(spec(id, "stay", List.of()));
        assertEquals(0, full.sum().accesses());
        assertEquals(0, full.sum().policy().perS(), 0);
        assertTrue(full.notes().toString(), full.notes().get(0).startsWith("writes that found no room"));
    }

    private static PoolInfo measured(final String name, final int sets, final double perS) {
        return measured(name, sets, perS, 10);
    }

    private static PoolInfo measured(final String name, final int sets, final double perS, final int usedMib) {
        final ServiceFigures figures = new ServiceFigures(100, perS, 100, perS);
        return new PoolInfo(
                name,
                "10",
                "any",
                sets,
                100 * VolumeFixture.MIB,
                usedMib * VolumeFixture.MIB,
                0,
                0,
                0,
                PoolFullness.NORMAL,
                PoolThresholds.DEFAULT,
                false,
                0,
                new ClassOfService(figures, figures, 50, 1));
    }

    @Test
    public void replaysFasterAndAsksMoreOften() {
        final int id = recorded();
        final SimulationReport report = report(new SimulationSpec(id, "busiest", 30, 1 << 20, 4, 200, TWO));
        assertEquals(5, report.periods().size());
        assertEquals(30, report.periods().get(1).startS());
        assertEquals(6000, report.sum().accesses());
    }

    @Test
    public void multipliesWhatASampleStandsFor() {
        final SimulationReport report = report(spec(recorded(2), "busiest", TWO));
        assertTrue(report.notes().toString(), report.notes().get(0).startsWith("one page in 2 was recorded"));
        assertTrue(report.sum().accesses() < 6000);
        assertEquals(0, report.sum().movedPages() % 2);
    }

    @Test
    public void worksWithoutTheVolumeOnPoolsThatAreGiven() {
        final int id = recorded();
        member.sim.await(member.volumes.delete("vol-a", true));
        final Job job = started(spec(id, "busiest", List.of()));
        work();
        assertEquals(JobState.FAILED, job.info().state());
        assertTrue(job.info().message(), job.info().message().startsWith("pools: must be given"));
        assertTrue(report(spec(id, "busiest", TWO)).sum().movedPages() > 0);
    }

    @Test
    public void saysWhatIsWrongWithThePools() {
        final int id = recorded();
        fails("can do: or measure its devices", spec(id, "stay", List.of()));
        member.pools.set();
        fails("pools: must be 1 to 8", spec(id, "stay", List.of()));
        fails("pools.pages: must be enough", spec(id, "stay", List.of(new SimulatedPool("p", 1, 1, 0, 3))));
    }

    private void fails(final String why, final SimulationSpec spec) {
        final Job job = started(spec);
        work();
        assertEquals(JobState.FAILED, job.info().state());
        assertTrue(job.info().message(), job.info().message().contains(why));
    }

    @Test
    public void fencesAPolicyThatThrowsForTheSimulationAlone() {
        plug("broken", picture -> {
            throw new IllegalStateException("out of ideas");
        });
        final SimulationReport report = report(spec(recorded(), "broken", TWO));
        assertEquals(0, report.sum().movedPages());
        assertEquals("built-in", report.periods().get(0).decidedBy());
        assertTrue(report.notes().get(0), report.notes().get(0).contains("threw java.lang.IllegalStateException"));
        assertTrue(policies.policies().stream().noneMatch(policy -> policy.fenced() || policy.failures() > 0));
    }

    @Test
    public void canBeCancelled() {
        final int id = recorded();
        final Job job = started(spec(id, "busiest", TWO));
        refused(Code.CONFLICT, "another simulation runs", spec(id, "stay", TWO));
        job.requestCancel();
        work();
        assertEquals(JobState.CANCELLED, job.info().state());
        assertEquals(List.of(), simulator.reports());
        report(spec(id, "stay", TWO));
    }

    @Test
    public void saysWhenTheFileIsGone() throws IOException {
        final int id = recorded();
        final Job job = started(spec(id, "stay", TWO));
        Files.delete(Path.of(recordings.recordings().get(0).file()));
        work();
        assertEquals(JobState.FAILED, job.info().state());
        assertTrue(job.info().message(), job.info().message().startsWith("recording cannot be read"));
    }

    @Test
    public void tellsThatTheRecordingEndsEarly() throws IOException {
        final Path file = Path.of(recordings.recordings().isEmpty() ? fileOf(recorded()) : "");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 40));
        final SimulationReport report = report(spec(1, "stay", TWO));
        assertTrue(report.notes().toString(), report.notes().get(0).startsWith("the recording ends early"));
    }

    private String fileOf(final int id) {
        return recordings.recordings().stream()
                .filter(one -> one.id() == id)
                .findFirst()
                .orElseThrow()
                .file();
    }

    @Test
    public void startsFromTheSettingsOfBalancing() {
        final SimulationSpec defaults = simulator.defaults(3);
        assertEquals(new SimulationSpec(3, "adaptive", 60, 32L << 20, 16, 100, List.of()), defaults);
        balance.change(balance.status().settings().withPace(15, 1 << 20));
        assertEquals("a multiple of ten", 20, simulator.defaults(3).periodS());
    }

    @Test
    public void refusesWhatCannotBeSimulated() {
        refused(Code.NOT_FOUND, "no such recording", spec(5, "stay", TWO));
        refused(Code.INVALID, "policy: must be one of", spec(5, "nobody", TWO));
        final int going = member.sim
                .await(recordings.start(new RecordingSpec("vol-a", 0, 0, 0)))
                .id();
        refused(Code.CONFLICT, "stop it first", spec(going, "stay", TWO));
        member.sim.runFor(TimeUnit.SECONDS.toNanos(1_100));
        member.sim.await(recordings.stop(going));
        refused(
                Code.INVALID,
                "periodS: must be more than 11",
                new SimulationSpec(going, "stay", 10, 1 << 20, 1, 1, TWO));
        plug("fenced", picture -> null);
        policies.use(Balancer.KIND, "fenced", "test")
                .ask(policy -> policy.plan(new BalancePicture(0, List.of(), List.of())), plan -> "")
                .toCompletableFuture()
                .join();
        refused(Code.CONFLICT, "policy is fenced", spec(going, "fenced", TWO));
    }

    private void refused(final Code code, final String why, final SimulationSpec spec) {
        final CompletionException refused = assertThrows(
                CompletionException.class,
                () -> simulator.start(spec).toCompletableFuture().join());
        final StorageException cause = (StorageException) refused.getCause();
        assertEquals(code, cause.code());
        assertTrue(cause.getMessage(), cause.getMessage().contains(why));
    }

    @Test
    public void namesTheFieldThatIsWrong() {
        wrong("policy", () -> new SimulationSpec(1, "a b", 60, 1 << 20, 16, 100, TWO));
        wrong("periodS", () -> new SimulationSpec(1, "stay", 5, 1 << 20, 16, 100, TWO));
        wrong("periodS", () -> new SimulationSpec(1, "stay", 65, 1 << 20, 16, 100, TWO));
        wrong("bytesPerSecond", () -> new SimulationSpec(1, "stay", 60, 1, 16, 100, TWO));
        wrong("clients", () -> new SimulationSpec(1, "stay", 60, 1 << 20, 1025, 100, TWO));
        wrong("speedPercent", () -> new SimulationSpec(1, "stay", 60, 1 << 20, 16, 0, TWO));
        wrong("pools", () -> new SimulationSpec(1, "stay", 60, 1 << 20, 16, 100, List.of(TWO.get(0), TWO.get(0))));
        wrong("pools.name", () -> new SimulatedPool("", 1, 1, 0, 1));
        wrong("pools.readsPerS", () -> new SimulatedPool("p", Double.NaN, 1, 0, 1));
        wrong("pools.writesPerS", () -> new SimulatedPool("p", 1, 0.5, 0, 1));
        wrong("pools.latencyUs", () -> new SimulatedPool("p", 1, 1, -1, 1));
        wrong("pools.pages", () -> new SimulatedPool("p", 1, 1, 0, 0));
    }

    private static void wrong(final String field, final Runnable make) {
        final StorageException refused = assertThrows(StorageException.class, make::run);
        assertEquals(Code.INVALID, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(field + ": must "));
    }
}
