package org.isobar.itests.simulation;

import java.util.Arrays;

/** A small set of numbers; remembers their order, for people. */
final class Stamps {
    private static final int SMALL = 4;

    private long[] numbers = new long[SMALL];
    private int size;

    static Stamps of(final long number) {
        final Stamps one = new Stamps();
        one.add(number);
        return one;
    }

    Stamps copy() {
        final Stamps other = new Stamps();
        other.become(this);
        return other;
    }

    int size() {
        return size;
    }

    boolean contains(final long number) {
        for (int i = 0; i < size; i++) {
            if (numbers[i] == number) {
                return true;
            }
        }
        return false;
    }

    void add(final long number) {
        if (!contains(number)) {
            if (size == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * size);
            }
            numbers[size++] = number;
        }
    }

    void addAll(final Stamps more) {
        for (int i = 0; i < more.size; i++) {
            add(more.numbers[i]);
        }
    }

    /** Holds only this one from now on. */
    void become(final long number) {
        size = 1;
        numbers[0] = number;
    }

    /** Holds what the other does. */
    void become(final Stamps other) {
        if (numbers.length < other.size) {
            numbers = new long[other.numbers.length];
        }
        System.arraycopy(other.numbers, 0, numbers, 0, other.size);
        size = other.size;
    }

    boolean sameAs(final Stamps other) {
        if (size != other.size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (!other.contains(numbers[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(numbers, size));
    }
}
