package org.isobar.iscsi;

/**
 * R2Ts of one task that wait for their data, oldest first. Data sequences come in order (DataSequenceInOrder=Yes), so
 * only the oldest may be answered.
 */
final class R2tQueue {
    private static final int SLOTS = TargetSettings.MAX_OUTSTANDING_R2T;
    private static final int INDEX_MASK = SLOTS - 1;

    private final int[] transferTags = new int[SLOTS];
    private final int[] offsets = new int[SLOTS];
    private final int[] lengths = new int[SLOTS];
    private int first;
    private int count;
    private int receivedBytes;
    private int openBytes;
    private int nextDataSn;

    int count() {
        return count;
    }

    void add(final int transferTag, final int offset, final int lengthBytes) {
        final int slot = (first + count) & INDEX_MASK;
        transferTags[slot] = transferTag;
        offsets[slot] = offset;
        lengths[slot] = lengthBytes;
        openBytes += lengthBytes;
        count++;
    }

    /** Transfer tag of the oldest. */
    int transferTag() {
        return transferTags[first];
    }

    /** DataSN that the next PDU must carry. */
    int nextDataSn() {
        return nextDataSn;
    }

    /** Buffer offset that the next PDU must carry. */
    int nextOffset() {
        return offsets[first] + receivedBytes;
    }

    /** Bytes still missing of the oldest. */
    int missingBytes() {
        return lengths[first] - receivedBytes;
    }

    /** Bytes still missing of all of them. */
    int openBytes() {
        return openBytes;
    }

    /** A PDU of the oldest has arrived. */
    void arrived(final int lengthBytes) {
        receivedBytes += lengthBytes;
        openBytes -= lengthBytes;
        nextDataSn++;
    }

    /** The oldest is over. */
    void remove() {
        openBytes -= missingBytes();
        first = (first + 1) & INDEX_MASK;
        count--;
        receivedBytes = 0;
        nextDataSn = 0;
    }

    void clear() {
        first = 0;
        count = 0;
        openBytes = 0;
        receivedBytes = 0;
        nextDataSn = 0;
    }
}
