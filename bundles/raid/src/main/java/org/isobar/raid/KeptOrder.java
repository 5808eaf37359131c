package org.isobar.raid;

/** Blocks and the slots that keep them, in the order in which they came: a ring that grows to what a log can hold. */
final class KeptOrder {
    private static final int CAPACITY_MIN = 64;

    private long[] keys = new long[CAPACITY_MIN];
    private long[] sequences = new long[CAPACITY_MIN];
    private int head;
    private int size;

    void add(final long key, final long sequence) {
        if (size == keys.length) {
            grow();
        }
        final int at = head + size & keys.length - 1;
        keys[at] = key;
        sequences[at] = sequence;
        size++;
    }

    private void grow() {
        final long[] oldKeys = keys;
        final long[] oldSequences = sequences;
        keys = new long[2 * size];
        sequences = new long[2 * size];
        for (int i = 0; i < size; i++) {
            final int from = head + i & oldKeys.length - 1;
            keys[i] = oldKeys[from];
            sequences[i] = oldSequences[from];
        }
        head = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The block that came after {@code index} others. */
    long key(final int index) {
        return keys[head + index & keys.length - 1];
    }

    /** The slot that it came with. */
    long sequence(final int index) {
        return sequences[head + index & keys.length - 1];
    }

    void removeFirst() {
        head = head + 1 & keys.length - 1;
        size--;
    }
}
