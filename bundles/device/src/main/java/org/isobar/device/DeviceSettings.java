package org.isobar.device;

import java.util.ArrayList;
import java.util.List;
import org.isobar.common.Check;

/**
 * Settings of the device component.
 *
 * @param scanPaths absolute folders, files and globs
 * @param scanIntervalMs time between two looks at them
 * @param chunkletBytes chunklet length of devices added from now on; power of two
 * @param engine {@code auto}, {@code io_uring} or {@code filechannel}
 * @param direct whether to go round the page cache
 * @param writeErrorLimit failed writes in a row after which a device is given up
 */
record DeviceSettings(
        List<String> scanPaths,
        long scanIntervalMs,
        long chunkletBytes,
        String engine,
        boolean direct,
        int writeErrorLimit) {
    static final String AUTO = "auto";

    private static final int MIN_INTERVAL_MS = 50;
    private static final int MAX_INTERVAL_MS = 3_600_000;
    private static final int MIN_CHUNKLET_BYTES = 1 << 20;
    private static final int MAX_CHUNKLET_BYTES = 1 << 30;
    private static final int MAX_WRITE_ERROR_LIMIT = 1_000_000;

    DeviceSettings {
        scanPaths = List.copyOf(scanPaths);
        Check.range("scan.interval.ms", scanIntervalMs, MIN_INTERVAL_MS, MAX_INTERVAL_MS);
        Check.range("chunklet.bytes", chunkletBytes, MIN_CHUNKLET_BYTES, MAX_CHUNKLET_BYTES);
        Check.powerOfTwo("chunklet.bytes", (int) chunkletBytes);
        Check.range("write.error.limit", writeErrorLimit, 1, MAX_WRITE_ERROR_LIMIT);
        if (!List.of(AUTO, RingDeviceIo.ENGINE, ChannelDeviceIo.ENGINE).contains(engine)) {
            throw new IllegalArgumentException("engine: must be auto, io_uring or filechannel, is " + engine);
        }
    }

    /** Reads path lists as people write them: several entries, or one with commas. */
    static List<String> paths(final String... entries) {
        final List<String> paths = new ArrayList<>();
        for (final String entry : entries) {
            for (final String path : entry.split(",", -1)) {
                if (!path.isBlank()) {
                    paths.add(path.strip());
                }
            }
        }
        return paths;
    }
}
