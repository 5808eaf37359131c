package org.isobar.common.job;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.isobar.common.time.Clock;
import org.junit.Test;

public class JobsTest {
    private long nowMs = 1000;

    private final Jobs jobs = new Jobs(new Clock() {
        @Override
        public long nanoTime() {
            return nowMs * 1_000_000;
        }

        @Override
        public long wallMs() {
            return nowMs;
        }
    });

    @Test
    public void startedJobShowsItsProgress() {
        final Job job = jobs.start("rebuild", "set=3", 0, "bytes");
        job.total(100);
        job.advance(30);
        job.advance(12);
        final JobInfo info = job.info();
        assertEquals(JobState.RUNNING, info.state());
        assertEquals(42, info.doneUnits());
        assertEquals(100, info.totalUnits());
        assertEquals(1000, info.startedWallMs());
        assertEquals(0, info.endedWallMs());
        assertEquals(info, jobs.find(info.id()).orElseThrow().info());
    }

    @Test
    public void tellsItsRateOfLateAndWhenItWillEnd() {
        final Job job = jobs.start("rebuild", "set=3", 1000, "bytes");
        assertEquals(0, job.info().unitsPerSecond(), 0);
        assertEquals(0, job.info().expectedEndWallMs());
        for (int second = 0; second < 40; second++) {
            nowMs += 1000;
            job.advance(second < 20 ? 1 : 10);
        }
        assertEquals(10, job.info().unitsPerSecond(), 0.01);
        // 780 are left.
        assertEquals(78_000, job.info().expectedEndWallMs() - nowMs);
        nowMs += 1_000_000;
        assertTrue(job.info().unitsPerSecond() < 1);
        job.done();
        assertEquals(0, job.info().unitsPerSecond(), 0);
        assertEquals(0, job.info().expectedEndWallMs());
    }

    @Test
    public void firstEndCounts() {
        final Job job = jobs.start("scrub", "set=1", 5, "stripes");
        nowMs = 2000;
        job.failed("device lost");
        nowMs = 3000;
        job.done();
        job.cancelled();
        assertEquals(JobState.FAILED, job.info().state());
        assertEquals("device lost", job.info().message());
        assertEquals(2000, job.info().endedWallMs());
    }

    @Test
    public void cancelIsOnlyARequest() {
        final Job job = jobs.start("scrub", "set=1", 5, "stripes");
        assertFalse(job.cancelRequested());
        job.requestCancel();
        assertTrue(job.cancelRequested());
        assertEquals(JobState.RUNNING, job.info().state());
        job.cancelled();
        assertEquals(JobState.CANCELLED, job.info().state());
    }

    @Test
    public void newestComesFirst() {
        final long first = jobs.start("a", "", 0, "").info().id();
        final long second = jobs.start("b", "", 0, "").info().id();
        assertEquals(second, jobs.all().get(0).id());
        assertEquals(first, jobs.all().get(1).id());
    }

    @Test
    public void oldestEndedJobsAreForgottenButNeverRunningOnes() {
        final Job running = jobs.start("running", "", 0, "");
        for (int i = 0; i < 300; i++) {
            jobs.start("ended", "", 0, "").done();
        }
        jobs.start("last", "", 0, "");
        assertEquals(256 + 2, jobs.all().size());
        assertTrue(jobs.find(running.info().id()).isPresent());
        assertFalse(jobs.find(running.info().id() + 1).isPresent());
    }
}
