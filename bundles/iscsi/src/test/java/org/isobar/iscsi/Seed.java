package org.isobar.iscsi;

import java.util.Random;
import org.junit.rules.TestWatcher;
import org.junit.runner.Description;

/** Seed of a random test: printed when the test fails, replayed with {@code -Disobar.seed=}. */
final class Seed extends TestWatcher {
    private final long value = Long.getLong("isobar.seed", System.nanoTime());

    Random random() {
        return new Random(value);
    }

    @Override
    protected void failed(final Throwable failure, final Description test) {
        System.err.println(test.getDisplayName() + ": replay with -Disobar.seed=" + value);
    }
}
