package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceSettings;
import org.isobar.api.balance.BalanceStatus.State;
import org.isobar.api.balance.PageExplanation;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageAllocation;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.testkit.Blocks;
import org.isobar.volume.balance.Balancer;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** Asking the policy and making its moves; its answers are made up here. */
public final class BalancerTest {
    private static final int PAGE = VolumeFixture.PAGE_BYTES;
    private static final int PAGES = 24;
    private static final long RATE = 1 << 20;
    private static final int INTERVAL_S = 60;
    private static final BalanceSettings ON = BalanceSettings.DEFAULT
            .withPolicy("mine")
            .withPace(INTERVAL_S, RATE)
            .withEnabled(true);

    private final VolumeFixture fixture = new VolumeFixture();
    private final List<BalancePicture> pictures = new ArrayList<>();
    private StoredMoves moves;
    private Balancer balancer;
    private BalancingPolicy policy = picture -> BalancePlan.nothing("all is well");

    public BalancerTest() {
        fixture.create("v");
        fixture.create("w");
        for (int page = 0; page < PAGES; page++) {
            final byte[] bytes = new byte[512];
            assertEquals(IoStatus.OK, Blocks.write(fixture.sim, fixture.volume("v"), (long) page * PAGE, bytes));
        }
        assertEquals(IoStatus.OK, Blocks.write(fixture.sim, fixture.volume("w"), 0, new byte[512]));
        open();
    }

    @Test
    public void isOffUntilItIsSwitchedOn() {
        pass(10_000);

        assertTrue(pictures.isEmpty());
        assertEquals(State.OFF, balancer.status().state());
        assertEquals(List.of(), balancer.history());
        assertEquals(BalanceSettings.DEFAULT, balancer.status().settings());
        assertTrue(balancer.status().policies().contains("mine"));
    }

    @Test
    public void makesTheMovesOfThePolicy() {
        policy = picture -> plan("busy", 3, 5, 7);
        await(balancer.change(ON));
        assertEquals(State.WAITING, balancer.status().state());
        pass(INTERVAL_S + 5);

        assertEquals(
                Map.of("A", 21L * PAGE, "B", 3L * PAGE), moves.placement("v").bytesByPool());
        final BalanceDecision decision = balancer.history().get(0);
        assertEquals("mine", decision.policy());
        assertEquals("busy", decision.reason());
        assertEquals(3, decision.plannedPages());
        assertEquals(3, decision.movedPages());
        assertEquals(3L * PAGE, decision.movedBytes());
        assertEquals(0, decision.failedPages());
        assertEquals(1.5, decision.gainPerS(), 0);
        assertEquals(decision, balancer.status().last());
        assertEquals(3, balancer.status().counters().movedPages());
        assertEquals(3L * PAGE, balancer.status().counters().movedBytes());
        assertEquals(1, balancer.status().counters().decisions());
    }

    @Test
    public void showsThePolicyWhatThereIs() {
        for (int i = 0; i < 5; i++) {
            Blocks.read(fixture.sim, fixture.volume("v"), 4L * PAGE + 1024, 512);
        }
        policy = picture -> plan("busy", 4);
        await(balancer.change(ON));
        pass(INTERVAL_S + 5);
        policy = picture -> BalancePlan.nothing("all is well");
        pass(INTERVAL_S);

        final BalancePicture first = pictures.get(0);
        assertEquals(RATE * INTERVAL_S, first.budgetBytes());
        assertEquals(
                List.of("A", "B"),
                first.pools().stream().map(pool -> pool.name()).toList());
        assertEquals(PAGES + 1, first.pools().get(0).pageCount());
        assertEquals(0, first.pools().get(1).pageCount());
        assertFalse(first.pools().get(0).measured());
        final BalancePage busiest = first.pages().get(0);
        assertEquals(4, busiest.page());
        assertEquals(6, busiest.requests(), 0);
        assertEquals(BalancePage.NEVER, busiest.sinceMovedMs());
        assertEquals(PAGES + 1, first.pages().size());
        final BalancePage moved = pictures.get(1).pages().get(0);
        assertEquals("B", moved.pool());
        assertTrue("ms=" + moved.sinceMovedMs(), moved.sinceMovedMs() > 55_000 && moved.sinceMovedMs() <= 60_000);
    }

