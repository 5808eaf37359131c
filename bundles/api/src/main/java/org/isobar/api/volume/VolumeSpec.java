package org.isobar.api.volume;

/**
 * A volume to create.
 *
 * @param name 1 to 63 of lower-case letters, digits, dash and dot, beginning and ending with a letter or digit (it
 *     becomes the tail of the target's iSCSI name)
 * @param sizeBytes multiple of 512, 1 MiB to 1 PiB
 * @param pool pool name, or null to let {@code policy} choose
 * @param policy name of a VolumeAllocator, or null for the default one
 * @param pageBytes page length, a power of two, or 0 for the default of 4 MiB (8192 blocks)
 * @param verifyReads whether reads are compared with the checksums kept of what was written
 * @param allocation how its pages find their pools; anything but {@link AllocationSpec#WHOLE} excludes {@code pool}
 * @param service name of a service, or conditions like {@code read-iops>=5000,failures>=1}, that the pool is to satisfy, the
 *     cheapest one that does; excludes pool, policy and allocation; null for none
 */
public record VolumeSpec(
        String name,
        long sizeBytes,
        String pool,
        String policy,
        int pageBytes,
        boolean verifyReads,
        AllocationSpec allocation,
        String service) {
    /** A volume that asks for no service. */
    public VolumeSpec(
            final String name,
            final long sizeBytes,
            final String pool,
            final String policy,
            final int pageBytes,
            final boolean verifyReads,
            final AllocationSpec allocation) {
        this(name, sizeBytes, pool, policy, pageBytes, verifyReads, allocation, null);
    }

    /** A volume in one pool. */
    public VolumeSpec(
            final String name,
            final long sizeBytes,
            final String pool,
            final String policy,
            final int pageBytes,
            final boolean verifyReads) {
        this(name, sizeBytes, pool, policy, pageBytes, verifyReads, AllocationSpec.WHOLE);
    }

    /** A volume whose reads are verified. */
    public VolumeSpec(
            final String name, final long sizeBytes, final String pool, final String policy, final int pageBytes) {
        this(name, sizeBytes, pool, policy, pageBytes, true);
    }
}
