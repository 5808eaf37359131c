package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.device.SumBlock;

/**
 * What one {@link GroupWrite} puts in the log: new data and redundancy as they are, or new data alone that is not in its
 * place before long, or, of a range of a stripe that is written wholly, the checksums alone, or, of one that is not, these
 * and partial parity: what the strips that are not written give together. The write fills it in on its
 * lane, {@link GroupLog} has it from there until the write is told. Reused with its write.
 */
final class LogEntry implements SumWaiter {
    private static final long NOT_IN_LOG = -1;

    private final GroupWrite write;
    private final StripeSums sums = new StripeSums();
    private long elements;
    private long zeros;
    private long covered;
    private boolean dataOnly;
    private boolean hasSums;
    private boolean sumsOnly;
    private boolean partial;
    private boolean ahead;
    private boolean redundancyOnly;
    private long oldestData;
    private long sequence = NOT_IN_LOG;
    /** Of data, the place of its first block in its first slot. */
    private int firstBlock;
    /** Elements whose old checksums were taken. */
    private int collected;

    private final Runnable append = this::append;
    /** The one that goes to the log, or comes from it, together with this one. */
    private LogEntry follower;

    LogEntry(final GroupWrite write) {
        this.write = write;
    }

    /** Nothing is in the log. */
    void clear() {
        sequence = NOT_IN_LOG;
        dataOnly = false;
        redundancyOnly = false;
        hasSums = false;
        sumsOnly = false;
        partial = false;
        ahead = false;
    }

    /**
     * Says what is written in place.
     *
     * @param written mask of elements
     * @param zeroed mask that tells which of these become zero
     * @param renewed mask of the data elements whose content is new, also those whose column is gone
     */
    void describe(final long written, final long zeroed, final long renewed) {
        elements = written;
        zeros = zeroed & written;
        covered = renewed;
    }

    /** There is no redundancy, and nothing is written in place for now. */
    void dataOnly() {
        dataOnly = true;
    }

    /** The data is in the log already. */
    void redundancyOnly() {
        redundancyOnly = true;
        elements &= ~covered;
    }

    /** Says which slot is the oldest that has some of the data. */
    void oldestData(final long ofSequence) {
        oldestData = ofSequence;
    }

    long oldestData() {
        return oldestData;
    }

    /** Whether it is what goes with data that the log keeps. */
    boolean isRedundancyOnly() {
        return redundancyOnly;
    }

    boolean isDataOnly() {
        return dataOnly;
    }

    /** Whether it must be on stable media before anything goes on, unless it is logged by its checksums. */
    boolean isDurable() {
        return !dataOnly || write.durable();
    }

    /** Blocks of data. */
    int blocks() {
        return Long.bitCount(covered) * (length() / LogLayout.BLOCK_BYTES);
    }

    /** Mask of the data elements whose content is new. */
    long covered() {
        return covered;
    }

    /** Collects checksums, new and old; false when some must be brought to memory first: then the write is told. */
    boolean collect() {
        sums.begin(count(), covered | 1L << count() - 1, length() / SumBlock.DATA_BYTES);
        collected = 0;
        return collectRest();
    }

    /**
     * Goes on with the element whose checksums were not in memory. There may never be those of all elements at once, so what was
     * taken is not taken again; it stays right, for the write holds the lock.
     */
    private boolean collectRest() {
        final int count = count();
        for (; collected < count; collected++) {
            if (!sums.holds(collected)) {
                continue;
            }
            final ColumnSums present = write.columns().sums(write.column(collected));
            final int missing = sums.before(collected, present, write.inChunklet(collected));
            if (missing >= 0) {
                present.load(missing, write.lane(), this);
                return false;
            }
        }
        if (sums.known()) {
            for (int element = 0; element < count; element++) {
                if (sums.holds(element)) {
                    sums.after(element, write.newSums(element));
                }
            }
            hasSums = true;
        }
        return true;
    }

    private int count() {
        return write.layout().dataStrips() + 1;
    }

    @Override
    public void sumsLoaded(final boolean there) {
        if (!there || collectRest()) {
            write.logIt();
        }
    }

