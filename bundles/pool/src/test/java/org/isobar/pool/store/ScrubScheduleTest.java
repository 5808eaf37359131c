package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.pool.ScrubSchedule;
import org.junit.Test;

public class ScrubScheduleTest {
    @Test
    public void allowsTheHoursItNames() {
        final ScrubSchedule day = new ScrubSchedule(1, 8, 17);
        assertFalse(day.allows(at(7, 59)));
        assertTrue(day.allows(at(8, 0)));
        assertTrue(day.allows(at(16, 59)));
        assertFalse(day.allows(at(17, 0)));
        final ScrubSchedule night = new ScrubSchedule(1, 22, 4);
        assertTrue(night.allows(at(22, 0)));
        assertTrue(night.allows(at(3, 59)));
        assertFalse(night.allows(at(4, 0)));
        assertFalse(night.allows(at(21, 59)));
        assertTrue(ScrubSchedule.DEFAULT.allows(at(23, 59)));
        assertFalse(new ScrubSchedule(0, 0, 24).allows(at(12, 0)));
    }

    @Test
    public void addsItsDays() {
        assertEquals(
                1000 + TimeUnit.DAYS.toMillis(365),
                new ScrubSchedule(ScrubSchedule.INTERVAL_DAYS_MAX, 0, 24).nextMs(1000));
    }

    @Test
    public void refusesWhatIsNoSchedule() {
        refuses("intervalDays", -1, 0, 24);
        refuses("intervalDays", 366, 0, 24);
        refuses("fromHour", 1, -1, 24);
        refuses("fromHour", 1, 24, 1);
        refuses("untilHour", 1, 0, 0);
        refuses("untilHour", 1, 0, 25);
        refuses("untilHour", 1, 5, 5);
    }

    private static void refuses(final String field, final int days, final int from, final int until) {
        final StorageException refused =
                assertThrows(StorageException.class, () -> new ScrubSchedule(days, from, until));
        assertEquals(StorageException.Code.INVALID, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(field + ": "));
    }

    private static long at(final int hour, final int minute) {
        return TimeUnit.DAYS.toMillis(20_000) + TimeUnit.HOURS.toMillis(hour) + TimeUnit.MINUTES.toMillis(minute);
    }
}
