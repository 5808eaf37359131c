package org.isobar.volume;

import java.util.regex.Pattern;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.volume.AllocationSpec;
import org.isobar.api.volume.VolumeSpec;

/** Refuses volumes that cannot be, naming the field and its bounds. */
final class VolumeSpecCheck {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final int BLOCK_BYTES = 512;
    private static final long MIN_SIZE_BYTES = 1L << 20;
    private static final long MAX_SIZE_BYTES = 1L << 50;
    private static final int MIN_PAGE_BYTES = 1 << 16;
    private static final int MAX_PAGE_BYTES = 1 << 30;

    private VolumeSpecCheck() {}

    static void check(final VolumeSpec spec) {
        if (spec.name() == null || !NAME.matcher(spec.name()).matches()) {
            throw invalid(
                    "name: must be 1 to 63 of lower-case letters, digits, dash and dot, beginning and ending with a"
                            + " letter or digit, is " + spec.name());
        }
        checkSize(spec.sizeBytes(), MIN_SIZE_BYTES);
        if (spec.pool() != null && spec.policy() != null) {
            throw invalid("policy: must be absent when pool is given, is " + spec.policy());
        }
        final AllocationSpec allocation = spec.allocation();
        if (spec.pool() != null && !allocation.equals(AllocationSpec.WHOLE)) {
            throw invalid("pool: must be absent when an allocation or pools are given, is " + spec.pool());
        }
        if (spec.policy() != null && (allocation.unit() != Unit.VOLUME || allocation.policy() != null)) {
            throw invalid("policy: must be absent when an allocation is given, is " + spec.policy());
        }
        if (spec.service() != null
                && (spec.pool() != null || spec.policy() != null || !allocation.equals(AllocationSpec.WHOLE))) {
            throw invalid("service: must be absent when a pool, policy or allocation is given, is " + spec.service());
        }
        if (spec.pageBytes() != 0
                && (spec.pageBytes() < MIN_PAGE_BYTES
                        || spec.pageBytes() > MAX_PAGE_BYTES
                        || Integer.bitCount(spec.pageBytes()) != 1)) {
            throw invalid("pageBytes: must be 0 or a power of two from " + MIN_PAGE_BYTES + " to " + MAX_PAGE_BYTES
                    + ", is " + spec.pageBytes());
        }
    }

    static void checkSize(final long sizeBytes, final long minBytes) {
        if (sizeBytes < minBytes || sizeBytes > MAX_SIZE_BYTES || sizeBytes % BLOCK_BYTES != 0) {
            throw invalid("sizeBytes: must be a multiple of " + BLOCK_BYTES + " from " + minBytes + " to "
                    + MAX_SIZE_BYTES + ", is " + sizeBytes);
        }
    }

    private static StorageException invalid(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
