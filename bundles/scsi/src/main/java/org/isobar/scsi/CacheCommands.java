package org.isobar.scsi;

import org.isobar.api.block.IoStatus;

/** SYNCHRONIZE CACHE (10) and (16) (SBC-3 §5.26, §5.27), PRE-FETCH (10) and (16) (§5.8). */
final class CacheCommands {
    private CacheCommands() {}

    /** Flushes the whole volume, whatever the range; with IMMED too the answer comes after the flush, an honest one. */
    static void synchronizeCache(final CommandRun run, final IoStatus none) {
        if (BlockCommands.decodeRange(run, Long.MAX_VALUE)) {
            run.flush(CacheCommands::flushed);
        }
    }

    private static void flushed(final CommandRun run, final IoStatus status) {
        if (status == IoStatus.OK) {
            run.good();
        } else {
            run.fail(status, SenseCode.WRITE_ERROR);
        }
    }

    /** Transfers nothing into a cache, which GOOD (rather than CONDITION MET) tells. */
    static void preFetch(final CommandRun run, final IoStatus none) {
        if (BlockCommands.decodeRange(run, Long.MAX_VALUE)) {
            run.good();
        }
    }
}
