package org.isobar.device.health;

/** A number of which half is forgotten after each half-life. */
final class Decaying {
    private final double halfLifeNs;
    private double value;

    Decaying(final double halfLifeNs) {
        this.halfLifeNs = halfLifeNs;
    }

    double value() {
        return value;
    }

    void add(final double more) {
        value += more;
    }

    void pass(final long ns) {
        value *= share(ns, halfLifeNs);
    }

    void clear() {
        value = 0;
    }

    /** What is left of 1 after a time. */
    static double share(final long ns, final double halfLifeNs) {
        return Math.pow(0.5, ns / halfLifeNs);
    }
}
