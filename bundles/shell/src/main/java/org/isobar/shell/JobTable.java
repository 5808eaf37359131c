package org.isobar.shell;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.common.job.JobInfo;

/** Jobs for people. */
final class JobTable {
    private static final String BYTES = "bytes";
    private static final double MIB = 1 << 20;

    private JobTable() {}

    static void print(final List<JobInfo> jobs) {
        final ShellTable table = new ShellTable();
        table.column("Id").alignRight();
        table.column("Kind");
        table.column("Subject");
        table.column("State");
        table.column("Progress").alignRight();
        table.column("Rate").alignRight();
        table.column("Since");
        table.column("Expected end");
        table.column("Message");
        jobs.forEach(job -> table.addRow()
                .addContent(
                        job.id(),
                        job.kind(),
                        job.subject(),
                        job.state(),
                        progress(job),
                        rate(job),
                        Instant.ofEpochMilli(job.startedWallMs()),
                        job.expectedEndWallMs() == 0 ? "" : Instant.ofEpochMilli(job.expectedEndWallMs()),
                        job.message()));
        table.emptyTableText("No jobs").print(System.out);
    }

    static void printStarted(final JobInfo job) {
        System.out.println("job " + job.id() + " started: " + job.kind() + " " + job.subject()
                + "; follow it with job:show " + job.id());
    }

    private static String rate(final JobInfo job) {
        if (job.unitsPerSecond() == 0) {
            return "";
        }
        return job.unit().equals(BYTES)
                ? String.format(Locale.ROOT, "%.1f MiB/s", job.unitsPerSecond() / MIB)
                : String.format(Locale.ROOT, "%.2f %s/s", job.unitsPerSecond(), job.unit());
    }

    private static String progress(final JobInfo job) {
        if (job.totalUnits() <= 0) {
            return "";
        }
        final double percent = 100.0 * job.doneUnits() / job.totalUnits();
        return String.format(Locale.ROOT, "%.1f %% of %d %s", percent, job.totalUnits(), job.unit());
    }
}