    void followedBy(final LogEntry entry) {
        follower = entry;
    }

    LogEntry takeFollower() {
        final LogEntry taken = follower;
        follower = null;
        return taken;
    }

    /** With all that follow. */
    void goToLog() {
        write.set().control().execute(append);
    }

    private void append() {
        final LaneWork control = write.set().controlWork();
        for (LogEntry entry = this; entry != null; ) {
            final LogEntry next = entry.takeFollower();
            // From here on it is the log's, and its write perhaps told already.
            entry.write.set().log().group(entry.write.group()).append(entry);
            entry = next;
        }
        control.pumpLogs();
    }

    /** That of the checksums, when there are. */
    StripeSums sums() {
        return sums;
    }

    /** Whether it is enough to log checksums. */
    boolean hasSums() {
        return hasSums;
    }

    /** Whether the checksums alone are logged. Decided by the log, as it depends on what it holds of the stripe. */
    void sumsOnly(final boolean alone) {
        sumsOnly = alone;
    }

    boolean isSumsOnly() {
        return sumsOnly;
    }

    /** Whether it begins where its stripe does. */
    boolean isFirst() {
        return (covered & 1) != 0 && from() == 0;
    }

    /** Whether all data strips are written. */
    boolean isWhole() {
        return Long.bitCount(covered) == write.layout().dataStrips();
    }

    /** Whether partial parity is logged and neither data nor redundancy. Decided by the log, as it depends on what it holds of the stripe. */
    void partial(final boolean alone) {
        partial = alone;
    }

    boolean isPartial() {
        return partial;
    }

    /** Whether the log has what is written in place, so that a replay can write it again. */
    boolean isRepeatable() {
        return isLogged() && !sumsOnly && !partial;
    }

    /** Its write goes on while checksums are being logged: what the stripe held is on stable media. Control lane. */
    void goAhead() {
        ahead = true;
        write.work().fromLog().add(this);
    }

    boolean isAhead() {
        return ahead;
    }

    GroupWrite write() {
        return write;
    }

    long stripe() {
        return write.stripe();
    }

    int from() {
        return write.from();
    }

    int length() {
        return write.length();
    }

    /** Mask of the elements that are written in place, but for those whose content is in the log already. */
    long elements() {
        return elements;
    }

    long zeros() {
        return zeros;
    }

    /** Elements whose content there is; partial parity is as long as one. */
    int contents() {
        return partial ? 1 : Long.bitCount(elements & ~zeros);
    }

    /** Slots that it takes at most. */
    int slots(final LogLayout layout) {
        if (dataOnly) {
            return (blocks() + layout.contentBlocks() - 1) / layout.contentBlocks();
        }
        return contents() == 0 ? 1 : layout.slotsFor(contents(), length());
    }

    /** Copies a part of what an element is to be, from {@code done} bytes after the range's start. */
    void copyContent(final int element, final int done, final int length, final ByteBuf to, final int at) {
        write.copyContent(element, done, length, to, at);
    }

    /** Copies a part of all content that there is, one element after the other. */
    void copyContents(final int done, final int length, final ByteBuf to, final int index) {
        if (partial) {
            write.copyPartialParity(done, length, to, index);
            return;
        }
        int at = index;
        for (long left = elements & ~zeros; left != 0; left &= left - 1) {
            copyContent(Long.numberOfTrailingZeros(left), done, length, to, at);
            at += length;
        }
    }

    /** It has a place in the log from now on; control lane. */
    void loggedAt(final long first) {
        sequence = first;
    }

    /** Its data has a place in the log from now on, from a block of a slot on, after its header. */
    void loggedAt(final long first, final int block) {
        sequence = first;
        firstBlock = block - 1;
    }

    /** The slot of one of the blocks of its data, which lie one after the other. */
    long sequence(final int block, final LogLayout layout) {
        return sequence + (firstBlock + block) / layout.contentBlocks();
    }

    boolean isLogged() {
        return sequence != NOT_IN_LOG;
    }

    /** That of its first slot. */
    long sequence() {
        return sequence;
    }
}
