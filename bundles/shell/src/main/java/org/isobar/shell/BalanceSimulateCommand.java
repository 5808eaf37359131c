package org.isobar.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.StorageException;
import org.isobar.api.balance.SimulatedPool;
import org.isobar.api.balance.SimulationReport;
import org.isobar.api.balance.SimulationService;
import org.isobar.api.balance.SimulationSpec;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.common.job.Jobs;

/** Tries a balancing policy on a recording. */
@Service
@Command(
        scope = "balance",
        name = "simulate",
        description =
                "Tries a balancing policy on a recording of accesses and tells what service it would give and what"
                        + " it would move; moves nothing")
public final class BalanceSimulateCommand extends ShowCommand<SimulationReport> {
    private static final long LOOK_MS = 100;
    private static final double PERCENT = 100;

    @Reference
    private SimulationService simulations;

    @Reference
    private Jobs jobs;

    @Argument(name = "recording", description = "Number of a recording, see volume:record list", required = true)
    @Completion(RecordingSubjects.class)
    private String recording;

    @Option(name = "--policy", description = "Which; the one that balancing is set to when not given")
    private String policy;

    @Option(
            name = "--pool",
            description = "A virtual pool, NAME=IOPS,LATENCY,PAGES or NAME=READS/WRITES,LATENCY,PAGES: requests per"
                    + " second, us, pages that it holds; the member's pools when none is given",
            multiValued = true)
    private List<String> pools = List.of();

    @Option(name = "--period", description = "Seconds after which the policy is asked again, a multiple of 10")
    private String period;

    @Option(name = "--rate", description = "Copied per second at most, e.g. 32M; that of balancing when not given")
    private String rate;

    @Option(name = "--clients", description = "Each has one request out at any time, 1 to 1024; 16 when not given")
    private String clients;

    @Option(name = "--speed", description = "How fast the recording is replayed, 0.01 to 100; 1 when not given")
    private String speed;

    @Override
    protected SimulationReport fetch() throws CommandException {
        final SimulationSpec standard = simulations.defaults(RecordingIds.parse(recording));
        final List<SimulatedPool> virtual = new ArrayList<>();
        for (final String text : pools) {
            virtual.add(SimulatedPoolText.parse(text));
        }
        final JobInfo job = await(simulations.start(new SimulationSpec(
                standard.recording(),
                policy == null ? standard.policy() : policy,
                period == null ? standard.periodS() : (int) SimulatedPoolText.number("--period", period),
                rate == null ? standard.bytesPerSecond() : Size.parse("--rate", rate),
                clients == null ? standard.clients() : (int) SimulatedPoolText.number("--clients", clients),
                speed == null
                        ? standard.speedPercent()
                        : (int) Math.round(PERCENT * SimulatedPoolText.number("--speed", speed)),
                virtual)));
        return report(job.id());
    }

    /** Waits for the end of a job; interrupted, it asks the job to stop. */
    private SimulationReport report(final long id) throws CommandException {
        final Job job = jobs.find(id).orElseThrow(() -> unknown("job", id));
        while (job.info().state() == JobState.RUNNING) {
            try {
                Thread.sleep(LOOK_MS);
            } catch (final InterruptedException stopped) {
                job.requestCancel();
                Thread.currentThread().interrupt();
                throw new CommandException("interrupted; simulation cancelled: job=" + id);
            }
        }
        if (job.info().state() != JobState.DONE) {
            throw new StorageException(
                    StorageException.Code.CONFLICT,
                    "simulation " + job.info().state() + ": " + job.info().message());
        }
        return simulations.reports().stream()
                .filter(report -> report.job() == id)
                .findFirst()
                .orElseThrow(() -> unknown("report", id));
    }

    @Override
    protected void print(final SimulationReport report) {
        SimulationText.print(report);
    }
}
