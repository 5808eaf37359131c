package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.WriteLogChoice;
import org.isobar.api.raid.RaidColumn;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.Zones;
import org.junit.Test;

/** Pools of all levels on the zones of the same devices. */
public class PoolClassesTest {
    private static final int DEVICES = 6;
    private static final int CHUNKLETS = 24;
    private static final int PAGE_BYTES = 65_536;
    private static final List<Integer> ZONES = List.of(0, 8, 16);
    private static final Map<String, String> LEVELS = Map.of("A", "10", "B", "5", "C", "50");

    private final SimulatedMember member = member();
    private final Simulation sim = member.sim();

    private static SimulatedMember member() {
        final SimulatedMember member = new SimulatedMember(1, DEVICES, CHUNKLETS, SimulatedMember.CHUNKLET_BYTES, 64);
        member.boot();
        return member;
    }

    @Test
    public void allLevelsLiveOnAllDevicesEachInItsZone() {
        createPools();
        long volume = 1;
        for (final String pool : List.of("A", "B", "C")) {
            write(volume++, pool, 24);
        }
        for (final DeviceUsage device : member.pools().usage()) {
            assertEquals(
                    device.toString(), LEVELS.keySet(), device.chunkletsByPool().keySet());
            assertEquals(device.toString(), 3, device.chunkletsByLevel().size());
            LEVELS.forEach((pool, level) -> assertEquals(
                    device.toString(),
                    device.chunkletsByPool().get(pool),
                    device.chunkletsByLevel().get(level)));
        }
        for (int zone = 0; zone < ZONES.size(); zone++) {
            final int first = ZONES.get(zone);
            final List<RaidColumn> columns = columns(List.of("A", "B", "C").get(zone));
            assertTrue(
                    columns.stream().allMatch(column -> column.chunklet() >= first && column.chunklet() < first + 8));
        }
    }

    @Test
    public void poolsPromiseWhatTheirClassAndLevelGive() {
        createPools();
        final ClassOfService before = pool("A").service();
        assertEquals(6 * Zones.performance(0).readsPerS(), before.normal().readsPerS(), 1e-6);
        assertEquals(50, before.efficiencyPercent());
        write(1, "A", 8);
        assertEquals("of the sets it has", before, pool("A").service());
        assertEquals(
                5 * Zones.performance(1).readsPerS(),
                pool("B").service().normal().readsPerS(),
                1e-6);
        sim.await(member.classes().classify(Zones.on(uuids(), List.of(0, 1, 2), CHUNKLETS)));
        assertTrue(pool("A").service().normal().readsPerS() <= before.normal().readsPerS());
        sim.await(member.classes().classify(List.of()));
        assertEquals(0, pool("A").service().normal().readsPerS(), 0);
        assertEquals(50, pool("A").service().efficiencyPercent());
    }

    @Test
    public void aRebuildStaysInTheClassWhileItCan() {
        createPools();
        write(1, "A", 8);
        lose(member.media().get(0).uuid());
        assertEquals(0, pool("A").outOfClassChunklets());
    }

    @Test
    public void aRebuildTakesAnotherClassWhenNoneIsLeftAndSaysSo() {
        createPools();
        write(1, "A", 1);
        final UUID lost = columns("A").get(0).device();
        // Only what is in use on every device is of the class now.
        sim.await(member.classes().classify(Zones.on(uuids(), List.of(0, 1, 16), CHUNKLETS)));
        final int before = pool("A").outOfClassChunklets();
        lose(lost);
        assertTrue(pool("A").outOfClassChunklets() > before);
    }

    private void createPools() {
        sim.await(member.classes().classify(Zones.on(uuids(), ZONES, CHUNKLETS)));
        sim.await(member.pools().create("A", "10", "class-1", WriteLogChoice.AS_NEEDED));
        sim.await(member.pools().create("B", "5", "class-2", WriteLogChoice.AS_NEEDED));
        sim.await(member.pools().create("C", "50", "class-3", WriteLogChoice.AS_NEEDED));
    }

    private void write(final long volume, final String pool, final int pages) {
        final PageSpace space = sim.await(member.pages().create(volume, (long) pages * PAGE_BYTES, PAGE_BYTES, pool));
        for (long page = 0; page < pages; page++) {
            assertEquals(IoStatus.OK, Blocks.write(sim, space, page * PAGE_BYTES, new byte[512]));
        }
        sim.runFor(SimulatedMember.INTENT_RESTS_NS);
    }

    private void lose(final UUID device) {
        member.directory().lose(device);
        sim.runUntil(() -> member.healthy()
                && member.pools().sets().stream()
                        .flatMap(set -> set.info().spec().columns().stream())
                        .noneMatch(column -> column.device().equals(device)));
    }

    private List<UUID> uuids() {
        return member.media().stream().map(SimMedia::uuid).toList();
    }

    private PoolInfo pool(final String name) {
        return member.pools().pool(name).orElseThrow();
    }

    private List<RaidColumn> columns(final String pool) {
        return member.pools().sets().stream()
                .filter(set -> set.pool().equals(pool))
                .flatMap(set -> set.info().spec().columns().stream())
                .toList();
    }
}