    @Test
    public void movesNothingOfVolumesThatStay() {
        await(moves.pin("v", true));
        policy = picture -> plan("wrong", 0);
        await(balancer.change(ON.withVolume("w", false)));
        pass(INTERVAL_S + 5);

        assertEquals(List.of(), pictures.get(0).pages());
        assertEquals(PAGES + 1, pictures.get(0).pools().get(0).pageCount());
        assertEquals(1, balancer.history().get(0).failedPages());
        assertEquals(1, balancer.status().counters().failedPages());
        assertEquals(Map.of("A", (long) PAGES * PAGE), moves.placement("v").bytesByPool());
    }

    @Test
    public void movesNothingOfAVolumeThatIsMovedAsAWhole() {
        await(balancer.change(ON));
        policy = picture -> plan("too late", 1, 2);
        fixture.sim.await(moves.start("v", "B"));
        fixture.sim.await(moves.pause("v", true));
        pass(INTERVAL_S + 5);

        assertEquals(1, pictures.get(0).pages().size());
        assertEquals(2, balancer.history().get(0).failedPages());
    }

    @Test
    public void movesPagesOnlyToThePoolsOfTheirVolume() {
        fixture.space("v").allocate(new PageAllocation(PageAllocation.Unit.PAGE, "spread", 0, List.of("A")));
        policy = picture -> plan("wrong", 3);
        await(balancer.change(ON));
        pass(INTERVAL_S + 5);

        assertEquals(List.of("A"), pictures.get(0).pages().get(0).pools());
        assertEquals(1, balancer.history().get(0).failedPages());
        assertEquals("A", fixture.space("v").poolOf(3));
    }

    @Test
    public void leavesOutPoolsThatAreExcludedOrNotWhole() {
        fixture.pools.set(
                VolumeFixture.FixedPools.pool("A", "10", 1024, 0),
                VolumeFixture.FixedPools.pool("B", "5", 1024, 1),
                VolumeFixture.FixedPools.pool("C", "5", 1024, 0));
        await(balancer.change(ON.withPool("C", false)));
        pass(INTERVAL_S + 5);

        assertEquals(
                List.of("A"),
                pictures.get(0).pools().stream().map(pool -> pool.name()).toList());
    }

    @Test
    public void countsMovesThatFail() {
        fixture.store.failMoves(new StorageException(Code.NO_SPACE, "full"));
        policy = picture -> plan("busy", 3, 99, 5);
        await(balancer.change(ON));
        pass(INTERVAL_S + 5);

        assertEquals(3, balancer.history().get(0).failedPages());
        assertEquals(0, balancer.history().get(0).movedPages());
        assertEquals(State.WAITING, balancer.status().state());
    }

