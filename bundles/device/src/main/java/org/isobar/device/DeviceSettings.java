package org.isobar.device;

import java.util.ArrayList;
import java.util.List;
import org.isobar.common.Check;
import org.isobar.device.health.HealthSettings;
import org.isobar.device.smart.SmartSettings;

/**
 * Settings of the device component.
 *
 * @param scanPaths absolute folders, files and globs
 * @param scanIntervalMs time between two looks at them
 * @param chunkletBytes chunklet length of devices added from now on; power of two
 * @param engine {@code auto}, {@code io_uring} or {@code filechannel}
 * @param direct whether to go round the page cache
 * @param health how patient the member is with its devices
 * @param smart how devices are asked how they are
 * @param checksums whether devices added from now on keep checksums
 */
record DeviceSettings(
        List<String> scanPaths,
        long scanIntervalMs,
        long chunkletBytes,
        String engine,
        boolean direct,
        HealthSettings health,
        SmartSettings smart,
        boolean checksums) {
    static final String AUTO = "auto";

    private static final int MIN_INTERVAL_MS = 50;
    private static final int MAX_INTERVAL_MS = 3_600_000;
    private static final int MIN_CHUNKLET_BYTES = 1 << 20;
    private static final int MAX_CHUNKLET_BYTES = 1 << 30;

    DeviceSettings {
        scanPaths = List.copyOf(scanPaths);
        Check.range("scan.interval.ms", scanIntervalMs, MIN_INTERVAL_MS, MAX_INTERVAL_MS);
        Check.range("chunklet.bytes", chunkletBytes, MIN_CHUNKLET_BYTES, MAX_CHUNKLET_BYTES);
        Check.powerOfTwo("chunklet.bytes", (int) chunkletBytes);
        if (!List.of(AUTO, RingDeviceIo.ENGINE, ChannelDeviceIo.ENGINE).contains(engine)) {
            throw new IllegalArgumentException("engine: must be auto, io_uring or filechannel, is " + engine);
        }
    }

    /** With the usual patience, but for failed writes. */
    DeviceSettings(
            final List<String> scanPaths,
            final long scanIntervalMs,
            final long chunkletBytes,
            final String engine,
            final boolean direct,
            final int writeErrorLimit) {
        this(
                scanPaths,
                scanIntervalMs,
                chunkletBytes,
                engine,
                direct,
                HealthSettings.DEFAULT.withWriteErrorLimit(writeErrorLimit),
                SmartSettings.OFF,
                true);
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
