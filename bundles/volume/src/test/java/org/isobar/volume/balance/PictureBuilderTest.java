package org.isobar.volume.balance;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePool;
import org.isobar.testkit.Simulation;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.heat.PageHeat;
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

    @Test
    public void showsWhatOtherPoolsAskOfTheSameDevices() {
        final List<DeviceUsage> devices = List.of(
                device(1, Map.of("p", 2, "q", 4)),
                device(2, Map.of("p", 2, "q", 2)),
                device(3, Map.of("q", 4, "r", 3)));
        final PictureBuilder builder =
                new PictureBuilder(List.of(pool("p", 2), pool("q", 4), pool("r", 3)), devices, pool -> !pool.name()
                        .equals("r"));
        builder.add(new Busy("q", 500), true);
        builder.add(new Busy("r", 1000), true);
        final BalancePicture picture = builder.build(0, (volume, page) -> BalancePage.NEVER);

        assertEquals(
                List.of("p", "q"),
                picture.pools().stream().map(BalancePool::name).toList());
        final BalancePool p = picture.pools().get(0);
        final BalancePool q = picture.pools().get(1);
        assertEquals(1, picture.pages().size());
        assertEquals(5, q.utilisation(), 1e-9);
        assertEquals(Map.of("q", 0.75), p.sharing());
        assertEquals(0.75 * 5, p.otherUtilisation(), 1e-9);
        assertEquals(0.75 * 5, p.deviceUtilisation(), 1e-9);
        assertEquals(Map.of("p", 0.6), q.sharing());
        assertEquals("what r asks of the third device", 0.4 * 10, q.otherUtilisation(), 1e-9);
    }

    /** A volume of one page, asked so often in the window of a second. */
    private static final class Busy implements PlacedVolume {
        private final String pool;
        private final PageHeat heat;

        Busy(final String pool, final int reads) {
            this.pool = pool;
            final Simulation sim = new Simulation(1);
            heat = new PageHeat(new HeatClock(sim.clock(), sim.lanes().control(), 10), 1, 1 << 20);
            sim.runFor(TimeUnit.SECONDS.toNanos(1));
            heat.count(0, false, reads);
        }

        @Override
        public long number() {
            return pool.hashCode();
        }

        @Override
        public int pageBytes() {
            return 1 << 20;
        }

        @Override
        public List<String> pools() {
            return List.of();
        }

        @Override
        public PageHeat heat() {
            return heat;
        }

        @Override
        public String poolOf(final long page) {
            return pool;
        }
    }

    private static DeviceUsage device(final int number, final Map<String, Integer> chunklets) {
        return new DeviceUsage(new UUID(1, number), 0, Map.of(), chunklets, Map.of());
    }

    private static void assertAble(final double sets, final PoolInfo pool, final List<DeviceUsage> usage) {
        final BalancePool seen = new PictureBuilder(List.of(pool), usage, any -> true)
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
        return pool("p", sets);
    }

    private static PoolInfo pool(final String name, final int sets) {
        final ServiceFigures figures = new ServiceFigures(0, READS, 0, WRITES);
        return new PoolInfo(
                name,
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
