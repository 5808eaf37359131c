package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

public class StripeTallyTest {
    private final StripeTally tally = new StripeTally(16);

    @Test
    public void knowsTheFullestStripe() {
        tally.add(7, 3);
        tally.add(8, 5);
        assertEquals(5, tally.highest());
        assertEquals(6, tally.highestWith(7, 3));
        assertEquals(5, tally.highestWith(7, 1));
        assertEquals(7, tally.highestWith(8, 2));
        tally.remove(8, 5);
        assertEquals(3, tally.highest());
        tally.remove(7, 3);
        assertEquals(0, tally.highest());
    }

    /** Also when there are more for a moment than was said. */
    @Test
    public void neverSaysLessThanThereIs() {
        final Map<Long, Integer> model = new HashMap<>();
        final Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            final long stripe = random.nextInt(3000);
            final int there = model.getOrDefault(stripe, 0);
            if (random.nextBoolean() && there > 0) {
                final int count = 1 + random.nextInt(there);
                tally.remove(stripe, count);
                model.put(stripe, there - count);
            } else if (there < 60) {
                final int count = 1 + random.nextInt(3);
                tally.add(stripe, count);
                model.put(stripe, there + count);
            }
            if (i % 100 == 0) {
                final int highest = model.values().stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(0);
                assertTrue(tally.highest() + " < " + highest, tally.highest() >= highest);
            }
        }
        model.forEach(tally::remove);
        assertEquals(0, tally.highest());
    }
}
