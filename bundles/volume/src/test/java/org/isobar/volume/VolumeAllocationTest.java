package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.volume.AllocationSpec;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumePlacement;
import org.isobar.api.volume.VolumeSpec;
import org.junit.Test;

/** Volumes whose pages come from several pools; the page store here takes any policy. */
public final class VolumeAllocationTest {
    private static final long MIB = VolumeFixture.MIB;

    private final VolumeFixture fixture = new VolumeFixture();
    private final StoredMoves moves = VolumeMoveTest.moves(fixture);

    private CompletionStage<VolumeInfo> create(
            final String pool, final String policy, final AllocationSpec allocation) {
        return fixture.volumes.create(
                new VolumeSpec("vol", 2 * MIB, pool, policy, VolumeFixture.PAGE_BYTES, true, allocation));
    }

    private static AllocationSpec spec(final String text, final String... pools) {
        return AllocationSpec.parse(text, 0, List.of(pools));
    }

    private VolumePlacement allocate(final AllocationSpec allocation) {
        return fixture.sim.await(moves.allocate("vol", allocation));
    }

    private void fails(final Code code, final String message, final CompletionStage<?> stage) {
        final StorageException failure = assertThrows(StorageException.class, () -> fixture.sim.await(stage));
        assertEquals(code, failure.code());
        assertTrue(failure.getMessage(), failure.getMessage().contains(message));
    }

    @Test
    public void createsVolumesOverAllPoolsWithTheDefaultPolicies() {
        final VolumeInfo byExtent = fixture.sim.await(create(null, null, spec("extent")));
        assertEquals("striped", byExtent.policy());
        assertEquals("A", byExtent.pool());
        assertEquals(
                new PageAllocation(Unit.EXTENT, "striped", 64 * MIB, List.of("A", "B")),
                moves.placement("vol").allocation());
        assertEquals("vol", fixture.space("vol").called());
        fixture.sim.await(fixture.volumes.delete("vol", false));
        fixture.sim.await(create(null, null, spec("page:mine", "B", "A")));
        assertEquals(
                new PageAllocation(Unit.PAGE, "mine", 0, List.of("B", "A")),
                moves.placement("vol").allocation());
        fixture.restartAndServe();
        assertEquals("vol", fixture.space("vol").called());
        assertEquals(
                new PageAllocation(Unit.PAGE, "mine", 0, List.of("B", "A")),
                fixture.space("vol").allocation());
    }

    @Test
    public void asksTheVolumePolicyAboutTheNamedPoolsOnly() {
        fixture.plugIn("first", (pools, size) -> Optional.of(pools.get(0).name()));
        final VolumeInfo info = fixture.sim.await(create(null, null, spec("volume:first", "B", "A")));
        assertEquals("B", info.pool());
        assertEquals("first", info.policy());
        assertEquals(PageAllocation.WHOLE, moves.placement("vol").allocation());
    }

    @Test
    public void leavesNothingBehindWhenTheAllocationFails() {
        fixture.store.failFrom(3);
        fails(Code.IO, "allocate", create(null, null, spec("page")));
        fixture.store.failFrom(Integer.MAX_VALUE);
        fixture.restartAndServe();
        assertTrue(fixture.store.spaces().isEmpty());
        assertTrue(fixture.volumes.find("vol").isEmpty());
        fixture.sim.await(create(null, null, spec("page")));
    }

    @Test
    public void changesHowNewPagesFindTheirPools() {
        fixture.sim.await(create("A", null, AllocationSpec.WHOLE));
        assertEquals(Unit.PAGE, allocate(spec("page:mine")).allocation().unit());
        assertEquals("mine", fixture.volume("vol").info().policy());
        fails(Code.CONFLICT, "volume:set --allocation volume first", moves.start("vol", "B"));
        assertEquals("A", allocate(spec("volume")).pool());
        assertEquals("manual", fixture.volume("vol").info().policy());
        allocate(spec("extent", "A"));
        final VolumePlacement there = allocate(spec("volume", "B"));
        assertEquals("B", there.pool());
        assertEquals("B", fixture.space("vol").pool());
        assertEquals(PageAllocation.WHOLE, there.allocation());
    }

    @Test
    public void refusesWhatCannotBe() {
        fails(Code.INVALID, "pool: must be absent", create("A", null, spec("page")));
        fails(Code.INVALID, "pool: must be absent", create("A", null, spec("volume", "A")));
        fails(Code.INVALID, "policy: must be absent", create(null, "x", spec("page")));
        fails(Code.INVALID, "policy: must be absent", create(null, "x", spec("volume:y")));
        fails(Code.INVALID, "policy: must be one of", create(null, null, spec("volume:nobody")));
        fails(Code.NOT_FOUND, "no such pool: name=Z", create(null, null, spec("volume", "Z")));
        fails(Code.INVALID, "different ones", create(null, null, spec("page", "A", "A")));
        fails(Code.NOT_FOUND, "no such volume", moves.allocate("vol", spec("page")));
        fixture.sim.await(create("A", null, AllocationSpec.WHOLE));
        fails(Code.INVALID, "no policy", moves.allocate("vol", spec("volume:most-free")));
        fails(Code.INVALID, "one pool at most", moves.allocate("vol", spec("volume", "A", "B")));
        fixture.sim.await(moves.start("vol", "B"));
        fails(Code.CONFLICT, "being moved", moves.allocate("vol", spec("page")));
        fixture.sim.await(moves.cancel("vol"));
        fixture.pools.set();
        fails(Code.NO_SPACE, "create a pool first", moves.allocate("vol", spec("page")));
    }

    @Test
    public void refusesChangesOfAVolumeThatGoes() {
        fixture.sim.await(create("A", null, AllocationSpec.WHOLE));
        final CompletionStage<Void> gone = fixture.volumes.delete("vol", false);
        fixture.sim.runUntil(() -> fixture.volumes
                .find("vol")
                .map(one -> !one.info().state().name().equals("ONLINE"))
                .orElse(true));
        fails(Code.CONFLICT, "being deleted", moves.allocate("vol", spec("page")));
        fixture.sim.await(gone);
    }
}
