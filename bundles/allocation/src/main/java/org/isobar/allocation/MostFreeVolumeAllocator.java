package org.isobar.allocation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.isobar.spi.allocation.VolumeAllocator;
import org.osgi.service.component.annotations.Component;

/**
 * The pool with the most free space, a healthy one if any has room; of equal ones the first by name. Evens out how full
 * the pools are, and with it the load.
 */
@Component(property = VolumeAllocator.POLICY_NAME + "=" + MostFreeVolumeAllocator.NAME)
public final class MostFreeVolumeAllocator implements VolumeAllocator {
    /** What operators call it. */
    public static final String NAME = "most-free";

    private static final Comparator<Candidate> WORST_FIRST = Comparator.comparing(Candidate::healthy)
            .thenComparingLong(Candidate::freeBytes)
            .thenComparing(Candidate::name, Comparator.reverseOrder());

    @Override
    public Optional<String> choose(final List<Candidate> pools, final long sizeBytes) {
        return pools.stream()
                .filter(pool -> pool.freeBytes() >= sizeBytes)
                .max(WORST_FIRST)
                .map(Candidate::name);
    }
}
