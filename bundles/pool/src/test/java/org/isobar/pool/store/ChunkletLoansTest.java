package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.testkit.Blocks;
import org.junit.After;
import org.junit.Test;

public class ChunkletLoansTest {
    private static final int CHUNKLETS = 12;

    private final StoreWorld world = StoreWorld.serving(11, 3, CHUNKLETS);
    private final UUID device = world.media().get(0).uuid();

    @After
    public void stop() {
        world.stop();
    }

    @Test
    public void lendsAFreeChunkletToOneAtATime() {
        assertTrue(borrow(5));
        assertFalse(borrow(5));
        world.loans().giveBack(device, 5);
        world.sim().run();
        assertTrue(borrow(5));
    }

    @Test
    public void lendsNoneThatASetUses() {
        Blocks.write(world.sim(), world.space(1, StoreWorld.PAGE_BYTES), 0, new byte[512]);
        final Set<Integer> used = used();
        assertFalse(used.isEmpty());
        used.forEach(chunklet -> assertFalse("chunklet " + chunklet, borrow(chunklet)));
    }

    @Test
    public void formsNoSetOnALentOne() {
        assertTrue(borrow(0));
        assertTrue(borrow(1));
        Blocks.write(world.sim(), world.space(1, StoreWorld.PAGE_BYTES), 0, new byte[512]);
        assertFalse(used().contains(0));
        assertFalse(used().contains(1));
        assertFalse(used().isEmpty());
    }

    @Test
    public void keepsTheLastOnesForSets() {
        int lent = 0;
        for (int i = 0; i < CHUNKLETS; i++) {
            lent += borrow(i) ? 1 : 0;
        }
        assertEquals(CHUNKLETS - 2, lent);
    }

    @Test
    public void refusesWhatIsNotThere() {
        refused(Code.INVALID, device, CHUNKLETS);
        refused(Code.INVALID, device, -1);
        refused(Code.UNAVAILABLE, new UUID(1, 1), 0);
        world.directory().lose(device);
        world.sim().run();
        refused(Code.UNAVAILABLE, device, 0);
    }

    @Test
    public void forgetsLoansWithTheProcess() {
        assertTrue(borrow(3));
        world.kill();
        assertTrue(borrow(3));
    }

    private boolean borrow(final int chunklet) {
        return world.sim().await(world.loans().borrow(device, chunklet));
    }

    private Set<Integer> used() {
        final Set<Integer> used = new HashSet<>();
        for (final SetPlacement set : world.pools().sets()) {
            for (final RaidSetInfo.ColumnInfo column : set.info().columns()) {
                if (column.column().device().equals(device)) {
                    used.add(column.column().chunklet());
                }
            }
        }
        return used;
    }

    private void refused(final Code code, final UUID uuid, final int chunklet) {
        final StorageException refusal = assertThrows(
                StorageException.class, () -> world.sim().await(world.loans().borrow(uuid, chunklet)));
        assertEquals(refusal.getMessage(), code, refusal.code());
    }
}
