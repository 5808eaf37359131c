package org.isobar.device.health;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class LatencyScaleTest {
    @Test
    public void everyTimeLiesInOneBucketNotAboveItsBound() {
        long ns = 1;
        int before = 0;
        while (ns < 60_000_000_000L) {
            final int bucket = LatencyScale.bucket(ns);
            assertTrue("ns=" + ns, bucket >= before && bucket - before <= 1);
            assertTrue("ns=" + ns, ns < LatencyScale.upperNs(bucket));
            assertTrue("ns=" + ns, bucket == 0 || ns >= LatencyScale.upperNs(bucket - 1));
            before = bucket;
            ns += Math.max(1, ns / 97);
        }
    }

    @Test
    public void boundsAreAtMostAQuarterApart() {
        for (int bucket = 1; bucket < LatencyScale.BUCKETS; bucket++) {
            final double ratio = (double) LatencyScale.upperNs(bucket) / LatencyScale.upperNs(bucket - 1);
            assertTrue("bucket=" + bucket, ratio > 1 && ratio <= 1.25);
        }
    }

    @Test
    public void theSlowestBucketTakesAllThatIsSlower() {
        assertEquals(LatencyScale.BUCKETS - 1, LatencyScale.bucket(Long.MAX_VALUE));
        assertEquals(0, LatencyScale.bucket(0));
    }
}
