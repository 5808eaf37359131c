package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.UUID;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.HealthState;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.SetPlacement;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimDevice;
import org.junit.Test;

/** What a device that fails is needed for; and nothing new is put on one that is suspect. */
public class DeviceNeedsTest {
    private static final long MIB = 1 << 20;

    @Test
    public void nothingIsNeededWhileAllAreThere() {
        final StoreWorld world = StoreWorld.serving(1, 4, 8);
        world.space(1, MIB);
        fill(world);
        world.media().forEach(one -> assertEquals("", needs(world, one.uuid())));
        world.stop();
    }

    @Test
    public void theOtherColumnsOfASetThatMissesOneAreNeeded() {
        final StoreWorld world = StoreWorld.serving(2, 4, 8);
        world.space(1, MIB);
        fill(world);
        final SetPlacement set = world.pools().sets().get(0);
        final UUID gone = set.info().columns().get(0).column().device();
        final UUID left = set.info().columns().get(1).column().device();
        world.directory().lose(gone);
        world.sim().run();
        assertTrue(needs(world, left), needs(world, left).startsWith("RAID set would be offline: set="));
        world.directory().comeBack(gone);
        world.sim().runFor(10_000_000_000L);
        assertEquals("", needs(world, left));
        world.stop();
    }

    @Test
    public void theLastDeviceOfTheMetadataIsNeeded() {
        final StoreWorld world = StoreWorld.serving(3, 1, 8);
        final String need = needs(world, world.media().get(0).uuid());
        assertTrue(need, need.contains("majority"));
        world.stop();
    }

    @Test
    public void whileTheMemberStartsAllAreNeeded() {
        final StoreWorld world = StoreWorld.serving(4, 4, 8);
        world.space(1, MIB);
        fill(world);
        world.sim().await(world.store().stop());
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
        world.launch(world.media().subList(0, 3));
        world.sim().runFor(500_000_000L);
        assertEquals("the member is starting", needs(world, world.media().get(0).uuid()));
        world.stop();
    }

    @Test
    public void nothingNewIsPutOnASuspectDeviceWhileOthersHaveRoom() {
        final StoreWorld world = StoreWorld.serving(5, 4, 8);
        final SimDevice suspect = world.device(world.media().get(0));
        suspect.health(HealthState.SUSPECT);
        world.space(1, MIB);
        fill(world);
        assertEquals(0, used(world, suspect.uuid()));
        world.stop();
    }

    @Test
    public void aSuspectDeviceIsBetterThanNone() {
        final StoreWorld world = StoreWorld.serving(6, 3, 8);
        world.media().forEach(one -> world.device(one).health(HealthState.SUSPECT));
        world.space(1, MIB);
        fill(world);
        assertTrue(world.pools().sets().size() > 0);
        world.stop();
    }

    private static void fill(final StoreWorld world) {
        final byte[] page = new byte[StoreWorld.PAGE_BYTES];
        Arrays.fill(page, (byte) 1);
        assertEquals(
                IoStatus.OK, Blocks.write(world.sim(), world.pages().find(1).orElseThrow(), 0, page));
        world.sim().run();
    }

    private static long used(final StoreWorld world, final UUID device) {
        final DeviceUsage usage = world.pools().usage().stream()
                .filter(one -> one.device().equals(device))
                .findFirst()
                .orElseThrow();
        return usage.chunkletsByPool().values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private static String needs(final StoreWorld world, final UUID device) {
        return world.directory().needs(device);
    }
}
