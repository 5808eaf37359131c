package org.isobar.scsi;

import org.isobar.api.pool.PoolSpace;
import org.isobar.api.volume.VolumeSpace;

/**
 * The thresholds of logical block provisioning (SBC-4 §4.7.3.7), in the order of their descriptors in the mode page: of
 * the space that the volume uses, in threshold sets, and of what is free in its pool, in percent.
 */
enum SoftThreshold {
    VOLUME_WARNING(0, true, UnitAttention.VOLUME_WARNING),
    VOLUME_CRITICAL(1, true, UnitAttention.VOLUME_CRITICAL),
    POOL_WARNING(2, false, UnitAttention.POOL_WARNING),
    POOL_CRITICAL(3, false, UnitAttention.POOL_CRITICAL);

    static final int COUNT = 4;
    static final int DESCRIPTOR_BYTES = 8;
    /** THRESHOLD PERCENTAGE of the VPD page: the range around a percentage, in tenths of percent. */
    static final int RANGE_TENTHS = 40;
    /** Parameter codes of the log page, threshold resources of the mode page. */
    static final int AVAILABLE_SETS = 0x01;

    static final int USED_SETS = 0x02;
    static final int AVAILABLE_PERCENT = 0x03;

    private static final int FIRST_OFFSET = 16;
    private static final int RESOURCE_OFFSET = 1;
    private static final int COUNT_OFFSET = 4;
    private static final int ENABLED = 0x80;
    /** Type: threshold sets; armed increasing. */
    private static final int SETS_INCREASING = 0x01;
    /** Type: percentage; armed decreasing. */
    private static final int PERCENT_DECREASING = 0x08;

    private static final int PERCENT = 100;
    /** How far back, in points of percent, what has crossed a threshold must go before it can cross it again. */
    private static final int BACK_PERCENT = 2;
    /** The shortest set with which the longest volume has less than 2^32 of them. */
    private static final int EXPONENT_MIN = 10;

    private final int index;
    private final boolean ofVolume;
    private final UnitAttention attention;

    SoftThreshold(final int index, final boolean ofVolume, final UnitAttention attention) {
        this.index = index;
        this.ofVolume = ofVolume;
        this.attention = attention;
    }

    /**
     * A threshold as it is set.
     *
     * @param enabled whether crossing it is told
     * @param count threshold sets used, or percent available
     */
    record Setting(boolean enabled, long count) {
        static final Setting OFF = new Setting(false, 0);
    }

    /** Its place among the thresholds, zero-based. */
    int index() {
        return index;
    }

    /** What its crossing is told with. */
    UnitAttention attention() {
        return attention;
    }

    /** Blocks of a threshold set, as a power of two; sets are pages where those are not shorter than 512 KiB. */
    static int exponent(final int pageBlocks) {
        return Math.max(EXPONENT_MIN, Integer.numberOfTrailingZeros(pageBlocks));
    }

    /** Bytes of a threshold set. */
    static long setBytes(final int pageBlocks) {
        return 1L << exponent(pageBlocks) + BlockLimits.BLOCK_SHIFT;
    }

    /** As operators have it, unless an initiator sets it otherwise. */
    Setting operators(final VolumeSpace space, final long setBytes) {
        if (ofVolume) {
            if (!space.thresholds().set()) {
                return Setting.OFF;
            }
            final int percent = this == VOLUME_WARNING
                    ? space.thresholds().warningPercent()
                    : space.thresholds().criticalPercent();
            final long sets = sets(space.sizeBytes(), setBytes);
            return new Setting(true, Math.max(1, (sets * percent + PERCENT - 1) / PERCENT));
        }
        final PoolSpace pool = space.pool();
        if (pool == null) {
            return Setting.OFF;
        }
        final int percent = this == POOL_WARNING
                ? pool.thresholds().warningPercent()
                : pool.thresholds().criticalPercent();
        return new Setting(true, PERCENT - percent);
    }

    /** Whether an initiator may set it so. */
    boolean accepts(final Setting setting, final long sizeBytes, final long setBytes) {
        final long most = ofVolume ? sets(sizeBytes, setBytes) : PERCENT - 1;
        return setting.count() <= most && (setting.count() > 0 || !setting.enabled());
    }

    /** Whether the space is beyond it. */
    boolean reached(final Setting setting, final VolumeSpace space, final long setBytes) {
        return ofVolume
                ? space.usedBytes() >= setting.count() * setBytes
                : space.pool() != null && space.pool().usedAtLeast(PERCENT - (int) setting.count());
    }

    /** Whether the space is so far back that it can cross it again. */
    boolean rearmed(final Setting setting, final VolumeSpace space, final long setBytes) {
        if (ofVolume) {
            final long back = Math.max(setBytes / 2, space.sizeBytes() / PERCENT * BACK_PERCENT);
            return space.usedBytes() < Math.max(1, setting.count() * setBytes - back);
        }
        return space.pool() != null
                && !space.pool().usedAtLeast(Math.max(1, PERCENT - (int) setting.count() - BACK_PERCENT));
    }

    /** Threshold sets that hold so many bytes. */
    static long sets(final long bytes, final long setBytes) {
        return (bytes + setBytes - 1) / setBytes;
    }

    /** Where its descriptor begins in the mode page: what the sense data of its crossing points at. */
    int offset() {
        return FIRST_OFFSET + index * DESCRIPTOR_BYTES;
    }

    void encode(final Setting setting, final byte[] page) {
        final int at = offset();
        page[at] = (byte) ((setting.enabled() ? ENABLED : 0) | (ofVolume ? SETS_INCREASING : PERCENT_DECREASING));
        page[at + RESOURCE_OFFSET] = (byte) (ofVolume ? USED_SETS : AVAILABLE_PERCENT);
        BigEndian.putInt(page, at + COUNT_OFFSET, (int) setting.count());
    }

    void changeable(final byte[] page) {
        page[offset()] = (byte) ENABLED;
        BigEndian.putInt(page, offset() + COUNT_OFFSET, -1);
    }

    /** From the page that begins at {@code page} of a list. */
    Setting decode(final byte[] list, final int page) {
        final int at = page + offset();
        return new Setting((list[at] & ENABLED) != 0, BigEndian.unsignedInt(list, at + COUNT_OFFSET));
    }
}
