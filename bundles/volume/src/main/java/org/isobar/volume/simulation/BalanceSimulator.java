package org.isobar.volume.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceSettings;
import org.isobar.api.balance.SimulationReport;
import org.isobar.api.balance.SimulationService;
import org.isobar.api.balance.SimulationSpec;
import org.isobar.api.pool.PoolService;
import org.isobar.api.recording.RecordingInfo;
import org.isobar.api.recording.RecordingService;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.common.job.Jobs;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyAnswer;
import org.isobar.common.policy.PolicyTrial;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.volume.balance.BalancePlans;
import org.isobar.volume.balance.BalancedVolumes;
import org.isobar.volume.balance.Balancer;
import org.isobar.volume.recording.AccessReader;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries policies on recordings, one at a time, on a thread of its own. The policy is asked as balancing asks it, but by a
 * {@link PolicyTrial}: what it does wrong here is held against it here alone. The same recording gives the same report, unless the
 * policy is fenced for being slow, or the pools or the pages of the volume have changed.
 */
@Component(service = SimulationService.class)
public final class BalanceSimulator implements SimulationService {
    /** Periods of one simulation. */
    static final int PERIODS_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(BalanceSimulator.class);
    private static final String UNIT = "bytes";
    private static final int PERCENT = 100;
    private static final long MS_PER_S = 1_000;
    private static final long ANSWER_LIMIT_S = 300;

    private final RecordingService recordings;
    private final BalancedVolumes volumes;
    private final PoolService pools;
    private final BalanceService balance;
    private final Policies policies;
    private final Jobs jobs;
    private final Executor background;
    private final AtomicReference<Job> running = new AtomicReference<>();
    private final Deque<SimulationReport> reports = new ArrayDeque<>();

    @Activate
    public BalanceSimulator(
            @Reference final RecordingService recordings,
            @Reference final BalancedVolumes volumes,
            @Reference final PoolService pools,
            @Reference final BalanceService balance,
            @Reference final Policies policies,
            @Reference final Jobs jobs) {
        this(recordings, volumes, pools, balance, policies, jobs, BalanceSimulator::onThreadOfItsOwn);
    }

    /**
     * Without a container.
     *
     * @param background runs one simulation at a time; may take as long as it takes
     */
    public BalanceSimulator(
            final RecordingService recordings,
            final BalancedVolumes volumes,
            final PoolService pools,
            final BalanceService balance,
            final Policies policies,
            final Jobs jobs,
            final Executor background) {
        this.recordings = recordings;
        this.volumes = volumes;
        this.pools = pools;
        this.balance = balance;
        this.policies = policies;
        this.jobs = jobs;
        this.background = background;
    }

    private static void onThreadOfItsOwn(final Runnable work) {
        final Thread thread = new Thread(work, "isobar-simulation");
        thread.setDaemon(true);
        thread.start();
    }

    /** Asks the one that runs to end. */
    @Deactivate
    void close() {
        final Job job = running.get();
        if (job != null) {
            job.requestCancel();
        }
    }

    @Override
    public SimulationSpec defaults(final int recording) {
        final BalanceSettings settings = balance.status().settings();
        final int periodS =
                (settings.intervalS() + SimulationSpec.STEP_S - 1) / SimulationSpec.STEP_S * SimulationSpec.STEP_S;
        return new SimulationSpec(
                recording,
                settings.policy(),
                periodS,
                settings.bytesPerSecond(),
                SimulationSpec.CLIENTS,
                SimulationSpec.SPEED_PERCENT,
                List.of());
    }

