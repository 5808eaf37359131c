package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.api.volume.AllocationSpec;
import org.isobar.api.volume.NamedService;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeSpec;
import org.junit.Test;

public final class VolumeServiceWishTest {
    private static final long MIB = VolumeFixture.MIB;

    private final VolumeFixture fixture = new VolumeFixture();

    public VolumeServiceWishTest() {
        fixture.pools.set(
                pool("A", 1024, 1000, 500, 50),
                pool("B", 3072, 400, 200, 83),
                pool("C", 512, 800, 300, 66),
                pool("D", 4096, 0, 0, 83));
    }

    private static PoolInfo pool(
            final String name, final long freeMib, final double reads, final double degraded, final int efficiency) {
        final PoolInfo plain = VolumeFixture.FixedPools.pool(name, "5", freeMib, 0);
        return new PoolInfo(
                plain.name(),
                plain.level(),
                plain.performanceClass(),
                plain.setCount(),
                plain.capacityBytes(),
                plain.usedBytes(),
                plain.growableBytes(),
                plain.degradedSets(),
                plain.offlineSets(),
                plain.fullness(),
                plain.thresholds(),
                plain.writeLog(),
                plain.outOfClassChunklets(),
                new ClassOfService(
                        new ServiceFigures(reads / 2, reads, reads / 4, reads / 8),
                        new ServiceFigures(degraded / 2, degraded, degraded / 4, degraded / 8),
                        efficiency,
                        1));
    }

    private CompletionStage<VolumeInfo> create(final String service, final long sizeMib) {
        return fixture.volumes.create(new VolumeSpec(
                "vol", sizeMib * MIB, null, null, VolumeFixture.PAGE_BYTES, true, AllocationSpec.WHOLE, service));
    }

    private String chosen(final String service) {
        final VolumeInfo info = fixture.sim.await(create(service, 1));
        assertEquals("service", info.policy());
        fixture.sim.await(fixture.volumes.delete("vol", false));
        return info.pool();
    }

    private void refuses(final Code code, final String message, final String service, final long sizeMib) {
        final StorageException failure =
                assertThrows(StorageException.class, () -> fixture.sim.await(create(service, sizeMib)));
        assertEquals(code, failure.code());
        assertTrue(failure.getMessage(), failure.getMessage().contains(message));
    }

    @Test
    public void choosesTheCheapestPoolThatPromisesAll() {
        assertEquals("D is as cheap and has more room", "D", chosen("failures>=1"));
        assertEquals("nothing is known of D", "B", chosen("read-iops>=1"));
        assertEquals("C", chosen("read-iops>=401"));
        assertEquals("A", chosen("read-iops >= 401, degraded.read-iops>=300.5"));
        assertEquals("A", chosen("read-mib>=500,write-mib>=250,write-iops>=125"));
        assertEquals("A", chosen("degraded.read-mib>=250,degraded.write-mib>=125,degraded.write-iops>=62.5"));
        assertEquals("B", chosen("efficiency>=80,read-iops>=100"));
    }

    @Test
    public void knowsServicesByName() {
        assertEquals("D", chosen("safe"));
        assertEquals("C", chosen("fast"));
        final List<NamedService> services = fixture.volumes.services();
        assertEquals(
                List.of("fast", "safe"),
                services.stream().map(NamedService::name).toList());
        assertEquals("failures>=1", services.get(1).asks());
        assertEquals(List.of("A", "B", "C", "D"), services.get(1).pools());
        assertEquals(List.of("A", "C"), services.get(0).pools());
        fixture.pools.set();
        assertEquals(List.of(), fixture.volumes.services().get(1).pools());
    }

    @Test
    public void passesOverPoolsWithoutRoom() {
        final VolumeInfo info = fixture.sim.await(create("read-iops>=401", 600));
        assertEquals("A", info.pool());
        refuses(Code.EXISTS, "volume exists", "failures>=1", 1);
        fixture.sim.await(fixture.volumes.delete("vol", false));
        refuses(Code.NO_SPACE, "service=read-iops>=401 pools=[A, C]", "read-iops>=401", 2000);
    }

    @Test
    public void saysWhatNoPoolPromises() {
        refuses(
                Code.INVALID,
                "no pool promises read-iops>=5000,failures>=2: read-iops>=5000, the best is pool A with 1000;"
                        + " failures>=2, the best is pool",
                "read-iops>=5000,failures>=2",
                1);
        refuses(
                Code.INVALID,
                "pool A not [efficiency>=80]; pool B not [read-iops>=800]",
                "read-iops>=800,efficiency>=80",
                1);
        fixture.pools.set();
        refuses(Code.INVALID, "there is no pool", "failures>=1", 1);
    }

    @Test
    public void refusesWhatItDoesNotUnderstand() {
        for (final String wrong : new String[] {
            "", "slow", "reads>=1", "read-iops>5", "read-iops>=", "failures>=1,", "degraded.failures>=1"
        }) {
            refuses(Code.INVALID, "service: must be conditions like", wrong, 1);
        }
        final StorageException both = assertThrows(
                StorageException.class,
                () -> fixture.sim.await(fixture.volumes.create(
                        new VolumeSpec("vol", MIB, "A", null, 0, true, AllocationSpec.WHOLE, "safe"))));
        assertTrue(both.getMessage(), both.getMessage().contains("service: must be absent"));
    }

    @Test
    public void refusesSettingsItDoesNotUnderstand() {
        assertThrows(IllegalArgumentException.class, () -> new ServiceNames("failures>=1"));
        assertThrows(IllegalArgumentException.class, () -> new ServiceNames("a b: failures>=1"));
        assertThrows(StorageException.class, () -> new ServiceNames("a: failures"));
        assertThrows(IllegalArgumentException.class, () -> new ServiceNames("a: failures>=1;"));
    }
}
