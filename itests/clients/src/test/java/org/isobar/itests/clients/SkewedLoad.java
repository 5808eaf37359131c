package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * A member on three fast devices and three that are a third as fast, with a pool on each kind and a volume over both, under a
 * load that asks for few pages often and for most seldom, and from time to time for others: with balancing against without, and
 * against an oracle, which had the busiest pages put on the fast devices at once.
 *
 * <p>{@code run skew} of this module runs it; a build does not, for it takes long. {@code -Disobar.skew.phase.s=N} lets each deal of
 * the ranks last so long, {@code -Disobar.skew.deals=N} makes so many.
 */
public class SkewedLoad {
    private static final int PHASE_S = Integer.getInteger("isobar.skew.phase.s", 180);
    private static final int DEALS = Integer.getInteger("isobar.skew.deals", 3);
    private static final int WINDOW_S = 10;
    /** Windows at the end of a deal that count. */
    private static final int LATE_WINDOWS = 3;

    private static final int PAGE_BYTES = 256 << 10;
    private static final int PAGES = 1024;
    /** Three of them have room for a seventh of the pages. */
    private static final long FAST_DEVICE_BYTES = 56L << 20;

    private static final double OF_ORACLE = 0.85;
    private static final String VOLUME = "skewed";

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static Appliance appliance;
    private static LoadGenerator load;
    private static String url;

    @BeforeClass
    public static void bootMember() {
        load = new LoadGenerator(FOLDER.getRoot().toPath(), (long) PAGES * PAGE_BYTES, PAGE_BYTES);
        appliance = Appliance.demo(
                "skewed-load",
                Map.of(
                        "org.isobar.device.cfg", "chunklet.bytes = 4194304\n",
                        "org.isobar.profiler.cfg", """
                        places = 16
                        repetitions = 1
                        burst.bytes = 1048576
                        least.step.percent = 60
                        class.spread.percent = 80
                        """,
                        "org.isobar.volume.cfg", "heat.half.life.s = 20\n",
                        "org.isobar.balancing.adaptive.cfg", """
                        cool.down.s = 60
                        payback.s = 120
                        epochs.seen = 2
                        """),
                "--device-size",
                "512M",
                "--volume-size",
                "64M");
        List.of("vol-a", "vol-b", "vol-c").forEach(volume -> delete("/volumes/" + volume));
        List.of("A", "B", "C").forEach(pool -> delete("/pools/" + pool));
        for (int i = 1; i <= 3; i++) {
            appliance.create("/devices", "{\"path\":\"" + smallFile("fast" + i + ".img") + "\"}");
        }
        slowDown();
        for (final JsonNode device : appliance.get("/devices")) {
            if (device.get("path").asText().matches(".*disk0[123].img")) {
                continue;
            }
            final Appliance.Answer started = appliance.request(
                    "POST", "/profiles/" + device.get("uuid").asText() + "/measure", "{\"writes\":true}");
            assertEquals(started.toString(), 202, started.status());
        }
        appliance.await(
                "/profiles/classes",
                "two classes",
                classes -> classes.size() == 2 && devices(classes.get(0)) == 3 && devices(classes.get(1)) == 3);
        createPool("fast", "class-1");
        createPool("slow", "class-2");
        // As much room as a filling takes: balancing fills no pool to its warning threshold.
        patch("/pools/fast", "{\"warningPercent\":92,\"criticalPercent\":99}");
    }

    @AfterClass
    public static void stopMember() {
        if (appliance != null) {
            appliance.close();
        }
    }