    @Override
    public CompletionStage<JobInfo> start(final SimulationSpec spec) {
        try {
            final RecordingInfo recording = check(spec);
            final Job job = jobs.start(
                    "simulate",
                    "recording=" + spec.recording() + " policy=" + spec.policy(),
                    recording.fileBytes(),
                    UNIT);
            if (!running.compareAndSet(null, job)) {
                job.failed("another simulation runs");
                throw busy();
            }
            background.execute(() -> run(spec, recording, job));
            return CompletableFuture.completedFuture(job.info());
        } catch (final StorageException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private static StorageException busy() {
        return new StorageException(Code.CONFLICT, "another simulation runs: wait for it, or cancel its job");
    }

    private RecordingInfo check(final SimulationSpec spec) {
        if (running.get() != null) {
            throw busy();
        }
        final Set<String> known = policies.names(Balancer.KIND);
        if (!known.contains(spec.policy())) {
            throw new StorageException(Code.INVALID, "policy: must be one of " + known + ", is " + spec.policy());
        }
        policies.policies().stream()
                .filter(policy -> policy.kind().equals(Balancer.KIND.name())
                        && policy.name().equals(spec.policy())
                        && policy.fenced())
                .forEach(policy -> {
                    throw new StorageException(
                            Code.CONFLICT,
                            "policy is fenced, update its bundle or lift the fence first: name=" + spec.policy()
                                    + " why=\"" + policy.why() + "\"");
                });
        final RecordingInfo recording = recordings.recordings().stream()
                .filter(one -> one.id() == spec.recording())
                .findFirst()
                .orElseThrow(() -> new StorageException(Code.NOT_FOUND, "no such recording: id=" + spec.recording()));
        if (recording.state() == RecordingInfo.State.RUNNING) {
            throw new StorageException(Code.CONFLICT, "recording goes on, stop it first: id=" + spec.recording());
        }
        final long lastsS = recording.lastedMs() / MS_PER_S * PERCENT / spec.speedPercent();
        if (lastsS / spec.periodS() >= PERIODS_MAX) {
            throw new StorageException(
                    Code.INVALID,
                    "periodS: must be more than " + lastsS / PERIODS_MAX + " for a simulation of " + lastsS + " s, is "
                            + spec.periodS());
        }
        return recording;
    }

    private void run(final SimulationSpec spec, final RecordingInfo recording, final Job job) {
        try {
            final SimulationReport report = simulate(spec, recording, job);
            if (report == null) {
                job.cancelled();
            } else {
                keep(report);
                job.note("see the report; pages moved: " + report.sum().movedPages());
                job.done();
            }
        } catch (final StorageException refused) {
            job.failed(refused.getMessage());
        } catch (final IOException failed) {
            LOG.error("simulation.failed recording={}", spec.recording(), failed);
            job.failed("recording cannot be read: " + failed);
        } catch (final RuntimeException bug) {
            LOG.error("simulation.failed recording={}", spec.recording(), bug);
            job.failed("simulation failed, see the log: " + bug);
        } finally {
            if (job.info().state() == JobState.RUNNING) {
                job.failed("simulation failed, see the log");
            }
            running.set(null);
        }
    }

    /** Null when it was cancelled. */
    private SimulationReport simulate(final SimulationSpec spec, final RecordingInfo recording, final Job job)
            throws IOException {
        final PolicyTrial<BalancingPolicy> trial = policies.trial(Balancer.KIND, spec.policy());
        try (AccessReader reader = new AccessReader(Path.of(recording.file()))) {
            final TraceReplay replay =
                    new TraceReplay(spec, stage(spec, recording, reader), picture -> ask(trial, picture));
            long readBytes = 0;
            while (reader.next(replay)) {
                job.advance(reader.readBytes() - readBytes);
                readBytes = reader.readBytes();
                if (job.cancelRequested()) {
                    return null;
                }
            }
            replay.end();
            return new SimulationReport(
                    job.info().id(),
                    spec,
                    recording.volume(),
                    replay.periods(),
                    replay.sum(),
                    replay.shortestReturnS(),
                    notes(spec, recording, trial, replay));
        }
    }

    private TraceReplay.Stage stage(final SimulationSpec spec, final RecordingInfo recording, final AccessReader reader)
            throws IOException {
        final StageBuilder builder = new StageBuilder(reader.header(), volumes.balanced());
        if (spec.pools().isEmpty()) {
            return builder.onPools(
                    pools.pools(), pools.usage(), balance.status().settings().excludedPools());
        }
        try (AccessReader ahead = new AccessReader(Path.of(recording.file()))) {
            return builder.onVirtual(spec.pools(), ahead);
        }
    }

    private static PolicyAnswer<BalancePlan> ask(
            final PolicyTrial<BalancingPolicy> trial, final BalancePicture picture) {
        try {
            return trial.ask(policy -> policy.plan(picture), BalancePlans::wrong)
                    .toCompletableFuture()
                    .get(ANSWER_LIMIT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException | TimeoutException stopping) {
            throw new StorageException(
                    Code.UNAVAILABLE, "policies are not asked any more: member is stopping", stopping);
        } catch (final ExecutionException failed) {
            throw new StorageException(Code.IO, "policy cannot be asked: " + failed.getCause(), failed.getCause());
        }
    }

    private static List<String> notes(
            final SimulationSpec spec,
            final RecordingInfo recording,
            final PolicyTrial<BalancingPolicy> trial,
            final TraceReplay replay) {
        final List<String> notes = new ArrayList<>();
        if (!trial.fence().isEmpty()) {
            notes.add("policy " + spec.policy() + " was fenced for this simulation: " + trial.fence()
                    + "; nothing was planned from then on");
        }
        if (recording.sampleOneIn() > 1) {
            notes.add("one page in " + recording.sampleOneIn()
                    + " was recorded: pages and bytes moved stand for so many times as many as were simulated");
        }
        if (recording.droppedAccesses() > 0) {
            notes.add("accesses that were not recorded for want of time: " + recording.droppedAccesses());
        }
        if (recording.unreadableBytes() > 0) {
            notes.add("the recording ends early: bytes that cannot be read: " + recording.unreadableBytes());
        }
        if (replay.lostWrites() > 0) {
            notes.add("writes that found no room in any pool and were left out: " + replay.lostWrites());
        }
        return notes;
    }

    private void keep(final SimulationReport report) {
        synchronized (reports) {
            reports.addFirst(report);
            if (reports.size() > REPORTS_MAX) {
                reports.removeLast();
            }
        }
    }

    @Override
    public List<SimulationReport> reports() {
        synchronized (reports) {
            return List.copyOf(reports);
        }
    }
}
