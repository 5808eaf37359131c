package org.isobar.itests.simulation.balance;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.isobar.allocation.balance.AdaptiveBalancingPolicy;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.SimulatedPool;
import org.isobar.api.balance.SimulationReport;
import org.isobar.api.balance.SimulationReport.Period;
import org.isobar.api.balance.SimulationSpec;
import org.isobar.api.block.IoOp;
import org.isobar.api.pool.PoolService;
import org.isobar.api.recording.RecordingService;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.common.time.SystemClock;
import org.isobar.volume.balance.Balancer;
import org.isobar.volume.recording.AccessHeader;
import org.isobar.volume.recording.RecordingRun;
import org.isobar.volume.simulation.BalanceSimulator;
import org.isobar.volume.simulation.VirtualTime;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The adaptive policy, tried on the recording of a skewed load: it does there what it does in a member. */
public final class RecordedPlacementTest {
    private static final int PAGES = 2_048;
    private static final int PAGE_BYTES = 4 << 20;
    private static final int REQUEST_BYTES = 4_096;
    private static final int MINUTES = 40;
    private static final int PER_S = 400;
    private static final int ADAPTED_AFTER = 20;
    private static final long LIMIT_MS = 60_000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final NettyLanes lanes = new NettyLanes(1, "nio");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Policies policies = new Policies(lanes.control(), new SystemClock(), threads, LIMIT_MS);

    @After
    public void close() {
        threads.shutdownNow();
        lanes.close();
    }

    @Test
    public void bringsTheBusyPagesOfARecordingToTheFastPool() throws IOException {
        policies.plug(
                Balancer.KIND,
                AdaptiveBalancingPolicy.NAME,
                new AdaptiveBalancingPolicy(),
                new PolicyOrigin("org.isobar.allocation", "1.0.0", 0));
        final RecordingRun run = recorded();
        final List<Runnable> work = new ArrayList<>();
        final BalanceSimulator simulator = new BalanceSimulator(
                only(RecordingService.class, "recordings", List.of(run.info())),
                List::of,
                only(PoolService.class, "pools", List.of()),
                only(BalanceService.class, "history", List.of()),
                policies,
                new Jobs(new SystemClock()),
                work::add);
        simulator
                .start(new SimulationSpec(
                        1,
                        AdaptiveBalancingPolicy.NAME,
                        60,
                        32 << 20,
                        16,
                        100,
                        List.of(
                                new SimulatedPool("slow", 500, 500, 2_000, 8_192),
                                new SimulatedPool("fast", 1_500, 1_500, 700, 400))))
                .toCompletableFuture()
                .join();
        work.remove(0).run();

        final SimulationReport report = simulator.reports().get(0);
        assertEquals(report.notes().toString(), List.of(), report.notes());
        assertEquals(MINUTES, report.periods().size());
        for (final Period period : report.periods()) {
            assertTrue(
                    period.toString(),
                    period.oracle().perS() >= 0.999 * period.policy().perS());
            if (period.startS() >= TimeUnit.MINUTES.toSeconds(ADAPTED_AFTER)) {
                assertTrue(
                        period.toString(),
                        period.policy().perS() >= 0.85 * period.oracle().perS());
                assertTrue(
                        period.toString(),
                        period.policy().perS() >= 1.5 * period.stay().perS());
            }
        }
        final double returnS = report.shortestReturnS();
        assertTrue("returnS=" + returnS, returnS < 0 || returnS >= TimeUnit.MINUTES.toSeconds(15));
    }

    /** Zipf with exponent 1 over the pages, the ranks anywhere. */
    private RecordingRun recorded() throws IOException {
        final Path path = folder.getRoot().toPath().resolve("recording");
        final VirtualTime time = new VirtualTime();
        final RecordingRun run = new RecordingRun(
                1,
                path,
                new AccessHeader("vol", 1, (long) PAGES * PAGE_BYTES, PAGE_BYTES, 0, 1, 86_400, 64 << 20),
                time,
                1,
                () -> {});
        final SplittableRandom random = new SplittableRandom(1);
        final double all = Math.log(PAGES + 1);
        for (int second = 0; second < TimeUnit.MINUTES.toSeconds(MINUTES); second++) {
            for (int i = 0; i < PER_S; i++) {
                final int rank = (int) Math.exp(random.nextDouble() * all) - 1;
                final long page = rank * 1_237L % PAGES;
                run.tap()
                        .access(
                                0,
                                random.nextInt(4) == 0 ? IoOp.WRITE : IoOp.READ,
                                page * PAGE_BYTES + (long) REQUEST_BYTES * random.nextInt(1024),
                                REQUEST_BYTES);
                time.pass(TimeUnit.SECONDS.toNanos(1) / PER_S);
            }
            run.step();
        }
        run.stop();
        return run;
    }

    private static <T> T only(final Class<T> type, final String method, final Object answer) {
        return type.cast(Proxy.newProxyInstance(
                RecordedPlacementTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    if (!called.getName().equals(method)) {
                        throw new UnsupportedOperationException(called.getName());
                    }
                    return answer;
                }));
    }
}
