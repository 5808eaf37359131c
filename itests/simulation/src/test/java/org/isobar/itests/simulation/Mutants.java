package org.isobar.itests.simulation;

import java.util.List;
import java.util.Set;

/** All {@link Mutant}s, each a mistake that someone might make; docs/simulation.md says how soon they are found. */
final class Mutants {
    private static final String OK = "org.isobar.api.block.IoStatus.OK";
    private static final String ABORTED = "org.isobar.api.block.IoStatus.ABORTED";
    private static final String FAILED = "org.isobar.api.block.IoStatus.IO_ERROR";
    private static final String STATE = "org.isobar.api.device.HealthState.";
    private static final String HEALTH = "org.isobar.device.health.";
    private static final String RAID = "org.isobar.raid.";
    private static final String LOG = "org.isobar.pool.log.";
    private static final String STORE = "org.isobar.pool.store.";
    private static final String DONE = "java.util.concurrent.CompletableFuture.completedFuture";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "skip-set-flush",
                    "A flush of a RAID set reaches no device",
                    RAID + "FlushTask",
                    Mutant.before("start", "{ work.recycle(this); $3.flushed(" + OK + "); if (true) return; }")),
            new Mutant(
                    "skip-one-column-flush",
                    "A flush forgets the first column",
                    RAID + "AssembledSet",
                    Mutant.before("wrote", "if ($1 == 0) return;")),
            new Mutant(
                    "skip-metadata-flush",
                    "A flush does not reach the metadata log",
                    LOG + "LogDevice",
                    Mutant.instead("flush", "{ unflushed = false; $1.accept(" + OK + "); }")),
            new Mutant(
                    "fua-from-cache",
                    "A FUA write is acknowledged from the devices' caches",
                    RAID + "GroupTask",
                    Mutant.before("beginWrites", "$1 = false;")),
            new Mutant(
                    "fua-before-map-record",
                    "A FUA write is acknowledged before the map record of its page is on stable media",
                    LOG + "LogDevice",
                    Mutant.before("writeBatch", "$3 = false;")),
            new Mutant(
                    "fua-forgets-unsynced-map",
                    "A FUA write to a page that another write has just mapped does not sync the map record",
                    STORE + "PageTable",
                    Mutant.instead("unsynced", "return false;")),
            new Mutant(
                    "no-write-intent",
                    "Stripes are written without a mark in the write intent",
                    RAID + "IntentLog",
                    Mutant.after("enter", "$_ = true;")),
            new Mutant(
                    "forget-marks-at-start",
                    "What was marked at an unclean stop is not made consistent",
                    RAID + "IntentLog",
                    Mutant.before("restore", "$1 = 0L;")),
            new Mutant(
                    "checksums-after-mark",
                    "A mark goes before the checksums are on the device",
                    RAID + "SetSums",
                    Mutant.instead("write", "return " + DONE + "(Long.valueOf(0L));")),
            new Mutant(
                    "forget-stale-mark",
                    "A column that missed a write is not marked stale on stable media",
                    RAID + "ColumnKeeper",
                    Mutant.call("stale", "columnStale", "$_ = " + DONE + "(null);")),
            new Mutant(
                    "stale-parity-degraded",
                    "A write to a degraded stripe leaves its parity as it was",
                    RAID + "StripeChange",
                    Mutant.after("choose", "if ($2 != 0L && $_) source = org.isobar.raid.RedundancySource.NONE;")),
            new Mutant(
                    "parity-forgets-others",
                    "Parity is renewed from the new data alone",
                    RAID + "StripeChange",
                    Mutant.call("renewRedundancy", "addScratchExcept", "{}")),
            new Mutant(
                    "ignore-checksum",
                    "A checksum that does not match is taken for one that does",
                    RAID + "ColumnSums",
                    Mutant.instead("compare", "return org.isobar.raid.SumVerdict.RIGHT;")),
            new Mutant(
                    "mend-from-one-copy",
                    "A strip is mended from one of the others and not from all of them",
                    RAID + "SweepWorker",
                    Mutant.call("sumOfOthers", "into", "{}")),
            new Mutant(
                    "resume-ahead-of-work",
                    "A rebuild notes regions as done that are not, and a restart goes on behind them",
                    RAID + "StripeSweep",
                    Mutant.instead("doneRegions", "return doneRegions == 0L ? 0L : regions;")),
            new Mutant(
                    "resume-ahead-of-media",
                    "A rebuild notes regions as done before they are on stable media",
                    RAID + "CatchUp",
                    Mutant.instead("flush", "return " + DONE + "(" + OK + ");")),
            new Mutant(
                    "stream-hides-errors",
                    "Sequential writes that were made as one end well though that did not",
                    RAID + "GatheredWrite",
                    Mutant.before("completed", "$1 = " + OK + ";")),
            new Mutant(
                    "log-not-written",
                    "A small write is acknowledged although the log does not have it",
                    RAID + "BatchWrite",
                    Mutant.before("start", "if (!batch.isDurable()) { end(true); if (true) return; }")),
            new Mutant(
                    "log-not-flushed",
                    "A flush forgets what small writes have put in the log",
                    RAID + "BatchWrite$Replica",
                    Mutant.call("completed", "wrote", "{}")),
            new Mutant(
                    "past-log-unannounced",
                    "A whole stripe is overwritten before the log has on stable media what it held",
                    RAID + "JournalPart",
                    Mutant.instead("mustBeDurable", "{}")),
            new Mutant(
                    "ahead-of-announcement",
                    "A whole stripe is overwritten while what it held is on its way to the log",
                    RAID + "Announced",
                    Mutant.instead("isStable", "return covering($1) != null;")),
            new Mutant(
                    "past-log-forgets-new",
                    "The log is told what a whole stripe held, and never what it is to hold",
                    RAID + "PastWrites",
                    Mutant.call("addNew", "hashesAfter", "$_ = $0.hashesBefore();")),
            new Mutant(
                    "replay-forgets-past",
                    "A replay does not look at the stripes that went past the log",
                    RAID + "GroupReplay",
                    Mutant.instead("collectRows", "{}")),
            new Mutant(
                    "partial-parity-late",
                    "A part of a stripe is overwritten before the log has on stable media what the rest of it gives",
                    RAID + "LogEntry",
                    Mutant.after("isDurable", "if (partial) $_ = false;")),
            new Mutant(
                    "partial-parity-unsettled",
                    "Partial parity is logged of what is not on stable media in its place",
                    RAID + "PartialWrites",
                    Mutant.instead("rows", "return java.util.List.of();")),
            new Mutant(
                    "partial-parity-forgets-new",
                    "The log is never told what a part of a stripe is to hold",
                    RAID + "PartialRows",
                    Mutant.call("add", "hashAfter", "$_ = $0.hashBefore($1);")),
            new Mutant(
                    "replay-forgets-partials",
                    "A replay does not look at the stripes that the log has partial parity of",
                    RAID + "PartialRows",
                    Mutant.instead("tellsOf", "return false;")),
            new Mutant(
                    "round-before-data",
                    "Redundancy is logged for data of the log that is not on stable media yet",
                    RAID + "RoundWrites",
                    Mutant.instead("flush", "{ isFlushed = true; flushed.run(); }")),
            new Mutant(
                    "replay-forgets-rounds",
                    "A replay does not make what was on its way from the log to its place",
                    RAID + "ReplayedBlocks",
                    Mutant.instead("has", "return false;")),
            new Mutant(
                    "replay-puts-older-back",
                    "A replay writes what is older over what was brought to its place for good",
                    RAID + "PlacedRows",
                    Mutant.instead("has", "return false;")),
            new Mutant(
                    "slot-stays-open",
                    "A slot takes in blocks that are newer than what later slots bring to its place",
                    RAID + "SmallWrites",
                    Mutant.instead("close", "{}")),
            new Mutant(
                    "slots-given-twice",
                    "Small writes are being logged before the log has taken note of which slots they have",
                    RAID + "GroupLog",
                    Mutant.both(
                            Mutant.call("pumpSmall", "write", "{}"),
                            Mutant.call("pumpSmall", "take", "{ $_ = $proceed($$); $0.write(); }"))),
            new Mutant(
                    "log-ends-where-it-begins",
                    "What an entry has put in further slots of the log is forgotten with its first",
                    RAID + "LoggedStripes",
                    Mutant.before("logged", "$2 = $1.sequence();")),
            new Mutant(
                    "read-without-log",
                    "A read takes what lies in place for the newest",
                    RAID + "KeptBlocks",
                    Mutant.instead("any", "return false;")),
            new Mutant(
                    "destage-without-parity",
                    "What is brought from the log to its place leaves parity as it was",
                    RAID + "StripeChange",
                    Mutant.after(
                            "choose",
                            "if ($_ && ((Object) this) instanceof " + RAID + "GroupWrite && ((" + RAID
                                    + "GroupWrite) (Object) this).destages()) source = " + RAID
                                    + "RedundancySource.NONE;")),
            new Mutant(
                    "replay-forgets-kept",
                    "A replay passes over what was not in its place yet",
                    RAID + "KeptSlots",
                    Mutant.instead("found", "{}")),
            new Mutant(
                    "kept-for-ever",
                    "What was written in place does not take the place of what the log keeps",
                    RAID + "KeptSlots",
                    Mutant.instead("placed", "{}")),
            new Mutant(
                    "skip-zeroing",
                    "A slot is given to another page without having been zeroed",
                    STORE + "SlotCleaner$SetCleaner",
                    Mutant.call("zeroNext", "submit", "$1.complete(" + OK + ");")),
            new Mutant(
                    "skip-flush-after-zeroing",
                    "A zeroed slot is free before the zeros are on stable media",
                    STORE + "SlotCleaner$SetCleaner$FlushAfterZero",
                    Mutant.call("start", "submit", "$1.complete(" + OK + ");")),
            new Mutant(
                    "move-writes-old-place",
                    "A write during a move is not made in the new place",
                    STORE + "PageMove$Change",
                    Mutant.instead("changeNew", "{ toStatus = " + OK + "; answered(); }")),
            new Mutant(
                    "move-before-flush",
                    "A move is recorded before the copy is on stable media",
                    STORE + "PageMove",
                    Mutant.call("nextStep", "flush", "$3.accept(" + OK + ");")),
            new Mutant(
                    "move-before-drain",
                    "A page is copied while a writer that knows nothing of the move is still on its way",
                    STORE + "LiveSet",
                    Mutant.instead("writersGoneOrAwaited", "return true;")),
            new Mutant(
                    "move-frees-first",
                    "The old place of a page is freed before the record of the move",
                    STORE + "PageMove",
                    Mutant.before("flushed", "moves.cleaner().clean(places.from(), places.fromSlot(), new Thread());")),
            new Mutant(
                    "no-log-tail-check",
                    "The last batch of the metadata log counts even if it was torn",
                    LOG + "BatchBlock",
                    Mutant.instead("intact", "return true;")),
            new Mutant(
                    "checkpoint-header-first",
                    "The header of a checkpoint is written before the state and not after it",
                    LOG + "LogDevice$CheckpointWrite",
                    Mutant.call("step", "zero", "$0.write($1, $2, (int) $3, image, 0, true);")),
            new Mutant(
                    "reuse-after-abort",
                    "A read that a device did not answer is read from the others into the same buffer",
                    RAID + "ReadPart",
                    Mutant.before("completed", "if ($1 == " + ABORTED + ") $1 = " + FAILED + ";")),
            new Mutant(
                    "buffer-not-kept",
                    "The buffer of a request that was given up is free before the device has done with it",
                    HEALTH + "WatchedIo",
                    Mutant.call("giveUp", "retain", "$_ = null;")),
            new Mutant(
                    "slow-is-dead",
                    "A slow device is failed",
                    HEALTH + "HealthRules",
                    Mutant.after("state", "if ($_ == " + STATE + "SLOW) $_ = " + STATE + "FAILED;")),
            new Mutant(
                    "no-hold-off",
                    "A device that comes and goes is let in at once each time",
                    HEALTH + "HoldOff",
                    Mutant.instead("pauseNs", "return 0L;")),
            new Mutant(
                    "fail-the-last",
                    "A device is failed although a RAID set needs it",
                    STORE + "DeviceNeeds",
                    Mutant.instead("of", "return \"\";")));

    /** Mistakes that only members with write logs can make. */
    static final Set<String> NEED_LOG = Set.of(
            "log-not-written",
            "log-not-flushed",
            "past-log-unannounced",
            "partial-parity-late",
            "partial-parity-unsettled",
            "partial-parity-forgets-new",
            "replay-forgets-partials",
            "ahead-of-announcement",
            "past-log-forgets-new",
            "replay-forgets-past",
            "round-before-data",
            "replay-forgets-rounds",
            "replay-puts-older-back",
            "slot-stays-open",
            "slots-given-twice",
            "log-ends-where-it-begins",
            "read-without-log",
            "destage-without-parity",
            "replay-forgets-kept",
            "kept-for-ever");

    private Mutants() {}

    static boolean needsLog(final Mutant mutant) {
        return NEED_LOG.contains(mutant.name());
    }
}