    @Test
    public void isServedNearlyAsWellAsByAnOracle() {
        createFilled(0);
        final int staying = load.zipf(url, 1, 2 * WINDOW_S);
        System.out.printf("SkewedLoad: without moves %d/s; pages in the fast pool: %d%n", staying, inFast());
        final List<Double> adapted = new ArrayList<>();
        final List<Long> moved = new ArrayList<>();
        patch("/balance", "{\"enabled\":true,\"policy\":\"adaptive\",\"intervalS\":10,\"bytesPerSecond\":67108864}");
        for (int deal = 1; deal <= DEALS; deal++) {
            final long before = movedBytes();
            final List<Integer> windows = new ArrayList<>();
            for (int at = 0; at < PHASE_S; at += WINDOW_S) {
                windows.add(load.zipf(url, deal, WINDOW_S));
            }
            moved.add(movedBytes() - before);
            adapted.add(windows.stream()
                    .skip(Math.max(0, windows.size() - LATE_WINDOWS))
                    .mapToInt(each -> each)
                    .average()
                    .orElseThrow());
            System.out.println("SkewedLoad: " + appliance.get("/balance").at("/last/reason"));
            System.out.printf(
                    "SkewedLoad: deal %d, each %d s: %s /s; moved %d MiB; pages in the fast pool: %d%n",
                    deal, WINDOW_S, windows, moved.get(deal - 1) >> 20, inFast());
        }
        patch("/balance", "{\"enabled\":false}");
        for (int deal = 1; deal <= DEALS; deal++) {
            delete("/volumes/" + VOLUME);
            createFilled(deal);
            final int oracle = load.zipf(url, deal, 2 * WINDOW_S);
            final double part = adapted.get(deal - 1) / oracle;
            System.out.printf(
                    "SkewedLoad: deal %d: oracle %d/s, pages in the fast pool: %d; with balancing %.3f of it, without"
                            + " %.3f%n",
                    deal, oracle, inFast(), part, (double) staying / oracle);
            assertTrue("deal " + deal + ": " + part, part >= OF_ORACLE);
        }
        assertEquals("", appliance.errors());
    }

    /** A new volume whose pages were first written from the busiest of a deal on, so that these are in the fast pool. */
    private static void createFilled(final int deal) {
        appliance.create(
                "/volumes",
                "{\"name\":\"" + VOLUME + "\",\"sizeBytes\":" + (long) PAGES * PAGE_BYTES + ",\"pageBytes\":"
                        + PAGE_BYTES + ",\"allocation\":\"page:fastest-first\",\"pools\":[\"fast\",\"slow\"]}");
        url = appliance.url(VOLUME);
        Throttle.off(appliance);
        load.fill(url, deal);
        slowDown();
    }

    private static void slowDown() {
        Throttle.drop(
                appliance,
                "fast.path = **/fast*.img",
                "fast.read.latency.us = 4000",
                "fast.write.latency.us = 4000",
                "fast.zone.start.mib = 0",
                "fast.zone.mib.per.s = 96",
                "slow.path = **/disk0[456].img",
                "slow.read.latency.us = 12000",
                "slow.write.latency.us = 12000",
                "slow.zone.start.mib = 0",
                "slow.zone.mib.per.s = 32");
    }

    private static Path smallFile(final String name) {
        final Path path = appliance.home().resolve("devices").resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(FAST_DEVICE_BYTES);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return path;
    }

    private static long inFast() {
        return appliance
                        .get("/volumes/" + VOLUME + "/placement")
                        .get("bytesByPool")
                        .path("fast")
                        .asLong()
                / PAGE_BYTES;
    }

    private static long movedBytes() {
        return appliance.get("/balance").at("/counters/movedBytes").asLong();
    }

    private static long devices(final JsonNode each) {
        final List<String> found = new ArrayList<>();
        each.get("parts").forEach(part -> found.add(part.get("device").asText()));
        return found.stream().distinct().count();
    }

    private static void createPool(final String name, final String performanceClass) {
        appliance.create(
                "/pools",
                "{\"name\":\"" + name + "\",\"level\":\"10\",\"performanceClass\":\"" + performanceClass + "\"}");
    }

    private static void patch(final String path, final String body) {
        final Appliance.Answer answer = appliance.request("PATCH", path, body);
        assertEquals(answer.body(), 200, answer.status());
    }

    private static void delete(final String path) {
        final Appliance.Answer answer = appliance.request("DELETE", path, null);
        assertTrue(path + " answered " + answer, answer.status() == 204 || answer.status() == 200);
    }
}
