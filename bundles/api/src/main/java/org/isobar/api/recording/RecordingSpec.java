package org.isobar.api.recording;

import org.isobar.api.StorageException;

/**
 * A recording to start.
 *
 * @param volume name of the volume
 * @param seconds how long it goes on at most, 1 to 604800, or 0 for an hour
 * @param sampleOneIn one page in so many is recorded, with all its accesses: 1 to 1024, or 0 for every page
 * @param limitBytes length at which the file is full, 1048576 to 1073741824, or 0 for 64 MiB
 */
public record RecordingSpec(String volume, int seconds, int sampleOneIn, long limitBytes) {
    private static final int SECONDS_MAX = 604_800;
    private static final int SECONDS_DEFAULT = 3_600;
    private static final int SAMPLE_MAX = 1_024;
    private static final long LIMIT_MIN = 1L << 20;
    private static final long LIMIT_MAX = 1L << 30;
    private static final long LIMIT_DEFAULT = 64L << 20;

    /** Takes 0 for what it stands for; INVALID naming the field that is out of bounds. */
    public RecordingSpec {
        if (volume == null || volume.isEmpty()) {
            throw new StorageException(StorageException.Code.INVALID, "volume: must be the name of a volume");
        }
        seconds = (int) defaulted("seconds", seconds, 1, SECONDS_MAX, SECONDS_DEFAULT);
        sampleOneIn = (int) defaulted("sampleOneIn", sampleOneIn, 1, SAMPLE_MAX, 1);
        limitBytes = defaulted("limitBytes", limitBytes, LIMIT_MIN, LIMIT_MAX, LIMIT_DEFAULT);
    }

    private static long defaulted(
            final String field, final long value, final long min, final long max, final long standard) {
        if (value != 0 && (value < min || value > max)) {
            throw new StorageException(
                    StorageException.Code.INVALID, field + ": must be 0 or " + min + " to " + max + ", is " + value);
        }
        return value == 0 ? standard : value;
    }
}
