package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.api.volume.VolumeState;
import org.isobar.common.policy.PolicyInfo;
import org.isobar.testkit.Blocks;
import org.junit.Test;

/** Creating, growing, deleting, and what is refused. */
public final class VolumeLifeTest {
    private static final long MIB = VolumeFixture.MIB;

    private final VolumeFixture fixture = new VolumeFixture();

    @Test
    public void aVolumeComesBackAsItWas() {
        final VolumeInfo created = fixture.create("vol");
        assertEquals(1, created.number());
        assertEquals("10", created.level());
        assertEquals("manual", created.policy());
        assertEquals(VolumeState.ONLINE, created.state());
        fixture.restartAndServe();
        assertEquals(created, fixture.volume("vol").info());
        assertEquals(List.of("added vol"), fixture.events.heard);
    }

    @Test
    public void fieldsOutOfBoundsAreNamed() {
        for (final String name :
                new String[] {null, "", "-a", "a-", ".a", "a.", "A", "a_b", "a b", "x".repeat(64), "ä", "a/b"}) {
            assertInvalid("name", new VolumeSpec(name, MIB, "A", null, 0));
        }
        for (final long size : new long[] {0, -512, MIB - 512, MIB + 1, (1L << 50) + 512, Long.MAX_VALUE}) {
            assertInvalid("sizeBytes", new VolumeSpec("a", size, "A", null, 0));
        }
        for (final int page : new int[] {-1, 1, 32768, 65536 + 1, 3 << 16, Integer.MIN_VALUE}) {
            assertInvalid("pageBytes", new VolumeSpec("a", MIB, "A", null, page));
        }
        assertInvalid("policy", new VolumeSpec("a", MIB, "A", "most-free", 0));
        assertInvalid("policy", new VolumeSpec("a", MIB, null, "unheard-of", 0));
        assertTrue(fixture.store.changes().isEmpty());
        fixture.sim.await(fixture.volumes.create(new VolumeSpec("x".repeat(63), MIB, "A", null, 1 << 30)));
        fixture.sim.await(fixture.volumes.create(new VolumeSpec("0", 1L << 50, "A", null, 1 << 16)));
    }

    @Test
    public void unknownPoolsAndNamesTakenAreRefused() {
        assertFails(Code.NOT_FOUND, "Z", fixture.volumes.create(new VolumeSpec("a", MIB, "Z", null, 0)));
        fixture.create("vol");
        assertFails(Code.EXISTS, "vol", fixture.volumes.create(VolumeFixture.spec("vol", MIB)));
        assertFails(Code.NOT_FOUND, "none", fixture.volumes.delete("none", true));
        assertFails(Code.NOT_FOUND, "none", fixture.volumes.grow("none", MIB));
        assertFails(Code.NOT_FOUND, "null", fixture.volumes.delete(null, true));
        assertThrows(StorageException.class, () -> fixture.volumes.users("none"));
        assertTrue(fixture.volumes.find(null).isEmpty());
    }

    @Test
    public void numbersAreNeverUsedAgain() {
        fixture.create("a");
        assertEquals(2, fixture.create("b").number());
        fixture.sim.await(fixture.volumes.delete("b", false));
        fixture.sim.await(fixture.volumes.delete("a", false));
        fixture.restartAndServe();
        assertEquals(3, fixture.create("a").number());
    }

    @Test
    public void changesOfOneVolumeExcludeEachOther() {
        final CompletionStage<VolumeInfo> first = fixture.volumes.create(VolumeFixture.spec("vol", MIB));
        assertFails(Code.CONFLICT, "vol", fixture.volumes.create(VolumeFixture.spec("vol", MIB)));
        fixture.sim.await(first);
        final CompletionStage<Void> deletion = fixture.volumes.delete("vol", false);
        assertFails(Code.CONFLICT, "vol", fixture.volumes.grow("vol", 2 * MIB));
        fixture.sim.await(deletion);
    }

