package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PlannedPool;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.WriteLogChoice;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.raid.RaidColumn;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.spi.allocation.LayoutPolicy;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Zones;
import org.junit.After;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** Pools that name a performance class, on devices with a fast and a slow zone. */
public class PoolsByClassTest {
    private static final int CHUNKLETS = 12;
    private static final int BORDER = 4;
    private static final int PAGE = StoreWorld.PAGE_BYTES;

    private final StoreWorld world = StoreWorld.serving(5, 3, CHUNKLETS);

    @After
    public void stop() {
        world.stop();
    }

    @Test
    public void formsSetsOfChunkletsOfItsClassOnly() {
        classify(uuids(), BORDER);
        assertEquals("class-2", create("S", "class-2").performanceClass());
        create("F", "class-1");
        final PageSpace slow = space(2, "S");
        final PageSpace fast = space(3, "F");
        fill(slow);
        fill(fast);
        assertChunklets("S", BORDER, CHUNKLETS);
        assertChunklets("F", 0, BORDER);
        assertEquals(0, pool("S").outOfClassChunklets());
        assertEquals(0, pool("F").outOfClassChunklets());
        for (final DeviceUsage device : world.pools().usage()) {
            assertEquals(Map.of("class-1", 0, "class-2", 0), device.freeByClass());
            assertEquals(Map.of("S", CHUNKLETS - BORDER, "F", BORDER), device.chunkletsByPool());
            assertEquals(1, device.chunkletsByLevel().size());
            assertTrue(device.chunkletsByLevel().containsValue(CHUNKLETS));
        }
    }

    @Test
    public void countsAsGrowableWhatItsClassHas() {
        final long all = pool(StoreWorld.POOL).growableBytes();
        classify(uuids(), BORDER);
        create("F", "class-1");
        create("S", "class-2");
        assertEquals(all, pool("F").growableBytes() + pool("S").growableBytes());
        assertEquals(all * BORDER / CHUNKLETS, pool("F").growableBytes());
        assertEquals(all, pool(StoreWorld.POOL).growableBytes());
    }

