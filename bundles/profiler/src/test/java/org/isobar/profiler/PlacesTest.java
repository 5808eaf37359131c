package org.isobar.profiler;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.isobar.api.device.DeviceLayout;
import org.isobar.profiler.Places.Place;
import org.isobar.testkit.SimMedia;
import org.junit.Test;

public final class PlacesTest {
    private static final int MIB = 1 << 20;

    @Test
    public void liesEvenlyOverTheChunklets() {
        final DeviceLayout layout = SimMedia.layoutFor(8L << 30, 64 * MIB);
        final List<Place> places = Places.of(layout, 256, 4 * MIB);
        assertEquals(256, places.size());
        final long dataBytes = layout.chunkletCount() * layout.chunkletBytes();
        for (int i = 0; i < places.size(); i++) {
            final Place place = places.get(i);
            checkWithin(layout, place, 4 * MIB);
            final double share = (double) (place.offsetBytes() - layout.dataOffset()) / dataBytes;
            assertEquals((i + 0.5) / 256, share, 0.5 / 256);
        }
    }

    @Test
    public void areFewerOnAShortDevice() {
        final DeviceLayout layout = SimMedia.layoutFor(64L << 20, 4 * MIB);
        final List<Place> places = Places.of(layout, 256, 4 * MIB);
        assertEquals(layout.chunkletCount(), places.size());
        places.forEach(place -> checkWithin(layout, place, 4 * MIB));
    }

    @Test
    public void areNoLongerThanAChunklet() {
        final DeviceLayout layout = SimMedia.layoutFor(64L << 20, MIB);
        assertEquals(MIB, Places.burstBytes(layout, 4 * MIB));
        assertEquals(MIB / 2, Places.burstBytes(layout, MIB / 2));
    }

    private static void checkWithin(final DeviceLayout layout, final Place place, final int burstBytes) {
        final long start = layout.chunkletOffset(place.chunklet());
        assertTrue(place.offsetBytes() >= start);
        assertTrue(place.offsetBytes() + burstBytes <= start + layout.chunkletBytes());
        assertEquals(0, place.offsetBytes() % 4096);
    }
}
