package org.isobar.common.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.isobar.common.time.Clock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** All jobs of this member: the running ones and the last {@value #ENDED_LIMIT} that ended. Any thread may call. */
@Component(service = Jobs.class)
public final class Jobs {
    private static final int ENDED_LIMIT = 256;

    private final Clock clock;
    private final Deque<Job> jobs = new ArrayDeque<>();
    private long lastId;

    @Activate
    public Jobs(@Reference final Clock clock) {
        this.clock = clock;
    }

    /** Registers a job that starts now. */
    public synchronized Job start(final String kind, final String subject, final long totalUnits, final String unit) {
        lastId++;
        final Job job = new Job(
                clock,
                new JobInfo(lastId, kind, subject, JobState.RUNNING, 0, totalUnits, unit, clock.wallMs(), 0, "", 0, 0));
        jobs.addLast(job);
        forgetOldest();
        return job;
    }

    /** Newest first. */
    public synchronized List<JobInfo> all() {
        final List<JobInfo> infos = new ArrayList<>(jobs.size());
        jobs.forEach(job -> infos.add(job.info()));
        infos.sort(Comparator.comparingLong(JobInfo::id).reversed());
        return infos;
    }

    /** The job with this id, if it is still remembered. */
    public synchronized Optional<Job> find(final long id) {
        return jobs.stream().filter(job -> job.id() == id).findFirst();
    }

    private void forgetOldest() {
        long ended = jobs.stream().filter(job -> !job.running()).count();
        final Iterator<Job> oldestFirst = jobs.iterator();
        while (ended > ENDED_LIMIT && oldestFirst.hasNext()) {
            if (!oldestFirst.next().running()) {
                oldestFirst.remove();
                ended--;
            }
        }
    }
}
