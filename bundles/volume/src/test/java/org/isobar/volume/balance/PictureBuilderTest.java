package org.isobar.volume.balance;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePool;
import org.junit.Test;

/** What a pool is able to do, by what one of its sets can and how its sets share devices. */
public class PictureBuilderTest {
    private static final double READS = 100;
    private static final double WRITES = 50;

    @Test
    public void setsOnDevicesOfTheirOwnAddUp() {
        assertAble(3, pool(3), usage(1, 1, 1, 1, 1, 1));
    }

    @Test
    public void setsOnTheSameDevicesDoNot() {
        assertAble(1, pool(8), usage(8, 8));
    }

    @Test
    public void theDeviceThatMostShareIsBusyFirst() {
        assertAble(8 / 6.0, pool(8), usage(5, 5, 6));
    }

    @Test
    public void aPoolWithoutSetsIsTakenForOne() {
        assertAble(1, pool(0), usage(0, 0, 0));
    }

    @Test
    public void devicesThatNobodyKnowsAreNotShared() {
        assertAble(4, pool(4), List.of());
    }

    private static void assertAble(final double sets, final PoolInfo pool, final List<DeviceUsage> usage) {
        final BalancePool seen = new PictureBuilder(List.of(pool), usage)
                .build(0, (volume, page) -> BalancePage.NEVER)
                .pools()
                .get(0);
        assertEquals(sets * READS, seen.ableReadsPerS(), 1e-9);
        assertEquals(sets * WRITES, seen.ableWritesPerS(), 1e-9);
    }

    private static List<DeviceUsage> usage(final int... chunklets) {
        final List<DeviceUsage> devices = new ArrayList<>();
        for (final int count : chunklets) {
            devices.add(new DeviceUsage(
                    new UUID(1, devices.size()), 0, Map.of(), Map.of("p", count, "q", 100), Map.of("10", count)));
        }
        return devices;
    }

    private static PoolInfo pool(final int sets) {
        final ServiceFigures figures = new ServiceFigures(0, READS, 0, WRITES);
        return new PoolInfo(
                "p",
                "10",
                "any",
                sets,
                0,
                0,
                0,
                0,
                0,
                PoolFullness.NORMAL,
                PoolThresholds.DEFAULT,
                false,
                0,
                new ClassOfService(figures, figures, 50, 1));
    }
}
