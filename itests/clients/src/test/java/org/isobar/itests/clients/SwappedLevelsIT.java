package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * A RAID level comes in a bundle and is used for a pool. While writers that keep their own record use a volume there, the
 * bundle is updated several times, also to a version that lays out data otherwise: no connection breaks, no command fails.
 * Without the level for long the pool goes offline, over a restart too, and comes back by itself; nothing is lost.
 */
public class SwappedLevelsIT {
    private static final int SESSIONS = 3;
    private static final int SLOTS = 4096;
    private static final int UPDATES = 6;
    private static final int AWAY_MS = 20_000;
    private static final long VOLUME_BYTES = 256 << 20;
    private static final String VOLUME = "far";
    private static final String POOL = "F";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Appliance appliance;
    private Path deploy;
    private Writers writers;

    @Before
    public void bootMember() throws IOException {
        appliance =
                Appliance.demo("swapped-levels", Map.of("org.isobar.raid.cfg", "level.away.ms = " + AWAY_MS + "\n"));
        deploy = appliance.folder("deploy");
        SwappedLevel.drop(deploy, 1);
        awaitLevel("version 1", level -> is(level, "INSTALLED", 1));
        appliance.create("/pools", "{\"name\":\"" + POOL + "\",\"level\":\"" + SwappedLevel.NAME + "\"}");
        appliance.create(
                "/volumes",
                "{\"name\":\"" + VOLUME + "\",\"sizeBytes\":" + VOLUME_BYTES + ",\"pool\":\"" + POOL + "\"}");
        final long seed = Long.getLong("isobar.seed", System.nanoTime());
        System.out.println("SwappedLevelsIT: seed=" + seed);
        writers = new Writers(appliance, folder.getRoot().toPath(), new Random(seed));
    }

    @After
    public void stopMember() {
        writers.close();
        appliance.close();
    }

    @Test
    public void updatesALevelUnderWritersAndOutlivesItsAbsence() throws IOException {
        writers.start(VOLUME, SESSIONS, SLOTS);
        writers.awaitWriting();
        for (int version = 2; version < 2 + UPDATES; version++) {
            SwappedLevel.drop(deploy, version);
            final int now = version;
            awaitLevel("version " + now, level -> is(level, "INSTALLED", now));
        }
        SwappedLevel.drop(deploy, SwappedLevel.OTHER);
        awaitLevel(
                "the refusal",
                level -> level.get("level").get("why").asText().contains("version 9.0.0")
                        && level.get("level").get("state").asText().equals("AWAY"));
        SwappedLevel.drop(deploy, 2 + UPDATES);
        awaitLevel("the right version", level -> is(level, "INSTALLED", 2 + UPDATES));
        final AckWriter.Tally all = writers.stop();
        System.out.println("SwappedLevelsIT: " + all + " lost=0 updates=" + (UPDATES + 2));
        System.out.println(
                "SwappedLevelsIT: writes by how many seconds they took at most: " + writers.durations(VOLUME));
        // Each logs in once more to read everything back.
        assertEquals("a connection broke: " + all, 2L * writers.count(), all.connects());
        writers.close();
        final String content = content();

        SwappedLevel.remove(deploy);
        awaitOffline();
        appliance.stop();
        appliance.start();
        awaitOffline();
        SwappedLevel.drop(deploy, 2);
        awaitLevel(
                "its return",
                level -> is(level, "INSTALLED", 2) && level.get("offlineSets").asInt() == 0);
        appliance.await("/pools/" + POOL, "a reason no more", pool -> pool.get("reason")
                .asText()
                .isEmpty());
        assertEquals(content, content());
        appliance.awaitSets("HEALTHY");
        assertEquals("redundancy that does not match", 0, appliance.scrub(false));
        appliance.stop();
        appliance.checkStrictly();
    }

    /** Stands for all that the volume holds. */
    private String content() throws IOException {
        final Path image = folder.newFile().toPath();
        return Tools.sha256(Tools.volumeToImage(appliance.url(VOLUME), image, VOLUME_BYTES));
    }

    private void awaitOffline() {
        awaitLevel(
                "the level to be missing",
                level -> level.get("level").get("state").asText().equals("MISSING")
                        && level.get("sets").asInt() > 0
                        && level.get("offlineSets").asInt() == level.get("sets").asInt());
        final String reason = "level far10 is not installed; install its bundle";
        assertEquals(reason, appliance.get("/pools/" + POOL).get("reason").asText());
        assertEquals("OFFLINE", appliance.get("/volumes/" + VOLUME).get("state").asText());
        assertTrue(appliance.get("/system").get("warnings").toString().contains(reason));
        assertTrue(appliance.shell("raid:levels").contains("MISSING"));
    }

    private void awaitLevel(final String what, final Predicate<JsonNode> wanted) {
        appliance.await("/raid-levels", what, levels -> {
            for (final JsonNode level : levels) {
                if (level.get("level").get("name").asText().equals(SwappedLevel.NAME)) {
                    return wanted.test(level);
                }
            }
            return false;
        });
    }

    private static boolean is(final JsonNode level, final String state, final int version) {
        return level.get("level").get("state").asText().equals(state)
                && level.get("level").get("version").asText().equals(version + ".0.0");
    }
}
