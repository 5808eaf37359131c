package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Set;
import java.util.UUID;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.WriteLogChoice;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimDevice;
import org.junit.After;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

public class PoolAdminTest {
    private static final int PAGE = StoreWorld.PAGE_BYTES;

    private final StoreWorld world = StoreWorld.serving(3, 3, 12);

    @After
    public void stop() {
        world.stop();
    }

    @Test
    public void refusesBadNamesAndLevels() {
        refused(Code.INVALID, () -> create("", "0"));
        refused(Code.INVALID, () -> create("a b", "0"));
        refused(Code.INVALID, () -> create("x".repeat(33), "0"));
        refused(Code.INVALID, () -> create("Q", "77"));
        refused(Code.EXISTS, () -> create(StoreWorld.POOL, "0"));
    }

    @Test
    public void refusesBadSpaces() {
        refused(Code.NOT_FOUND, () -> space(1, PAGE, PAGE, "none"));
        refused(Code.INVALID, () -> space(1, 0, PAGE, StoreWorld.POOL));
        refused(Code.INVALID, () -> space(1, 100, PAGE, StoreWorld.POOL));
        refused(Code.INVALID, () -> space(1, Long.MAX_VALUE / 512 * 512, PAGE, StoreWorld.POOL));
        refused(Code.INVALID, () -> space(1, PAGE, 32_768, StoreWorld.POOL));
        refused(Code.INVALID, () -> space(1, PAGE, 100_000, StoreWorld.POOL));
        refused(Code.INVALID, () -> space(1, PAGE, 1 << 30, StoreWorld.POOL));
        refused(Code.INVALID, () -> space(-1, PAGE, PAGE, StoreWorld.POOL));
        world.space(1, PAGE);
        refused(Code.EXISTS, () -> space(1, PAGE, PAGE, StoreWorld.POOL));
        refused(Code.INVALID, () -> world.sim().await(world.pages().grow(1, 512)));
        refused(Code.NOT_FOUND, () -> world.sim().await(world.pages().grow(2, PAGE)));
        refused(Code.NOT_FOUND, () -> world.sim().await(world.pages().delete(2)));
    }

    @Test
    public void refusesDocumentsThatAreTooLong() {
        world.sim().await(world.catalog().put("t", "k", new byte[Catalog.MAX_VALUE_BYTES]));
        refused(Code.INVALID, () -> world.sim()
                .await(world.catalog().put("t", "k", new byte[Catalog.MAX_VALUE_BYTES + 1])));
        refused(Code.INVALID, () -> world.sim().await(world.catalog().put("", "k", new byte[1])));
    }

    @Test
    public void removesDocumentsAndDoesNotMindThoseThatAreNotThere() {
        world.sim().await(world.catalog().put("t", "k", new byte[1]));
        world.sim().await(world.catalog().remove("t", "k"));
        world.sim().await(world.catalog().remove("t", "k"));
        assertTrue(world.catalog().all("t").isEmpty());
    }

    @Test
    public void keepsAPoolThatAVolumeUses() {
        world.space(1, PAGE);
        refused(Code.CONFLICT, () -> world.sim().await(world.pools().delete(StoreWorld.POOL)));
    }

    @Test
    public void givesAllChunkletsBackWhenAPoolIsDeleted() {
        final PageSpace space = world.space(1, 1 << 20);
        Blocks.write(world.sim(), space, 0, new byte[512]);
        world.sim().await(world.pages().delete(1));
        world.sim().await(world.pools().delete(StoreWorld.POOL));
        assertTrue(world.pools().pools().isEmpty());
        assertTrue(world.pools().sets().isEmpty());
        for (final DeviceUsage device : world.pools().usage()) {
            assertEquals(12, device.freeChunklets());
        }
    }

