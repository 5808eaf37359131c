package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * A volume is moved from pool to pool while writers that keep their own record of what was acknowledged use it: no
 * connection breaks, nothing is lost, also when the member is killed in the middle of moves. {@code -Disobar.move.kills=N}
 * sets how often it is (2 by default), {@code -Disobar.seed=N} repeats its choices.
 */
public class MovedVolumesIT {
    private static final int KILLS = Integer.getInteger("isobar.move.kills", 2);
    private static final int SESSIONS = 4;
    private static final int SLOTS = 2048;
    private static final String VOLUME = "vol-a";
    private static final List<String> POOLS = List.of("A", "B", "C");
    /** So that a move lasts some seconds. */
    private static final Map<String, String> SLOWLY =
            Map.of("org.isobar.volume.moves.cfg", "bytes.per.second = 8388608\n");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Writers writers;
    private Random random;
    private Appliance appliance;

    @Before
    public void bootMember() throws IOException {
        appliance = Appliance.demo("moved-volumes", SLOWLY);
        final long seed = Long.getLong("isobar.seed", System.nanoTime());
        System.out.println("MovedVolumesIT: seed=" + seed);
        random = new Random(seed);
        writers = new Writers(appliance, folder.getRoot().toPath(), random);
        writers.start(VOLUME, SESSIONS, SLOTS);
        writers.awaitWriting();
    }

    @After
    public void stopMember() {
        writers.close();
        appliance.close();
    }

    @Test
    public void noticesNothingOnTheWayFromPoolToPool() throws IOException {
        appliance.await("/volumes/" + VOLUME, "every page to be written once", this::everyPageIsThere);
        final SortedMap<Double, Long> before = writers.durations(VOLUME);
        for (final String pool : List.of("B", "C", "A")) {
            move(pool);
            appliance.await("/volume-moves", "the move to pool " + pool, moves -> moves.size() == 0);
            final JsonNode placement = appliance.get("/volumes/" + VOLUME + "/placement");
            assertEquals(placement.toString(), 1, placement.get("bytesByPool").size());
            assertTrue(placement.toString(), placement.get("bytesByPool").has(pool));
        }
        final SortedMap<Double, Long> during = writers.durations(VOLUME);
        during.replaceAll((bound, count) -> count - before.get(bound));
        final AckWriter.Tally all = writers.stop();
        // Each logs in once more to read everything back.
        assertEquals("a connection broke: " + all, 2 * SESSIONS, all.connects());
        System.out.println("MovedVolumesIT: moved three times, " + all + " lost=0");
        System.out.println("MovedVolumesIT: writes during the moves, by how many seconds they took at most: " + during);
        checkEverything();
    }

    @Test
    public void losesNothingWhenTheMemberIsKilledInMidMove() throws IOException {
        int inMidMove = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            if (appliance.get("/volume-moves").size() == 0) {
                final String present = appliance
                        .get("/volumes/" + VOLUME + "/placement")
                        .get("pool")
                        .asText();
                move(POOLS.get((POOLS.indexOf(present) + 1) % POOLS.size()));
            }
            Appliance.pause(random.nextInt(2500));
            inMidMove += appliance.get("/volume-moves").size();
            appliance.kill();
            appliance.start();
            writers.awaitWriting();
        }
        appliance.await("/volume-moves", "the last move", moves -> moves.size() == 0);
        assertEquals(
                1,
                appliance
                        .get("/volumes/" + VOLUME + "/placement")
                        .get("bytesByPool")
                        .size());
        final AckWriter.Tally all = writers.stop();
        System.out.println("MovedVolumesIT: kills=" + KILLS + " inMidMove=" + inMidMove + " " + all + " lost=0");
        assertTrue("no kill met a move", inMidMove > 0);
        checkEverything();
    }

    private boolean everyPageIsThere(final JsonNode volume) {
        return volume.get("allocatedBytes").asLong() >= (long) SESSIONS * SLOTS * Writers.SLOT_BYTES;
    }

    private void move(final String pool) {
        appliance.create("/volume-moves", "{\"volume\":\"" + VOLUME + "\",\"pool\":\"" + pool + "\"}");
    }

    private void checkEverything() {
        appliance.awaitSets("HEALTHY");
        assertEquals("redundancy that does not match", 0, appliance.scrub(false));
        appliance.stop();
        appliance.checkStrictly();
    }
}