    @Test
    public void knowsClassesAfterALossOfPower() {
        classify(uuids(), BORDER);
        create("S", "class-2");
        final PageSpace before = space(2, "S");
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), before, 0, new byte[512]));
        world.loseAllUnstable();
        final PageSpace after = world.pages().find(2).orElseThrow();
        fill(after);
        assertChunklets("S", BORDER, CHUNKLETS);
        assertEquals(2, world.store().parts().state().classes().classes().size());
        assertEquals(
                Zones.performance(1),
                world.store().parts().state().classes().classes().get(1).performance());
    }

    @Test
    public void writesNothingWhenNothingHasChanged() {
        classify(uuids(), BORDER);
        final ChunkletMap known = world.store().parts().state().classes();
        classify(uuids(), BORDER);
        assertTrue(known == world.store().parts().state().classes());
    }

    @Test
    public void refusesAClassThatThereIsNot() {
        final StorageException unmeasured = refused(Code.INVALID, () -> create("Q", "class-1"));
        assertTrue(unmeasured.getMessage(), unmeasured.getMessage().contains("device:measure"));
        classify(uuids(), BORDER);
        final StorageException unknown = refused(Code.INVALID, () -> create("Q", "class-3"));
        assertTrue(unknown.getMessage(), unknown.getMessage().contains("[any, class-1, class-2], is class-3"));
        refused(Code.INVALID, () -> change(StoreWorld.POOL, "class-3"));
        refused(Code.NOT_FOUND, () -> change("none", "class-1"));
    }

    @Test
    public void refusesClassesThatContradictEachOther() {
        final List<PerformanceClass> classes = new ArrayList<>(Zones.on(uuids(), List.of(0, BORDER), CHUNKLETS));
        classes.add(new PerformanceClass(
                "class-3", Zones.performance(2), 1, classes.get(0).parts().subList(0, 1)));
        refused(Code.IO, () -> world.sim().await(world.classes().classify(classes)));
        assertEquals(0, world.store().parts().state().classes().classes().size());
    }

    @Test
    public void takesNothingOfADeviceThatWasNeverMeasured() {
        final UUID unmeasured = uuids().get(2);
        classify(uuids().subList(0, 2), BORDER);
        create("S", "class-2");
        fill(space(2, "S"));
        assertTrue(columns("S").stream().noneMatch(column -> column.device().equals(unmeasured)));
        assertChunklets("S", BORDER, CHUNKLETS);
        classify(uuids().subList(0, 1), BORDER);
        create("T", "class-2");
        final PageSpace none = space(3, "T");
        assertEquals(IoStatus.NO_SPACE, Blocks.write(world.sim(), none, 0, new byte[512]));
        final String why = world.store().parts().devices().shortage("class-2");
        assertTrue(why, why.contains("devicesNeverMeasured=2"));
        assertTrue(why, why.contains("pool:class"));
    }

    @Test
    public void leavesChunkletsInUseWhereTheyAreAndSaysHowManyAreOutOfClass() {
        classify(uuids(), BORDER);
        create("F", "class-1");
        fill(space(2, "F"));
        final List<RaidColumn> before = columns("F");
        classify(uuids(), 1);
        assertEquals(before, columns("F"));
        assertEquals(3 * (BORDER - 1), pool("F").outOfClassChunklets());
        world.kill();
        assertEquals(before, columns("F"));
        assertEquals(3 * (BORDER - 1), pool("F").outOfClassChunklets());
    }

    @Test
    public void formsSetsOfAnotherClassFromNowOnWhenItIsGivenOne() {
        classify(uuids(), BORDER);
        final PageSpace space = world.space(1, 1L << 30);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), space, 0, new byte[512]));
        final int before = columns(StoreWorld.POOL).size();
        assertEquals(before, change(StoreWorld.POOL, "class-2").outOfClassChunklets());
        fill(space);
        assertEquals(before, pool(StoreWorld.POOL).outOfClassChunklets());
        world.restartInOrder();
        assertEquals("class-2", pool(StoreWorld.POOL).performanceClass());
        assertEquals(before, pool(StoreWorld.POOL).outOfClassChunklets());
    }

    @Test
    public void takesEmptySetsOfOtherPoolsApartForTheirChunkletsWhenTheyAreOfItsClass() {
        classify(uuids(), BORDER);
        create("F", "class-1");
        final PageSpace any = world.space(1, 1L << 30);
        fill(any);
        final PageSpace fast = space(2, "F");
        assertEquals(IoStatus.NO_SPACE, Blocks.write(world.sim(), fast, 0, new byte[512]));
        world.sim().await(world.pages().delete(1));
        world.sim().run();
        fill(fast);
        assertChunklets("F", 0, BORDER);
        assertFalse(columns("F").isEmpty());
    }

    @Test
    public void plansTheLayoutByClasses() {
        plugIn("zones", (classes, levels, devices) -> {
            final List<LayoutPolicy.Pool> pools = new ArrayList<>();
            for (final String one : classes) {
                pools.add(new LayoutPolicy.Pool("on-" + one, levels.get(0), one));
            }
            return pools;
        });
        final LayoutPlan layout = layout("zones");
        assertEquals(List.of(new PlannedPool("on-any", "0", "any", false, "")), plan(layout));
        classify(uuids(), BORDER);
        create("on-class-1", "class-2");
        assertEquals(
                List.of(
                        new PlannedPool(
                                "on-class-1",
                                "0",
                                "class-1",
                                true,
                                "is of class class-2: pool:class on-class-1 class-1"),
                        new PlannedPool("on-class-2", "0", "class-2", false, "")),
                plan(layout));
        classify(uuids().subList(0, 1), BORDER);
        assertEquals(List.of(new PlannedPool("on-any", "0", "any", false, "")), plan(layout));
    }

    @Test
    public void fencesLayoutPoliciesThatWantWhatCannotBe() {
        assertNonsense("no-name", List.of(new LayoutPolicy.Pool("a b", "0", "any")), "without a name");
        assertNonsense("null-name", List.of(new LayoutPolicy.Pool(null, "0", "any")), "without a name");
        final LayoutPolicy.Pool well = new LayoutPolicy.Pool("P", "0", "any");
        assertNonsense("twice", List.of(well, well), "two of one");
        assertNonsense("level", List.of(new LayoutPolicy.Pool("P", "77", "any")), "not plugged in");
        assertNonsense("class", List.of(new LayoutPolicy.Pool("P", "0", "class-9")), "not offered");
        assertNonsense("null", java.util.Collections.singletonList(null), "NullPointerException");
    }

    private void assertNonsense(final String name, final List<LayoutPolicy.Pool> answer, final String why) {
        plugIn(name, (classes, levels, devices) -> answer);
        assertEquals("the built-in one knows no RAID 0", List.of(), plan(layout(name)));
        final String told = world.policies().warnings().stream()
                .filter(warning -> warning.contains("name=" + name + " "))
                .findFirst()
                .orElseThrow();
        assertTrue(told, told.contains(why));
        assertTrue(MemberStatus.over(world.store()).info().warnings().contains(told));
    }

    private void plugIn(final String name, final LayoutPolicy policy) {
        world.policies()
                .plug(
                        new PolicyKind<>("layout", LayoutPolicy.class, policy),
                        name,
                        policy,
                        new PolicyOrigin("org.example.layout", "1.0.0", 0));
    }

    private LayoutPlan layout(final String policy) {
        return new LayoutPlan(world.store().parts(), new LayoutPolicies(world.policies(), policy));
    }

    private List<PlannedPool> plan(final LayoutPlan layout) {
        return world.sim().await(layout.plan());
    }

    private List<UUID> uuids() {
        return world.media().stream().map(SimMedia::uuid).toList();
    }

    private void classify(final List<UUID> devices, final int border) {
        world.sim().await(world.classes().classify(Zones.on(devices, List.of(0, border), CHUNKLETS)));
    }

    private PoolInfo create(final String name, final String performanceClass) {
        return world.sim().await(world.pools().create(name, StripedEngine.LEVEL, performanceClass, WriteLogChoice.OFF));
    }

    private PoolInfo change(final String name, final String performanceClass) {
        return world.sim().await(world.pools().changeClass(name, performanceClass));
    }

    private PoolInfo pool(final String name) {
        return world.pools().pool(name).orElseThrow();
    }

    private PageSpace space(final long volume, final String pool) {
        return world.sim().await(world.pages().create(volume, 1L << 30, PAGE, pool));
    }

    private void fill(final PageSpace space) {
        long page = 0;
        while (Blocks.write(world.sim(), space, page * PAGE, new byte[512]) == IoStatus.OK) {
            page++;
        }
    }

    private List<RaidColumn> columns(final String pool) {
        return world.pools().sets().stream()
                .filter(set -> set.pool().equals(pool))
                .flatMap(set -> set.info().spec().columns().stream())
                .toList();
    }

    private void assertChunklets(final String pool, final int from, final int end) {
        assertFalse(columns(pool).isEmpty());
        for (final RaidColumn column : columns(pool)) {
            assertTrue(column.toString(), column.chunklet() >= from && column.chunklet() < end);
        }
    }

    private static StorageException refused(final Code code, final ThrowingRunnable action) {
        final StorageException refusal = assertThrows(StorageException.class, action);
        assertEquals(refusal.getMessage(), code, refusal.code());
        return refusal;
    }
}