    @Test
    public void letsSpaceMoveFromOnePoolToAnother() {
        create("Q", "0");
        final PageSpace first = world.space(1, 1 << 30);
        fill(first);
        final PageSpace second = world.sim().await(world.pages().create(2, 1 << 30, PAGE, "Q"));
        assertEquals(IoStatus.NO_SPACE, Blocks.write(world.sim(), second, 0, new byte[512]));
        world.sim().await(world.pages().delete(1));
        world.sim().run();
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), second, 0, new byte[512]));
        fill(second);
    }

    @Test
    public void formsSetsWithAWriteLogWhileThePoolAsksForIt() {
        world.sim().await(world.pools().create("L", "0", "any", WriteLogChoice.ON));
        assertTrue(world.pools().pool("L").orElseThrow().writeLog());
        assertFalse(pool().writeLog());
        final PageSpace space = world.sim().await(world.pages().create(2, 1 << 20, PAGE, "L"));
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), space, 0, new byte[512]));
        assertEquals(
                StripedEngine.LOG_BYTES,
                world.pools().sets().get(0).info().spec().logBytes());
        assertFalse(world.sim().await(world.pools().setWriteLog("L", false)).writeLog());
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.space(1, 1 << 20), 0, new byte[512]));
        assertEquals(0, world.pools().sets().get(1).info().spec().logBytes());
        refused(Code.NOT_FOUND, () -> world.sim().await(world.pools().setWriteLog("none", true)));
    }

    @Test
    public void formsSetsWithAWriteLogWhereTheLevelNeedsOneAndNobodySaysOtherwise() {
        create("L", "0");
        assertTrue(world.pools().pool("L").orElseThrow().writeLog());
        final PageSpace space = world.sim().await(world.pages().create(2, 1 << 20, PAGE, "L"));
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), space, 0, new byte[512]));
        assertEquals(
                StripedEngine.LOG_BYTES,
                world.pools().sets().get(0).info().spec().logBytes());
        world.sim().await(world.pools().create("O", "0", "any", WriteLogChoice.OFF));
        assertFalse(world.pools().pool("O").orElseThrow().writeLog());
        world.engine().needsNoLog();
        create("N", "0");
        assertFalse(world.pools().pool("N").orElseThrow().writeLog());
    }

    @Test
    public void tellsThatChunkletsHaveNoRoomForAWriteLog() {
        world.engine().logsFrom(StoreWorld.CHUNKLET_BYTES + 1);
        refused(Code.INVALID, () -> world.sim().await(world.pools().create("L", "0", "any", WriteLogChoice.ON)));
        create("L", "0");
        assertFalse(
                "none of its sets would have one",
                world.pools().pool("L").orElseThrow().writeLog());
        refused(Code.INVALID, () -> world.sim().await(world.pools().setWriteLog("L", true)));
        world.engine().logsFrom(StoreWorld.CHUNKLET_BYTES);
        assertTrue(
                "it has one once there is room",
                world.pools().pool("L").orElseThrow().writeLog());
        world.engine().logsFrom(StoreWorld.CHUNKLET_BYTES + 1);
        world.sim().await(world.pools().setWriteLog("L", false));
        world.engine().logsFrom(StoreWorld.CHUNKLET_BYTES);
        assertFalse(
                "it was switched off, though it had none",
                world.pools().pool("L").orElseThrow().writeLog());
    }

    @Test
    public void refusesAWriteLogForALevelThatNeedsNone() {
        world.engine().needsNoLog();
        refused(Code.INVALID, () -> world.sim().await(world.pools().create("L", "0", "any", WriteLogChoice.ON)));
        create("L", "0");
        refused(Code.INVALID, () -> world.sim().await(world.pools().setWriteLog("L", true)));
        assertFalse(world.sim().await(world.pools().setWriteLog("L", false)).writeLog());
    }

    @Test
    public void countsSpaceSoThatItAddsUp() {
        final long before = pool().growableBytes();
        final long setBytes = 3L * StoreWorld.CHUNKLET_BYTES;
        final PageSpace space = world.space(1, 1 << 30);
        for (long page = 0; page < 7; page++) {
            Blocks.write(world.sim(), space, page * PAGE, new byte[512]);
        }
        world.sim().run();
        assertEquals(7L * PAGE, pool().usedBytes());
        assertEquals(7L * PAGE, space.allocatedBytes());
        assertEquals(before, pool().growableBytes() + pool().setCount() * setBytes);
        assertEquals(5L * PAGE * pool().setCount(), pool().capacityBytes());
    }

    @Test
    public void removesADeviceThatHoldsNothing() {
        final UUID uuid = world.media().get(1).uuid();
        await(world.sim().await(world.pools().removeDevice(uuid)));
        assertEquals(1, world.forgotten().size());
        assertEquals(uuid, world.forgotten().get(0));
    }

    @Test
    public void refusesToRemoveWhatIsUnknownOrHasNoOtherPlace() {
        refused(Code.NOT_FOUND, () -> world.sim().await(world.pools().removeDevice(new UUID(1, 1))));
        Blocks.write(world.sim(), world.space(1, 1 << 20), 0, new byte[512]);
        final UUID uuid = world.media().get(1).uuid();
        refused(Code.NO_SPACE, () -> world.sim().await(world.pools().removeDevice(uuid)));
    }

    @Test
    public void refusesToRemoveTheLastDevice() {
        final StoreWorld one = StoreWorld.serving(4, 1, 4);
        refused(Code.CONFLICT, () -> one.sim()
                .await(one.pools().removeDevice(one.media().get(0).uuid())));
        one.stop();
    }

    @Test
    public void forgetsARemovedDeviceThatComesBack() {
        final UUID uuid = world.media().get(1).uuid();
        world.directory().lose(uuid);
        world.sim().run();
        await(world.sim().await(world.pools().removeDevice(uuid)));
        assertTrue(world.forgotten().isEmpty());
        assertEquals(Set.of(uuid), world.classes().removed());
        world.restartInOrder();
        world.sim().run();
        assertEquals(1, world.forgotten().size());
    }

    @Test
    public void usesADeviceThatIsAdded() {
        final PageSpace space = world.space(1, 1 << 30);
        fill(space);
        world.addDevice(12);
        world.addDevice(12);
        world.addDevice(12);
        final SimDevice last = world.addDevice(12);
        world.sim().run();
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), space, 1L << 29, new byte[512]));
        assertTrue(last.zeroes() > 0);
    }

    @Test
    public void scrubsAPool() {
        Blocks.write(world.sim(), world.space(1, 1 << 20), 0, new byte[512]);
        await(world.sim().await(world.pools().scrub(StoreWorld.POOL, false)));
        refused(Code.NOT_FOUND, () -> world.sim().await(world.pools().scrub("none", false)));
    }

    private void await(final JobInfo job) {
        world.sim().runUntil(() -> state(job) != JobState.RUNNING);
        assertEquals(JobState.DONE, state(job));
    }

    private JobState state(final JobInfo job) {
        return world.jobs().find(job.id()).orElseThrow().info().state();
    }

    private PoolInfo pool() {
        return world.pools().pool(StoreWorld.POOL).orElseThrow();
    }

    private void create(final String name, final String level) {
        world.sim().await(world.pools().create(name, level));
    }

    private void space(final long volume, final long sizeBytes, final int pageBytes, final String pool) {
        world.sim().await(world.pages().create(volume, sizeBytes, pageBytes, pool));
    }

    private void fill(final PageSpace space) {
        long page = 0;
        while (Blocks.write(world.sim(), space, page * PAGE, new byte[512]) == IoStatus.OK) {
            page++;
        }
        assertTrue("pages=" + page, page > 8);
    }

    private static void refused(final Code code, final ThrowingRunnable call) {
        assertEquals(code, assertThrows(StorageException.class, call).code());
    }
}
