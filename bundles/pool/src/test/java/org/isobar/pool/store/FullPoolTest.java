package org.isobar.pool.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.testkit.Blocks;
import org.junit.After;
import org.junit.Test;

/** A pool without a free page can be used, emptied and enlarged while it serves. */
public class FullPoolTest {
    private static final int PAGE = StoreWorld.PAGE_BYTES;
    private static final long SIZE = 1L << 30;

    private final StoreWorld world = StoreWorld.serving(5, 3, 12);
    private final long pages = fill(world.space(1, SIZE));

    @After
    public void stop() {
        world.stop();
    }

    @Test
    public void holdsAsManyPagesAsItsSetsAndRefusesTheNext() {
        assertEquals(world.pools().pool(StoreWorld.POOL).orElseThrow().capacityBytes(), pages * PAGE);
        assertEquals(0, world.pools().pool(StoreWorld.POOL).orElseThrow().growableBytes());
        assertEquals(IoStatus.NO_SPACE, write(pages));
    }

    @Test
    public void goesOnOverwritingEveryPageItHas() {
        for (long page = 0; page < pages; page++) {
            assertEquals(IoStatus.OK, write(page));
            assertEquals(IoStatus.OK, Blocks.writeDurable(world.sim(), space(), page * PAGE, new byte[512]));
        }
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space()));
    }

    @Test
    public void readsPagesItHasNotAsZeros() {
        assertArrayEquals(new byte[512], Blocks.read(world.sim(), space(), pages * PAGE, 512));
        assertEquals(IoStatus.OK, Blocks.zero(world.sim(), space(), pages * PAGE, 512));
    }

    @Test
    public void takesWritesAgainAfterOnePageWasUnmapped() {
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space(), 3L * PAGE, PAGE));
        world.sim().run();
        assertEquals(IoStatus.OK, write(pages));
        assertEquals(IoStatus.NO_SPACE, write(pages + 1));
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space(), 0, SIZE));
        world.sim().run();
        assertEquals(0, space().allocatedBytes());
        assertEquals(pages, fill(space()));
    }

    @Test
    public void takesWritesOfOneVolumeWhenAnotherIsDeleted() {
        final PageSpace second = world.space(2, SIZE);
        assertEquals(IoStatus.NO_SPACE, Blocks.write(world.sim(), second, 0, new byte[512]));
        world.sim().await(world.pages().delete(1));
        world.sim().run();
        assertEquals(pages, fill(second));
    }

    @Test
    public void waitsForPagesThatAreBeingFreedInsteadOfRefusing() {
        final PageSpace second = world.space(2, SIZE);
        world.sim().await(world.pages().delete(1));
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), second, 0, new byte[512]));
    }

    @Test
    public void startsFullAndCanBeEmptiedThen() {
        world.restartInOrder();
        assertEquals(IoStatus.NO_SPACE, write(pages));
        assertEquals(IoStatus.OK, write(pages - 1));
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space(), 0, PAGE));
        world.sim().run();
        assertEquals(IoStatus.OK, write(pages));
        world.sim().await(world.pages().delete(1));
        world.sim().run();
        assertEquals(pages, fill(world.space(2, SIZE)));
    }

    @Test
    public void takesWritesAgainWhenDevicesAreAdded() {
        assertEquals(IoStatus.NO_SPACE, write(pages));
        world.addDevice(12);
        world.addDevice(12);
        world.addDevice(12);
        world.sim().run();
        assertEquals(IoStatus.OK, write(pages));
        assertTrue(fill(space()) > pages + 1);
    }

    /** The metadata area fills too, with anything that takes room in it; what empties the pool still goes through. */
    @Test
    public void canBeEmptiedWhenTheMetadataAreaIsFullAsWell() {
        world.sim().await(world.catalog().put("volumes", "1", new byte[] {1}));
        final int documents = fillMetadata();
        world.sim().await(world.catalog().put("volumes", "1", new byte[] {2}));
        assertArrayEquals(new byte[] {2}, world.catalog().all("volumes").get("1"));
        assertEquals(IoStatus.OK, write(0));
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space(), 0, 5L * PAGE));
        world.sim().run();
        world.restartInOrder();
        world.sim().await(world.pages().delete(1));
        world.sim().run();
        assertEquals(0, world.pools().pool(StoreWorld.POOL).orElseThrow().usedBytes());
        for (int key = 0; key < documents; key++) {
            world.sim().await(world.catalog().remove("t", Integer.toString(key)));
        }
        assertEquals(pages, fill(world.space(2, SIZE)));
    }

    @Test
    public void tellsHowFullItIsAndLessOnceEmptied() {
        world.sim().run();
        assertEquals(PoolFullness.FULL, info().fullness());
        Blocks.discard(world.sim(), space(), 0, (pages - 1) * PAGE);
        world.sim().run();
        assertEquals(PoolFullness.NORMAL, info().fullness());
    }

    @Test
    public void countsSpaceItCouldStillFormAsFree() {
        world.addDevice(48);
        world.addDevice(48);
        world.addDevice(48);
        world.sim().run();
        assertEquals(PoolFullness.NORMAL, info().fullness());
    }

    @Test
    public void keepsThresholdsOverARestartUntilThePoolGoes() {
        Blocks.discard(world.sim(), space(), 0, pages / 2 * PAGE);
        world.sim().run();
        assertEquals(PoolThresholds.DEFAULT, info().thresholds());
        final PoolThresholds low = new PoolThresholds(10, 20);
        final PoolInfo changed = world.sim().await(world.pools().changeThresholds(StoreWorld.POOL, low));
        assertEquals(PoolFullness.CRITICAL, changed.fullness());
        world.restartInOrder();
        world.sim().run();
        assertEquals(low, info().thresholds());
        assertEquals(PoolFullness.CRITICAL, info().fullness());
        world.sim().await(world.pages().delete(1));
        world.sim().await(world.pools().delete(StoreWorld.POOL));
        world.sim().await(world.pools().create(StoreWorld.POOL, StripedEngine.LEVEL));
        assertEquals(PoolThresholds.DEFAULT, info().thresholds());
    }

    @Test
    public void refusesThresholdsOfNoPool() {
        final StorageException refused = assertThrows(StorageException.class, () -> world.sim()
                .await(world.pools().changeThresholds("none", PoolThresholds.DEFAULT)));
        assertEquals(StorageException.Code.NOT_FOUND, refused.code());
    }

    private PoolInfo info() {
        return world.pools().pool(StoreWorld.POOL).orElseThrow();
    }

    private int fillMetadata() {
        int count = 0;
        for (int bytes = Catalog.MAX_VALUE_BYTES; bytes > 0; bytes /= 2) {
            try {
                while (true) {
                    world.sim().await(world.catalog().put("t", Integer.toString(count), new byte[bytes]));
                    count++;
                }
            } catch (final StorageException full) {
                assertEquals(StorageException.Code.NO_SPACE, full.code());
            }
        }
        final StorageException refused = assertThrows(StorageException.class, () -> world.space(9, SIZE));
        assertEquals(StorageException.Code.NO_SPACE, refused.code());
        final StorageException longer = assertThrows(
                StorageException.class, () -> world.sim().await(world.catalog().put("volumes", "1", new byte[200])));
        assertEquals(StorageException.Code.NO_SPACE, longer.code());
        return count;
    }

    private PageSpace space() {
        return world.pages().find(1).orElseThrow();
    }

    private IoStatus write(final long page) {
        return Blocks.write(world.sim(), space(), page * PAGE, new byte[512]);
    }

    /** Pages that could be written. */
    private long fill(final PageSpace space) {
        long page = 0;
        while (Blocks.write(world.sim(), space, page * PAGE, new byte[512]) == IoStatus.OK) {
            page++;
        }
        return page;
    }
}