    @Test
    public void copiesNoFasterThanItsBudget() {
        policy = picture -> plan("busy", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
        await(balancer.change(ON));
        pass(INTERVAL_S);
        fixture.sim.runFor(TimeUnit.MILLISECONDS.toNanos(1000));

        final long moved = balancer.status().counters().movedPages();
        assertTrue("moved=" + moved, moved >= 14 && moved <= 17);
        assertEquals(State.MOVING, balancer.status().state());
        assertEquals(20, moved + balancer.status().leftPages());
    }

    @Test
    public void beginsNothingMoreOnceItIsSwitchedOff() {
        policy = picture -> plan("busy", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
        await(balancer.change(ON));
        pass(INTERVAL_S);
        fixture.sim.runFor(TimeUnit.MILLISECONDS.toNanos(300));
        await(balancer.change(ON.withEnabled(false)));
        pass(1);
        final long moved = balancer.status().counters().movedPages();
        pass(1000);

        assertTrue("moved=" + moved, moved >= 3 && moved <= 7);
        assertEquals(moved, balancer.status().counters().movedPages());
        assertEquals(State.OFF, balancer.status().state());
        assertEquals(1, pictures.size());
    }

    @Test
    public void putsDecisionsToDoNothingTogether() {
        await(balancer.change(ON));
        pass(3 * INTERVAL_S + 5);

        assertEquals(1, balancer.history().size());
        assertEquals("all is well", balancer.history().get(0).reason());
        assertEquals(3, balancer.history().get(0).times());
        assertEquals(3, balancer.status().counters().nothingDecisions());
        policy = picture -> plan("busy", 1);
        pass(INTERVAL_S);
        policy = picture -> BalancePlan.nothing("all is well again");
        pass(INTERVAL_S);
        assertEquals(
                List.of("all is well again", "busy", "all is well"),
                balancer.history().stream().map(BalanceDecision::reason).toList());
    }

    @Test
    public void remembersALimitedNumberOfDecisions() {
        await(balancer.change(ON));
        policy = picture -> plan("busy", pictures.size() % PAGES);
        pass(300 * INTERVAL_S + 5);

        assertEquals(BalanceService.HISTORY_MAX, balancer.history().size());
        assertEquals(300, balancer.status().counters().decisions());
    }

    @Test
    public void asksAtItsHoursOnly() {
        final int hour = (int) (fixture.sim.clock().wallMs() / 3_600_000 % 24);
        await(balancer.change(ON.withHours((hour + 1) % 24, (hour + 2) % 24 == 0 ? 24 : (hour + 2) % 24)));
        assertEquals(State.OUT_OF_HOURS, balancer.status().state());
        pass(INTERVAL_S + 5);
        assertEquals(0, pictures.size());
        pass(2 * 3600);
        final int asked = pictures.size();
        assertTrue("asked=" + asked, asked >= 59 && asked <= 61);
        pass(3600);
        assertEquals(asked, pictures.size());
    }

    @Test
    public void asksOnRequestEvenWhileItIsOff() {
        policy = picture -> plan("busy", 3);
        await(balancer.change(ON.withEnabled(false)));
        final CompletionStage<BalanceDecision> first = balancer.runNow();
        fails(Code.CONFLICT, "being asked already", balancer.runNow());
        assertEquals(1, await(first).plannedPages());
        pass(5);

        assertEquals(1, balancer.history().get(0).movedPages());
    }

    @Test
    public void movesNothingWhileThePolicyFails() {
        policy = picture -> {
            throw new IllegalStateException("on purpose");
        };
        await(balancer.change(ON));
        pass(INTERVAL_S + 5);
        assertEquals("built-in", balancer.history().get(0).policy());
        assertTrue(balancer.history().get(0).nothing());
    }

    @Test
    public void takesNoNonsenseFromAPolicy() {
        for (final BalancePlan nonsense : List.of(
                new BalancePlan(List.of(), ""),
                plan("twice", 3, 3),
                new BalancePlan(List.of(new BalanceMove(1, 1, "A", "A", "", 0)), "nowhere"),
                new BalancePlan(List.of(new BalanceMove(1, 1, "A", "B", null, 0)), "no reason"))) {
            reopen();
            policy = picture -> nonsense;
            await(balancer.change(ON));
            pass(INTERVAL_S + 5);
            assertEquals("built-in", balancer.history().get(0).policy());
        }
        assertEquals(Map.of("A", (long) PAGES * PAGE), moves.placement("v").bytesByPool());
    }

    @Test
    public void keepsItsSettings() {
        final BalanceSettings wanted =
                ON.withHours(22, 6).withVolume("w", false).withPool("B", false);
        await(balancer.change(wanted));
        reopen();

        assertEquals(wanted, balancer.status().settings());
        pass(24 * 3600);
        assertTrue("asked=" + pictures.size(), pictures.size() >= 479 && pictures.size() <= 481);
    }

    @Test
    public void staysOffWhenItsSettingsCannotBeRead() {
        for (final byte[] bytes : List.of(new byte[0], new byte[] {2}, new byte[] {1, 1, 0})) {
            fixture.sim.await(fixture.store.put("balancing", "settings", bytes));
            reopen();
            assertEquals(BalanceSettings.DEFAULT, balancer.status().settings());
        }
    }

    @Test
    public void refusesSettingsThatCannotBe() {
        fails(Code.INVALID, "policy: must be one of", balancer.change(ON.withPolicy("other")));
        fails(Code.NOT_FOUND, "no such pool: name=Z", balancer.change(ON.withPool("Z", false)));
        fails(Code.NOT_FOUND, "no such volume: name=z", balancer.change(ON.withVolume("z", false)));
        refused("policy", () -> ON.withPolicy("a b"));
        refused("intervalS", () -> ON.withPace(9, RATE));
        refused("bytesPerSecond", () -> ON.withPace(60, 100));
        refused("fromHour", () -> ON.withHours(24, 2));
        refused("untilHour", () -> ON.withHours(2, 2));
        refused("excludedPools", () -> new BalanceSettings(true, "p", 60, RATE, 0, 24, names(257), Set.of()));
        refused("excludedVolumes", () -> new BalanceSettings(true, "p", 60, RATE, 0, 24, Set.of(), names(257)));
        fixture.store.failFrom(1);
        fails(Code.IO, "put balancing settings", balancer.change(ON));
        assertEquals(State.OFF, balancer.status().state());
    }

    @Test
    public void explainsAPage() {
        policy = picture -> plan("busy", 3);
        PageExplanation page = await(balancer.explain("v", 3));
        assertEquals("A", page.pool());
        assertEquals("A", page.newPagesPool());
        assertEquals("manual", page.newPagesPolicy());
        assertEquals(0, page.movedWallMs());
        assertEquals(null, page.movedBy());
        assertTrue(page.writesPerS() > 0);
        assertEquals(1, page.epochsSeen());
        assertEquals("balancing is off", page.stays());
        await(balancer.change(ON));
        pass(INTERVAL_S + 5);

        page = await(balancer.explain("v", 3));
        assertEquals("B", page.pool());
        assertEquals("A", page.movedFrom());
        assertEquals("mine", page.movedBy());
        assertEquals("because", page.movedWhy());
        assertTrue(page.movedWallMs() >= page.knownSinceWallMs() + INTERVAL_S * 1000L);
        assertEquals(null, page.stays());
        assertEquals("mine", page.policy());
        assertEquals("the policy does not say", page.wouldMove());
        page = await(balancer.explain("v", PAGES));
        assertEquals(null, page.pool());
        assertEquals("nothing was written to it yet", page.wouldMove());
        await(balancer.change(ON.withVolume("v", false)));
        assertEquals(
                "the volume is excluded from balancing",
                await(balancer.explain("v", 3)).stays());
        await(balancer.change(ON));
        await(moves.start("v", "B"));
        assertEquals(
                "the volume is being moved as a whole",
                await(balancer.explain("v", 3)).stays());
        await(moves.cancel("v"));
        await(moves.pin("v", true));
        assertEquals("the volume is pinned", await(balancer.explain("v", 3)).stays());
        fails(Code.NOT_FOUND, "no such volume: name=z", balancer.explain("z", 0));
        fails(Code.INVALID, "page: must be 0 to 31, is 32", balancer.explain("v", 32));
        fails(Code.INVALID, "page: must be 0 to 31, is -1", balancer.explain("v", -1));
    }

    @Test
    public void servesNotBeforeTheStore() {
        fixture.restart();
        balancer = balancer();

        fails(Code.UNAVAILABLE, "waiting for devices", balancer.runNow());
        balancer.close();
        fails(Code.UNAVAILABLE, "stopping", balancer.change(ON));
        fixture.store.serve();
        pass(INTERVAL_S);
        assertEquals(0, pictures.size());
    }

    private static Set<String> names(final int count) {
        final Set<String> names = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            names.add("n" + i);
        }
        return names;
    }

    private BalancePlan plan(final String reason, final int... pages) {
        final long volume = fixture.volume("v").info().number();
        final List<BalanceMove> wanted = new ArrayList<>();
        for (final int page : pages) {
            final String to = "A".equals(fixture.space("v").poolOf(page)) ? "B" : "A";
            wanted.add(new BalanceMove(volume, page, "A".equals(to) ? "B" : "A", to, "because", 0.5));
        }
        return new BalancePlan(wanted, reason);
    }

    private void reopen() {
        fixture.restartAndServe();
        open();
    }

    private void open() {
        moves = new StoredMoves(
                VolumeMoveTest.config(RATE),
                fixture.volumes,
                fixture.store,
                fixture.pools,
                fixture.store,
                fixture.sim.lanes(),
                fixture.sim.clock());
        balancer = balancer();
        fixture.sim.run();
    }

    private Balancer balancer() {
        final Balancer opened = new Balancer(
                fixture.volumes,
                fixture.store,
                fixture.pools,
                moves,
                fixture.store,
                fixture.policies,
                fixture.sim.lanes(),
                fixture.sim.clock());
        final BalancingPolicy asked = picture -> {
            pictures.add(picture);
            return policy.plan(picture);
        };
        fixture.policies.plug(
                new PolicyKind<>("balancing", BalancingPolicy.class, asked),
                "mine",
                asked,
                new PolicyOrigin("org.example.mine", "1.0.0", 0));
        return opened;
    }

    private void pass(final int seconds) {
        fixture.sim.runFor(TimeUnit.SECONDS.toNanos(seconds));
    }

    private <T> T await(final CompletionStage<T> stage) {
        return fixture.sim.await(stage);
    }

    private void fails(final Code code, final String message, final CompletionStage<?> stage) {
        final StorageException failure = assertThrows(StorageException.class, () -> await(stage));
        assertEquals(code, failure.code());
        assertTrue(failure.getMessage(), failure.getMessage().contains(message));
    }

    private static void refused(final String field, final ThrowingRunnable settings) {
        final String message = assertThrows(StorageException.class, settings).getMessage();
        assertTrue(message, message.startsWith(field + ": must"));
    }
}
