package org.isobar.spi.allocation;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Chooses the pool that holds a whole volume (volume-based allocation). Called off the data path. Pure: the answer
 * depends only on the arguments, so a policy may be swapped between two calls and a decision replayed.
 */
@ConsumerType
public interface VolumeAllocator {
    /** Service property naming this policy, the value operators give when they create a volume. */
    String POLICY_NAME = "policy.name";

    /**
     * The pool for a new volume, or empty when none fits.
     *
     * @param pools candidates, a snapshot; never empty
     * @param sizeBytes length of the volume
     */
    Optional<String> choose(List<Candidate> pools, long sizeBytes);

    /**
     * One pool.
     *
     * @param name its name
     * @param level its RAID level
     * @param freeBytes data bytes free or growable
     * @param healthy whether all its sets are HEALTHY
     */
    record Candidate(String name, String level, long freeBytes, boolean healthy) {}
}
