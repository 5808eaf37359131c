package org.isobar.allocation;

import java.util.ArrayList;
import java.util.List;
import org.isobar.spi.allocation.LayoutPolicy;
import org.osgi.service.component.annotations.Component;

/**
 * The classic layout: pool A with RAID 10 on the fastest class, B with RAID 5 on the middle one, C with RAID 50 on the
 * slowest; with one class all three share it. A pool is left out while its level is not plugged in, or while there are
 * fewer devices than the level needs.
 */
@Component(property = LayoutPolicy.POLICY_NAME + "=" + ClassicLayoutPolicy.NAME)
public final class ClassicLayoutPolicy implements LayoutPolicy {
    /** What operators call it. */
    public static final String NAME = "classic";

    private static final int MIRROR_DEVICES_MIN = 2;
    private static final int PARITY_DEVICES_MIN = 3;
    /** Two parity groups side by side. */
    private static final int STRIPED_PARITY_DEVICES_MIN = 2 * PARITY_DEVICES_MIN;

    @Override
    public List<Pool> pools(final List<String> performanceClasses, final List<String> levels, final int devices) {
        final int slowest = performanceClasses.size() - 1;
        final int middle = performanceClasses.size() / 2;
        final List<Pool> pools = new ArrayList<>();
        if (levels.contains("10") && devices >= MIRROR_DEVICES_MIN) {
            pools.add(new Pool("A", "10", performanceClasses.get(0)));
        }
        if (levels.contains("5") && devices >= PARITY_DEVICES_MIN) {
            pools.add(new Pool("B", "5", performanceClasses.get(middle)));
        }
        if (levels.contains("50") && devices >= STRIPED_PARITY_DEVICES_MIN) {
            pools.add(new Pool("C", "50", performanceClasses.get(slowest)));
        }
        return pools;
    }
}
