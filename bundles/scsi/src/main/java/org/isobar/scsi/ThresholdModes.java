package org.isobar.scsi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.isobar.common.kernel.Crc32c;

/**
 * What initiators have set of the thresholds of a unit; kept in the catalog when they have it saved. Layout: magic,
 * version, length, CRC32C (of all but itself), flags, then for each threshold a byte (0: as operators have it, 1: off,
 * 2: on) and its count.
 *
 * @param reporting LBPERE
 * @param single SITUA
 * @param settings for each of {@link SoftThreshold} what was set; empty: as operators have it
 */
record ThresholdModes(boolean reporting, boolean single, List<Optional<SoftThreshold.Setting>> settings) {
    /** Nothing was set: all nexuses hear of what operators want them to. */
    static final ThresholdModes AS_SHIPPED =
            new ThresholdModes(true, false, Collections.nCopies(SoftThreshold.COUNT, Optional.empty()));

    private static final long MAGIC = 0x4953_4254_4852_4553L; // "ISBTHRES"
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int LENGTH_OFFSET = 12;
    private static final int CRC_OFFSET = 16;
    private static final int FLAGS_OFFSET = 20;
    private static final int SETTINGS_OFFSET = 21;
    private static final int SETTING_BYTES = 5;
    private static final int BYTES = SETTINGS_OFFSET + SoftThreshold.COUNT * SETTING_BYTES;
    private static final int REPORTING = 0x01;
    private static final int SINGLE = 0x02;
    private static final int OFF = 1;
    private static final int ON = 2;

    ThresholdModes {
        settings = List.copyOf(settings);
    }

    byte[] encode() {
        final byte[] record = new byte[BYTES];
        BigEndian.putLong(record, 0, MAGIC);
        BigEndian.putInt(record, VERSION_OFFSET, VERSION);
        BigEndian.putInt(record, LENGTH_OFFSET, record.length);
        record[FLAGS_OFFSET] = (byte) ((reporting ? REPORTING : 0) | (single ? SINGLE : 0));
        for (int i = 0; i < settings.size(); i++) {
            final int at = SETTINGS_OFFSET + i * SETTING_BYTES;
            settings.get(i).ifPresent(setting -> {
                record[at] = (byte) (setting.enabled() ? ON : OFF);
                BigEndian.putInt(record, at + 1, (int) setting.count());
            });
        }
        BigEndian.putInt(record, CRC_OFFSET, checksum(record));
        return record;
    }

    /** The modes in a document, or null when this is none that this code can read. */
    static ThresholdModes decode(final byte[] record) {
        if (record.length != BYTES
                || BigEndian.longAt(record, 0) != MAGIC
                || BigEndian.unsignedInt(record, VERSION_OFFSET) != VERSION
                || BigEndian.unsignedInt(record, LENGTH_OFFSET) != record.length
                || (int) BigEndian.unsignedInt(record, CRC_OFFSET) != checksum(record)) {
            return null;
        }
        final List<Optional<SoftThreshold.Setting>> settings = new ArrayList<>();
        for (int at = SETTINGS_OFFSET; at < BYTES; at += SETTING_BYTES) {
            final boolean set = record[at] == OFF || record[at] == ON;
            settings.add(
                    set
                            ? Optional.of(
                                    new SoftThreshold.Setting(record[at] == ON, BigEndian.unsignedInt(record, at + 1)))
                            : Optional.empty());
        }
        return new ThresholdModes(
                (record[FLAGS_OFFSET] & REPORTING) != 0, (record[FLAGS_OFFSET] & SINGLE) != 0, settings);
    }

    private static int checksum(final byte[] record) {
        return new Crc32c()
                .update(record, 0, CRC_OFFSET)
                .update(record, FLAGS_OFFSET, record.length - FLAGS_OFFSET)
                .value();
    }
}
