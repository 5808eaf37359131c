package org.isobar.itests.simulation;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.raid.RaidColumn;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.Simulation;
import org.junit.Test;

/** Three volumes with three kinds of allocation and pools of three levels live on the same six devices. */
public class AllocationKindsTest {
    private static final int DEVICES = 6;
    private static final int CHUNKLETS = 24;
    private static final int PAGE_BYTES = 65_536;
    private static final int PAGES = 24;
    private static final List<String> POOLS = List.of("A", "B", "C");
    private static final Set<String> LEVELS = Set.of("10", "5", "50");

    private final SimulatedMember member =
            new SimulatedMember(1, DEVICES, CHUNKLETS, SimulatedMember.CHUNKLET_BYTES, 64);
    private final Simulation sim = member.sim();

    private PageSpace create(final long volume, final PageAllocation allocation) {
        final PageSpace space = sim.await(member.pages().create(volume, (long) PAGES * PAGE_BYTES, PAGE_BYTES, "A"));
        sim.await(member.pages().allocate(volume, allocation));
        return space;
    }

    private static byte[] content(final long volume, final long page) {
        final byte[] bytes = new byte[512];
        bytes[0] = (byte) volume;
        bytes[1] = (byte) page;
        return bytes;
    }

    private void write(final PageSpace space) {
        for (long page = 0; page < PAGES; page++) {
            final byte[] bytes = content(space.volume(), page);
            assertEquals(IoStatus.OK, Blocks.write(sim, space, page * PAGE_BYTES, bytes));
        }
    }

    @Test
    public void liveTogetherOnTheSameDevices() {
        member.boot();
        sim.await(member.pools().createLayout());
        final PageSpace whole = create(1, PageAllocation.WHOLE);
        final PageSpace byExtent = create(2, new PageAllocation(Unit.EXTENT, "striped", 4L * PAGE_BYTES, POOLS));
        final PageSpace byPage = create(3, new PageAllocation(Unit.PAGE, "spread", 0, POOLS));
        List.of(whole, byExtent, byPage).forEach(this::write);
        assertEquals(Set.of("A"), whole.bytesByPool().keySet());
        assertEquals(Set.copyOf(POOLS), byExtent.bytesByPool().keySet());
        byExtent.bytesByPool().values().forEach(bytes -> assertEquals(PAGES / 3 * PAGE_BYTES, bytes.longValue()));
        assertEquals(Set.copyOf(POOLS), byPage.bytesByPool().keySet());
        assertTable();
        assertEquals(IoStatus.OK, Blocks.flush(sim, byExtent));
        assertEquals(IoStatus.OK, Blocks.flush(sim, byPage));
        assertEquals(IoStatus.OK, Blocks.flush(sim, whole));
        member.losePower();
        member.boot();
        for (long volume = 1; volume <= 3; volume++) {
            final PageSpace space = member.pages().find(volume).orElseThrow();
            for (long page = 0; page < PAGES; page++) {
                assertArrayEquals(content(volume, page), Blocks.read(sim, space, page * PAGE_BYTES, 512));
            }
        }
        assertTable();
        member.stop();
    }

    /** What pool:usage shows: chunklets of every level on every device, as many as the sets have there. */
    private void assertTable() {
        final Map<UUID, Map<String, Integer>> counted = new HashMap<>();
        member.pools().sets().forEach(set -> {
            for (final RaidColumn column : set.info().spec().columns()) {
                counted.computeIfAbsent(column.device(), device -> new HashMap<>())
                        .merge(set.info().spec().level(), 1, Integer::sum);
            }
        });
        final List<DeviceUsage> table = member.pools().usage();
        assertEquals(DEVICES, table.size());
        for (final DeviceUsage device : table) {
            assertEquals(device.toString(), LEVELS, device.chunkletsByLevel().keySet());
            assertEquals(counted.get(device.device()), device.chunkletsByLevel());
            assertTrue(device.freeChunklets() >= 0);
        }
    }
}
