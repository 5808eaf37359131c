package org.isobar.pool.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.pool.LevelUse;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.raid.RaidLevelInfo.State;
import org.isobar.testkit.Blocks;
import org.junit.Test;

public class PoolLevelsTest {
    private static final long SIZE = 8L * StoreWorld.PAGE_BYTES;

    private final StoreWorld world = StoreWorld.serving(1, 3, 40);
    private final PageSpace space = world.space(1, SIZE);

    @Test
    public void goesOnWhileALevelIsAway() {
        write(0, 1);
        level(State.AWAY);
        write(0, 2);
        assertEquals("on a page of a set that there is", IoStatus.OK, write(StoreWorld.PAGE_BYTES, 3));
        assertTrue(space.available());
        assertEquals("", world.pools().pool(StoreWorld.POOL).orElseThrow().reason());
        level(State.INSTALLED);
        read(0, 2);
        read(StoreWorld.PAGE_BYTES, 3);
    }

    @Test
    public void putsSetsToRestWhoseLevelIsMissingAndServesThemWhenItIsBack() {
        write(0, 1);
        final StripedSet before = world.engine().sets().get(1L);
        level(State.MISSING);
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), space, 0, 512));
        assertEquals(IoStatus.OFFLINE, write(0, 2));
        assertEquals(IoStatus.OFFLINE, write(4L * StoreWorld.PAGE_BYTES, 2));
        assertFalse(space.available());
        assertEquals(
                "level 0 is not here",
                world.pools().pool(StoreWorld.POOL).orElseThrow().reason());
        final LevelUse use = world.pools().levels().get(0);
        assertEquals(List.of(StoreWorld.POOL), use.pools());
        assertEquals(use.sets(), use.offlineSets());
        assertWarned("RAID level 0 is MISSING: pools=[P]");
        level(State.INSTALLED);
        assertTrue("assembled anew", world.engine().sets().get(1L) != before);
        assertTrue(space.available());
        read(0, 1);
        write(0, 2);
        assertEquals(IoStatus.OK, write(4L * StoreWorld.PAGE_BYTES, 2));
        assertEquals(List.of(), world.store().info().warnings());
        assertEquals(0, world.pools().levels().get(0).offlineSets());
    }

    @Test
    public void startsWithoutALevelAndForgetsNothing() {
        write(0, 1);
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
        world.launch(world.media());
        level(State.MISSING);
        world.sim().await(world.pages().whenServing());
        world.sim().run();
        final PageSpace again = world.pages().find(1).orElseThrow();
        assertFalse(again.available());
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), again, 0, 512));
        assertWarned("level 0 is not here");
        final StorageException refused = assertThrows(StorageException.class, () -> world.space(2, SIZE));
        assertEquals(StorageException.Code.UNAVAILABLE, refused.code());
        assertThrows(
                StorageException.class, () -> world.sim().await(world.pools().create("Q", StripedEngine.LEVEL)));
        level(State.INSTALLED);
        assertArrayEquals(PageSpaceIoTest.pattern(512, 1), Blocks.read(world.sim(), again, 0, 512));
    }

    @Test
    public void waitsForLevelsAtTheStartAsForDevices() {
        write(0, 1);
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
        world.launch(world.media());
        level(State.MISSING);
        assertEquals(MemberInfo.State.STARTING, world.store().info().state());
        assertTrue(world.store().info().message().contains("waiting for RAID levels: missing=[0]"));
        level(State.INSTALLED);
        assertEquals(MemberInfo.State.SERVING, world.store().info().state());
    }

    @Test
    public void servesNoSetThatTheLevelWouldLayOutOtherwise() {
        write(0, 1);
        assertEquals(1, world.engine().book().layouts().size());
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
        world.launch(world.media());
        world.engine().fingerprint(2);
        world.sim().await(world.pages().whenServing());
        final PageSpace again = world.pages().find(1).orElseThrow();
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), again, 0, 512));
        world.sim().run();
        assertWarned("RAID set cannot be assembled: set=1");
        world.engine().fingerprint(1);
        level(State.INSTALLED);
        assertArrayEquals(PageSpaceIoTest.pattern(512, 1), Blocks.read(world.sim(), again, 0, 512));
    }

    @Test
    public void takesAnotherLayoutOnceNoSetHasTheFirst() {
        write(0, 1);
        world.sim().await(world.pages().delete(1));
        world.sim().await(world.pools().delete(StoreWorld.POOL));
        assertEquals(0, world.engine().book().layouts().size());
        world.engine().fingerprint(2);
        world.sim().await(world.pools().create(StoreWorld.POOL, StripedEngine.LEVEL));
        final PageSpace other = world.space(3, SIZE);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), other, 0, PageSpaceIoTest.pattern(512, 9)));
        assertEquals(List.of(2L), List.copyOf(world.engine().book().layouts().values()));
    }

    @Test
    public void saysWhyAPoolOfAMissingLevelIsNotDeleted() {
        write(0, 1);
        level(State.MISSING);
        world.sim().await(world.pages().delete(1).exceptionally(refused -> null));
        final StorageException refused = assertThrows(
                StorageException.class, () -> world.sim().await(world.pools().delete(StoreWorld.POOL)));
        assertTrue(refused.getMessage(), refused.getMessage().contains("level 0 is not here"));
    }

    private void assertWarned(final String part) {
        final List<String> warnings = world.store().info().warnings();
        assertTrue(warnings.toString(), warnings.stream().anyMatch(warning -> warning.contains(part)));
    }

    private void level(final State state) {
        world.engine().level(state);
        world.sim().run();
    }

    private IoStatus write(final long at, final int seed) {
        return Blocks.write(world.sim(), space, at, PageSpaceIoTest.pattern(512, seed));
    }

    private void read(final long at, final int seed) {
        assertArrayEquals(PageSpaceIoTest.pattern(512, seed), Blocks.read(world.sim(), space, at, 512));
    }
}
