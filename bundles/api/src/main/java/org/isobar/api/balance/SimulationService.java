package org.isobar.api.balance;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.isobar.common.job.JobInfo;

/**
 * Tries balancing policies with recordings on virtual devices: nothing is moved. Any thread but a lane's may call; failures are
 * {@link org.isobar.api.StorageException}, thrown or ending the stage.
 */
public interface SimulationService {
    /** Reports that are remembered. */
    int REPORTS_MAX = 8;

    /** What is taken for a simulation of a recording of which nothing else is said: the settings of balancing. */
    SimulationSpec defaults(int recording);

    /**
     * Begins a simulation, which is a job: it has progress and can be cancelled, and when it is done there is a report.
     *
     * @return ends as INVALID naming the field, as NOT_FOUND for a recording that is not there, as CONFLICT while it goes on,
     *     while another simulation runs, or when the policy is fenced
     */
    CompletionStage<JobInfo> start(SimulationSpec spec);

    /** The last reports, newest first; lost at a restart. */
    List<SimulationReport> reports();
}
