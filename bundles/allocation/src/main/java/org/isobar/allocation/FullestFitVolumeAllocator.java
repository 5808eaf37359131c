package org.isobar.allocation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.isobar.spi.allocation.VolumeAllocator;
import org.osgi.service.component.annotations.Component;

/**
 * The pool with the least free space that the volume still fits in, a healthy one if any has room; of equal ones the
 * first by name. Fills pools one after the other and so keeps room for large volumes.
 */
@Component(property = VolumeAllocator.POLICY_NAME + "=" + FullestFitVolumeAllocator.NAME)
public final class FullestFitVolumeAllocator implements VolumeAllocator {
    /** What operators call it. */
    public static final String NAME = "fullest-fit";

    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparing(
                    Candidate::healthy, Comparator.reverseOrder())
            .thenComparingLong(Candidate::freeBytes)
            .thenComparing(Candidate::name);

    @Override
    public Optional<String> choose(final List<Candidate> pools, final long sizeBytes) {
        return pools.stream()
                .filter(pool -> pool.freeBytes() >= sizeBytes)
                .min(BEST_FIRST)
                .map(Candidate::name);
    }
}
