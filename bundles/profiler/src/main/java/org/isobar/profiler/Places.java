package org.isobar.profiler;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.device.DeviceLayout;

/** Where a device is measured: evenly over its chunklets, each place within one. */
final class Places {
    private static final int UNIT_BYTES = 4096;

    private Places() {}

    /**
     * One place.
     *
     * @param offsetBytes from the start of the device
     * @param chunklet that it lies in as a whole
     */
    record Place(long offsetBytes, int chunklet) {}

    /** Length of each place: what is asked for, or a chunklet where that is shorter. */
    static int burstBytes(final DeviceLayout layout, final int wantedBytes) {
        return (int) Math.min(wantedBytes, layout.chunkletBytes());
    }

    /**
     * The places of a device, ascending; fewer than asked for where it is short.
     *
     * @param count places wanted
     * @param burstBytes length of each, of {@link #burstBytes}
     */
    static List<Place> of(final DeviceLayout layout, final int count, final int burstBytes) {
        final long dataBytes = layout.chunkletCount() * layout.chunkletBytes();
        final int places = (int) Math.max(1, Math.min(count, dataBytes / burstBytes));
        final List<Place> result = new ArrayList<>(places);
        for (int i = 0; i < places; i++) {
            final long middle = dataBytes / places * i + dataBytes / places / 2;
            final int chunklet = (int) (middle / layout.chunkletBytes());
            final long start = Math.max(0, middle % layout.chunkletBytes() - burstBytes / 2);
            final long within = Math.min(start, layout.chunkletBytes() - burstBytes);
            result.add(new Place(layout.chunkletOffset(chunklet) + within / UNIT_BYTES * UNIT_BYTES, chunklet));
        }
        return result;
    }
}
