package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.api.profile.Performance;
import org.isobar.spi.raid.RaidGeometry;
import org.junit.Test;

public class ServiceModelTest {
    /** 200 MiB/s, 100 reads and writes a second. */
    private static final Performance CHUNKLET = new Performance(200, 100, 10_000, 200, 100, 10_000);

    @Test
    public void mirrorsHalveSpaceAndWritesButNoReads() {
        final ClassOfService service = ServiceModel.of(new Geometry(6, 3, 1), CHUNKLET);
        assertEquals(new ServiceFigures(600, 600, 600, 300), service.normal());
        assertEquals(new ServiceFigures(600, 300, 600, 300), service.degraded());
        assertEquals(50, service.efficiencyPercent());
        assertEquals(1, service.failuresSurvived());
    }

    @Test
    public void parityCostsFourForASmallWriteAndOneColumnOfSpace() {
        final ClassOfService service = ServiceModel.of(new Geometry(5, 1, 4), CHUNKLET);
        assertEquals(new ServiceFigures(800, 500, 800, 125), service.normal());
        assertEquals(80, service.efficiencyPercent());
        assertEquals(400, service.degraded().readMibPerS(), 0);
        assertEquals(250, service.degraded().readsPerS(), 0);
        // (3 reads + 1 write) + 1 write + 3 x (2 reads + 2 writes) of 5 writes, over 4 devices
        assertEquals(4 / ((0.04 + 0.01 + 3 * 0.04) / 5), service.degraded().writesPerS(), 1e-6);
    }

    @Test
    public void degradedIsNeverBetterThanNormal() {
        for (int data = 1; data < 9; data++) {
            for (int groups = 1; groups < 4; groups++) {
                final ClassOfService service =
                        ServiceModel.of(new Geometry(groups * (data + 1), groups, data), CHUNKLET);
                assertTrue(service.degraded().readMibPerS() <= service.normal().readMibPerS());
                assertTrue(service.degraded().readsPerS() <= service.normal().readsPerS());
                assertTrue(service.degraded().writeMibPerS() <= service.normal().writeMibPerS());
                assertTrue(service.degraded().writesPerS() <= service.normal().writesPerS());
            }
        }
    }

    @Test
    public void isUnknownWhereNothingWasMeasured() {
        final ClassOfService nothing = ServiceModel.of(new Geometry(5, 1, 4), Performance.UNKNOWN);
        assertEquals(ServiceFigures.UNKNOWN, nothing.normal());
        assertEquals(ServiceFigures.UNKNOWN, nothing.degraded());
        assertEquals(80, nothing.efficiencyPercent());
        final Performance readsOnly = new Performance(200, 100, 10_000, 0, 0, 0);
        assertEquals(
                new ServiceFigures(800, 500, 0, 0),
                ServiceModel.of(new Geometry(5, 1, 4), readsOnly).normal());
        assertEquals(
                0, ServiceModel.of(new Geometry(4, 2, 1), readsOnly).degraded().writesPerS(), 0);
    }

    private record Geometry(int columns, int groupsPerStripe, int dataStripsPerGroup) implements RaidGeometry {
        @Override
        public int stripBytes() {
            return 65_536;
        }

        @Override
        public int rowsPerStripe() {
            return 1;
        }

        @Override
        public int periodStripes() {
            return 1;
        }

        @Override
        public int column(final long stripe, final int group, final int element) {
            return group * (dataStripsPerGroup + 1) + element;
        }

        @Override
        public int row(final long stripe, final int group, final int element) {
            return 0;
        }
    }
}
