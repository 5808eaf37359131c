package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.volume.VolumeFullness;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.api.volume.VolumeThresholds;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/** What hosts are told while a whole member's pool fills, is full, and is emptied again. */
public final class FullPoolSenseTest {
    private static final String NO_SPACE = "7/27/07";
    private static final String THRESHOLD = "6/38/07";
    private static final String POOL = "A";
    private static final int POOL_WARNING = 32;
    private static final int POOL_CRITICAL = 40;
    private static final int VOLUME_WARNING = 16;
    private static final long PAUSE_NS = 500_000_000;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final SimulatedMember member = new SimulatedMember(11, 5, 24, SimulatedMember.CHUNKLET_BYTES, 64);
    private ServedMember served;
    private ScsiNexus one;
    private ScsiNexus other;

    @Test
    public void hostsAreWarnedOnceForEachThresholdThenRefusedThenServedAgain() {
        start();
        final List<Integer> heard = new ArrayList<>();
        final long pages = fill(heard);
        assertEquals(List.of(POOL_WARNING, POOL_CRITICAL), heard);
        assertEquals(PoolFullness.FULL, member.pools().pool(POOL).orElseThrow().fullness());
        assertEquals(List.of(POOL_WARNING, POOL_CRITICAL), attentions(other));
        assertEquals(NO_SPACE, served.writePage(one, pages).sense());
        assertEquals("good", served.writePage(one, pages - 1).sense());
        assertEquals("good", served.unmapPages(one, 0, (int) pages / 2).sense());
        member.sim().runFor(PAUSE_NS);
        assertEquals("good", served.writePage(one, pages).sense());
        assertEquals(List.of(), attentions(other));
        heard.clear();
        fill(heard);
        assertEquals(List.of(POOL_WARNING, POOL_CRITICAL), heard);
    }

    @Test
    public void aVolumesOwnThresholdIsToldToItsHostsOnly() {
        start();
        member.sim().await(served.volumes().create(new VolumeSpec("quiet", 1 << 20, POOL, null, 1 << 16)));
        final ScsiNexus elsewhere = served.logIn("quiet", "third");
        member.sim().await(served.volumes().changeThresholds("vol", new VolumeThresholds(1, 50)));
        assertEquals("6/2a/01", served.send(one, new byte[6], new byte[0]).sense());
        // Two threshold sets of 512 KiB: the least that is at least 1 percent.
        for (int page = 0; page < 16; page++) {
            assertEquals("good", served.writePage(one, page).sense());
        }
        member.sim().runFor(PAUSE_NS);
        assertEquals(VolumeFullness.WARNING, served.volume("vol").info().fullness());
        assertEquals(List.of(VOLUME_WARNING), attentions(one));
        assertEquals(List.of(), attentions(elsewhere));
    }

    /** Nothing that empties the member, or lets another host take over, waits for room in the metadata area. */
    @Test
    public void fullOfMetadataAsWellItTakesReservationsAndCanBeEmptied() {
        start();
        final long pages = fill(new ArrayList<>());
        attentions(other);
        fillMetadata();
        assertEquals("good", register(one, 0, 0x11).sense());
        assertEquals("good", register(other, 0, 0x22).sense());
        assertEquals("good", persist(one, 1, 5, 0x11, 0).sense());
        assertEquals("good", persist(other, 4, 5, 0x22, 0x11).sense());
        assertEquals("good", persist(other, 2, 5, 0x22, 0).sense());
        assertEquals("good", register(other, 0x22, 0).sense());
        attentions(one);
        // Its data would have to be kept in the metadata area first: refused, and nothing is written.
        final ByteBuffer atomic = ByteBuffer.allocate(16).put((byte) 0x9C).putShort(12, (short) 8);
        assertEquals(
                NO_SPACE, served.send(one, atomic.array(), new byte[8 * 512]).sense());
        assertEquals("good", served.unmapPages(one, 0, 3).sense());
        assertEquals(
                "good",
                served.send(one, new byte[] {0x48, 2, 0, 0, 0, 0, 0, 0, 0, 0}, new byte[0])
                        .sense());
        member.sim().runFor(PAUSE_NS);
        assertEquals(0, served.volume("vol").info().allocatedBytes());
        member.stop();
        member.boot();
        served.open();
        assertTrue(pages > 0);
        member.sim().await(served.volumes().delete("vol", true));
        member.stop();
        assertEquals(List.of(), member.offlineFindings(true));
    }

    private void start() {
        member.boot();
        member.sim().await(member.pools().create(POOL, "10"));
        served = new ServedMember(member);
        member.sim().await(served.volumes().create(new VolumeSpec("vol", 64 << 20, POOL, null, 1 << 16)));
        member.sim().runFor(PAUSE_NS);
        one = served.logIn("vol", "one");
        other = served.logIn("vol", "other");
    }

    /** Writes page after page until one is refused for want of space; answers how many there are. */
    private long fill(final List<Integer> heard) {
        long page = 0;
        while (true) {
            final ServedMember.Answer answer = served.writePage(one, page);
            if (answer.good()) {
                page++;
                member.sim().runFor(PAUSE_NS);
            } else if (answer.sense().equals(THRESHOLD)) {
                heard.add(answer.information());
            } else {
                assertEquals(NO_SPACE, answer.sense());
                return page;
            }
        }
    }

    /** What a nexus has to be told, in order. */
    private List<Integer> attentions(final ScsiNexus nexus) {
        final List<Integer> told = new ArrayList<>();
        while (true) {
            final ServedMember.Answer answer = served.send(nexus, new byte[6], new byte[0]);
            if (answer.good()) {
                return told;
            }
            told.add(answer.information());
        }
    }

    private ServedMember.Answer register(final ScsiNexus nexus, final long key, final long next) {
        return persist(nexus, 0, 0, key, next);
    }

    /** PERSISTENT RESERVE OUT that is to outlive a loss of power. */
    private ServedMember.Answer persist(
            final ScsiNexus nexus, final int action, final int type, final long key, final long actionKey) {
        final ByteBuffer list = ByteBuffer.allocate(24).putLong(0, key).putLong(8, actionKey);
        list.put(20, (byte) (action == 0 ? 1 : 0));
        final byte[] cdb = {0x5F, (byte) action, (byte) type, 0, 0, 0, 0, 0, 24, 0};
        return served.send(nexus, cdb, list.array());
    }

    private void fillMetadata() {
        int count = 0;
        for (int bytes = Catalog.MAX_VALUE_BYTES / 16; bytes > 0; bytes /= 2) {
            try {
                while (true) {
                    member.sim().await(member.catalog().put("t", Integer.toString(count), new byte[bytes]));
                    count++;
                }
            } catch (final StorageException full) {
                assertEquals(StorageException.Code.NO_SPACE, full.code());
            }
        }
        assertThrows(StorageException.class, () -> member.sim()
                .await(served.volumes().create(new VolumeSpec("more", 1 << 20, POOL, null, 1 << 16))));
    }
}