    @Test
    public void aGrownVolumeIsLongerAtOnceAndAfterARestart() {
        fixture.create("vol");
        final Volume volume = fixture.volume("vol");
        assertEquals(
                3 * MIB, fixture.sim.await(fixture.volumes.grow("vol", 3 * MIB)).sizeBytes());
        assertEquals(IoStatus.OK, Blocks.write(fixture.sim, volume, 3 * MIB - 512, new byte[512]));
        assertEquals(0, volume.owner(volume.pageOf((3 * MIB - 512) / 512)));
        assertEquals(List.of("added vol", "grown vol"), fixture.events.heard);
        assertFails(Code.INVALID, "sizeBytes", fixture.volumes.grow("vol", 2 * MIB));
        assertFails(Code.INVALID, "sizeBytes", fixture.volumes.grow("vol", 3 * MIB + 1));
        fixture.sim.await(fixture.volumes.grow("vol", 3 * MIB));
        assertEquals(2, fixture.events.heard.size());
        fixture.restartAndServe();
        assertEquals(3 * MIB, fixture.volume("vol").sizeBytes());
    }

    @Test
    public void whetherReadsAreVerifiedOutlivesARestart() {
        fixture.create("vol");
        fixture.sim.await(fixture.volumes.create(new VolumeSpec("raw", MIB, "A", null, 65536, false)));
        assertFalse(fixture.volume("raw").info().verifyReads());
        fixture.restartAndServe();
        assertFalse(fixture.volume("raw").info().verifyReads());
        assertTrue(fixture.volume("vol").info().verifyReads());
        fixture.sim.await(fixture.volumes.setVerifyReads("raw", true));
        fixture.sim.await(fixture.volumes.grow("raw", 2 * MIB));
        fixture.restartAndServe();
        assertTrue(fixture.volume("raw").info().verifyReads());
        assertFails(Code.NOT_FOUND, "none", fixture.volumes.setVerifyReads("none", true));
        fixture.store.failFrom(1);
        assertFails(Code.IO, "failed", fixture.volumes.setVerifyReads("raw", false));
        assertTrue(fixture.volume("raw").info().verifyReads());
    }

