package org.isobar.itests.simulation;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.pool.PageSpace;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.spi.allocation.PageAllocator;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimPolicies;
import org.isobar.testkit.Simulation;
import org.junit.Test;

/** A policy is put in, selected, updated, broken and removed under a verifying writer, which notices nothing. */
public class PolicySwapTest {
    private static final int PAGE_BYTES = 65_536;
    private static final int PAGES = 60;
    private static final int ROUND_PAGES = 10;
    private static final String NAME = "swapped";

    private final SimulatedMember member = new SimulatedMember(3, 6, 24, SimulatedMember.CHUNKLET_BYTES, 64);
    private final Simulation sim = member.sim();
    private final Random random = new Random(3);
    private PageSpace space;
    private int written;
    private long slowestNs;

    private Runnable plug(final String version, final PageAllocator policy) {
        return member.policies()
                .plug(
                        new PolicyKind<>("page", PageAllocator.class, policy),
                        NAME,
                        policy,
                        new PolicyOrigin("org.example.swapped", version, 0));
    }

    private static PageAllocator always(final String pool) {
        return (picture, count) -> Collections.nCopies(count, pool);
    }

    private static byte[] content(final long page) {
        final byte[] bytes = new byte[512];
        new Random(page).nextBytes(bytes);
        return bytes;
    }

    /** Writes pages for the first time and reads others; the pools that the new ones went to. */
    private Set<String> writeAndVerify() {
        final Set<String> pools = new TreeSet<>();
        for (final int end = written + ROUND_PAGES; written < end; written++) {
            final long beganNs = sim.clock().nanoTime();
            assertEquals(IoStatus.OK, Blocks.write(sim, space, (long) written * PAGE_BYTES, content(written)));
            slowestNs = Math.max(slowestNs, sim.clock().nanoTime() - beganNs);
            pools.add(space.poolOf(written));
            final long any = random.nextInt(written + 1);
            assertArrayEquals(content(any), Blocks.read(sim, space, any * PAGE_BYTES, 512));
        }
        return pools;
    }

    private String state() {
        return member.policies().policies().stream()
                .filter(one -> one.name().equals(NAME))
                .map(one -> one.version() + " " + one.why())
                .findFirst()
                .orElse("gone");
    }

    @Test
    public void goesOnWithoutAnErrorOrAWait() {
        member.boot();
        sim.await(member.pools().createLayout());
        space = sim.await(member.pages().create(1, (long) PAGES * PAGE_BYTES, PAGE_BYTES, "A"));
        writeAndVerify();
        final Runnable first = plug("1.0.0", always("B"));
        sim.await(member.pages().allocate(1, new PageAllocation(Unit.PAGE, NAME, 0, List.of("A", "B", "C"))));
        assertEquals(Set.of("B"), writeAndVerify());
        first.run();
        final Runnable second = plug("2.0.0", always("C"));
        sim.run();
        assertEquals(Set.of("C"), writeAndVerify());
        second.run();
        final Runnable broken = plug("3.0.0", (picture, count) -> {
            throw new IllegalStateException("falls over");
        });
        writeAndVerify();
        sim.run();
        assertEquals("3.0.0 threw java.lang.IllegalStateException: falls over", state());
        broken.run();
        final Runnable mended = plug("4.0.0", always("A"));
        sim.run();
        assertEquals(Set.of("A"), writeAndVerify());
        assertEquals("4.0.0 ", state());
        mended.run();
        writeAndVerify();
        assertEquals("gone", state());
        assertTrue(member.policies().warnings().get(0).contains("policy is missing"));
        assertTrue("a write took " + slowestNs + " ns", slowestNs < SimPolicies.LIMIT_MS * 1_000_000 / 2);
        for (long page = 0; page < PAGES; page++) {
            assertArrayEquals(content(page), Blocks.read(sim, space, page * PAGE_BYTES, 512));
        }
        member.stop();
    }
}
