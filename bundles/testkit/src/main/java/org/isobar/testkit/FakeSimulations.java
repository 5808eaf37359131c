package org.isobar.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.SimulationReport;
import org.isobar.api.balance.SimulationReport.Period;
import org.isobar.api.balance.SimulationReport.PoolService;
import org.isobar.api.balance.SimulationReport.Service;
import org.isobar.api.balance.SimulationService;
import org.isobar.api.balance.SimulationSpec;
import org.isobar.api.recording.RecordingService;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.Jobs;

/**
 * Simulations that are over at once, for tests of the skins: with policy {@code adaptive} there is a report of one period, with
 * any other the job has failed.
 */
final class FakeSimulations implements SimulationService {
    private final List<SimulationReport> reports = new ArrayList<>();
    private final RecordingService recordings;
    private final Jobs jobs;

    FakeSimulations(final RecordingService recordings, final Jobs jobs) {
        this.recordings = recordings;
        this.jobs = jobs;
    }

    @Override
    public SimulationSpec defaults(final int recording) {
        return new SimulationSpec(recording, "adaptive", 60, 32L << 20, 16, 100, List.of());
    }

    @Override
    public CompletionStage<JobInfo> start(final SimulationSpec spec) {
        if (recordings.recordings().stream().noneMatch(one -> one.id() == spec.recording())) {
            return CompletableFuture.failedFuture(
                    new StorageException(Code.NOT_FOUND, "no such recording: id=" + spec.recording()));
        }
        final Job job = jobs.start("simulate", "recording=" + spec.recording(), 1, "bytes");
        if (spec.policy().equals("adaptive")) {
            reports.add(0, report(job.info().id(), spec));
            job.done();
        } else {
            job.failed("nobody knows why");
        }
        return CompletableFuture.completedFuture(job.info());
    }

    private static SimulationReport report(final long job, final SimulationSpec spec) {
        final PoolService pool = new PoolService("A", 1, 0.5, 0.25, 7);
        final Period period = new Period(
                0,
                1000,
                new Service(200, 5),
                new Service(100, 10),
                new Service(250, 4),
                "adaptive",
                "saves a lot",
                3,
                2,
                8 << 20,
                1,
                List.of(pool));
        return new SimulationReport(job, spec, "v", List.of(period), period, 90, List.of("heed this"));
    }

    @Override
    public List<SimulationReport> reports() {
        return List.copyOf(reports);
    }
}