    @Test
    public void aVolumeWithUsersIsDeletedOnlyByForce() {
        fixture.create("vol");
        final Volume volume = fixture.volume("vol");
        final Volume.Hold one = volume.hold("iqn.b");
        volume.hold("iqn.a");
        assertEquals(List.of("iqn.a", "iqn.b"), fixture.volumes.users("vol"));
        assertFails(Code.CONFLICT, "iqn.a,iqn.b", fixture.volumes.delete("vol", false));
        one.close();
        one.close();
        assertEquals(List.of("iqn.a"), fixture.volumes.users("vol"));
        fixture.sim.await(fixture.volumes.delete("vol", true));
        assertEquals(List.of("added vol", "removed vol"), fixture.events.heard);
        assertTrue(fixture.volumes.find("vol").isEmpty());
        assertTrue(fixture.store.spaces().isEmpty());
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(fixture.sim, volume, 0, 512));
        assertEquals(IoStatus.OFFLINE, Blocks.flush(fixture.sim, volume));
    }

    /** The page store refuses a deletion with requests in flight. */
    @Test
    public void deletingWaitsForRequestsInFlight() {
        for (int round = 0; round < 50; round++) {
            final VolumeFixture busy = new VolumeFixture(round);
            busy.create("vol");
            final List<Load> loads = List.of(new Load(busy, 0), new Load(busy, 1), new Load(busy, 1));
            loads.forEach(Load::start);
            busy.sim.runFor(busy.sim.random().nextInt(1_000_000));
            busy.sim.await(busy.volumes.delete("vol", false));
            busy.sim.run();
            loads.forEach(load -> assertEquals(IoStatus.OFFLINE, load.last()));
        }
    }

    @Test
    public void stateFollowsPoolAndPages() {
        fixture.create("vol");
        fixture.pools.set(VolumeFixture.FixedPools.pool("A", "10", 1, 1));
        assertEquals(VolumeState.DEGRADED, fixture.volume("vol").info().state());
        fixture.space("vol").available(false);
        assertEquals(VolumeState.OFFLINE, fixture.volume("vol").info().state());
    }

    @Test
    public void policiesComeAndGo() {
        assertEquals("built-in", createBy("a", null).policy());
        assertEquals("B", fixture.volume("a").info().pool());
        fixture.plugIn("most-free", (pools, size) -> java.util.Optional.of("A"));
        assertEquals("A", createBy("b", null).pool());
        assertEquals("most-free", fixture.volume("b").info().policy());
        fixture.plugIn("wrong", (pools, size) -> java.util.Optional.of("Z"));
        assertEquals("B", createBy("c", "wrong").pool());
        fixture.plugIn("failing", (pools, size) -> {
            throw new IllegalStateException("no");
        });
        assertEquals("B", createBy("d", "failing").pool());
        fixture.plugIn("never", (pools, size) -> java.util.Optional.empty());
        assertFails(Code.NO_SPACE, "never", fixture.volumes.create(new VolumeSpec("e", MIB, null, "never", 0)));
        final List<String> why = fixture.policies.policies().stream()
                .filter(PolicyInfo::fenced)
                .map(PolicyInfo::why)
                .toList();
        assertEquals(
                List.of("threw java.lang.IllegalStateException: no", "chose a pool that it was not offered: pool=Z"),
                why);
        fixture.pools.set();
        assertFails(Code.NO_SPACE, "pool", fixture.volumes.create(new VolumeSpec("e", MIB, null, null, 0)));
    }

    @Test
    public void aPolicyPulledOutIsUnknown() {
        final Runnable unplug = fixture.plugIn("mine", (pools, size) -> java.util.Optional.of("A"));
        createBy("a", "mine");
        unplug.run();
        assertInvalid("policy", new VolumeSpec("b", MIB, null, "mine", 0));
    }

    @Test
    public void listenersHearOfWhatIsThereAndNothingAfterTheyLeave() {
        fixture.create("vol");
        final VolumeFixture.Events late = new VolumeFixture.Events();
        fixture.volumes.addListener(late);
        fixture.sim.run();
        assertEquals(List.of("added vol"), late.heard);
        fixture.volumes.removeListener(late);
        fixture.sim.await(fixture.volumes.delete("vol", false));
        assertEquals(List.of("added vol"), late.heard);
        final VolumeFixture.Events never = new VolumeFixture.Events();
        fixture.volumes.addListener(never);
        fixture.volumes.removeListener(never);
        fixture.create("other");
        assertTrue(never.heard.isEmpty());
    }

    @Test
    public void nothingIsServedBeforeTheStoreServesOrAfterStopping() {
        fixture.create("vol");
        fixture.restart();
        fixture.sim.run();
        assertTrue(fixture.volumes.volumes().isEmpty());
        assertFails(Code.UNAVAILABLE, "devices", fixture.volumes.create(VolumeFixture.spec("a", MIB)));
        fixture.store.serve();
        fixture.sim.run();
        assertEquals(1, fixture.volumes.volumes().size());
        fixture.volumes.close();
        assertFails(Code.UNAVAILABLE, "stopping", fixture.volumes.delete("vol", false));
    }

    @Test
    public void badSettingsAreRefused() {
        for (final int pageBytes : new int[] {0, 65535, 1 << 15, 3 << 20}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new StoredVolumes(
                            VolumeFixture.config("most-free", pageBytes),
                            fixture.store,
                            fixture.pools,
                            fixture.store,
                            fixture.sim.lanes(),
                            fixture.sim.rng(),
                            fixture.sim.clock(),
                            fixture.policies));
        }
        assertFalse(fixture.volumes.find("vol").isPresent());
    }

    private VolumeInfo createBy(final String name, final String policy) {
        return fixture.sim.await(fixture.volumes.create(new VolumeSpec(name, MIB, null, policy, 0)));
    }

    private void assertInvalid(final String field, final VolumeSpec spec) {
        assertFails(Code.INVALID, field + ": must be", fixture.volumes.create(spec));
    }

    private void assertFails(final Code code, final String message, final CompletionStage<?> stage) {
        final StorageException failure = assertThrows(StorageException.class, () -> fixture.sim.await(stage));
        assertEquals(code, failure.code());
        assertTrue(failure.getMessage(), failure.getMessage().contains(message));
    }
}
