package org.isobar.pool.log;

import org.isobar.common.Check;

/**
 * Limits of the metadata log.
 *
 * @param queuedRecordsMax records waiting to be written, beyond which an append ends in BUSY
 * @param queuedBytesMax bytes of these
 * @param batchBytesMax longest batch; cut to a quarter of a half where system areas are small
 */
public record LogSettings(int queuedRecordsMax, int queuedBytesMax, int batchBytesMax) {
    /** What a member uses. */
    public static final LogSettings DEFAULT = new LogSettings(16_384, 8 << 20, 256 << 10);

    public LogSettings {
        Check.range("queued.records", queuedRecordsMax, 1, 1 << 20);
        Check.range("queued.bytes", queuedBytesMax, 4096, 1 << 30);
        Check.range("batch.bytes", batchBytesMax, 8192, 256 << 10);
    }
}
