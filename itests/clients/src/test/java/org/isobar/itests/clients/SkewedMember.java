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
import java.util.stream.IntStream;

/**
 * A member on three fast devices and three that are a third as fast, with a pool on each kind and a volume over both, of whose
 * pages a seventh has room on the fast ones.
 */
final class SkewedMember implements AutoCloseable {
    static final int PAGE_BYTES = 256 << 10;
    static final int PAGES = 1024;

    private static final long FAST_DEVICE_BYTES = 56L << 20;
    private static final String VOLUME = "skewed";
    private static final int SLOWER = 3;
    private static final String FAST = "fast";

    private final Appliance appliance;
    private final LoadGenerator load;
    private final int latencyUs;
    private String url;

    /**
     * Boots it and measures its devices.
     *
     * @param folder for what belongs to the test
     * @param latencyUs of a read of the fast devices
     * @param halfLifeS after so long half of the heat is forgotten
     */
    SkewedMember(final String name, final Path folder, final int latencyUs, final int halfLifeS) {
        this.latencyUs = latencyUs;
        load = new LoadGenerator(folder, (long) PAGES * PAGE_BYTES, PAGE_BYTES);
        appliance = Appliance.demo(
                name,
                Map.of(
                        "org.isobar.device.cfg", "chunklet.bytes = 4194304\n",
                        "org.isobar.profiler.cfg", """
                        places = 16
                        repetitions = 1
                        burst.bytes = 1048576
                        share.percent = 100
                        least.step.percent = 60
                        class.spread.percent = 80
                        """,
                        "org.isobar.volume.cfg", "heat.half.life.s = " + halfLifeS + "\n",
                        "org.isobar.balancing.adaptive.cfg", """
                        cool.down.s = 60
                        payback.s = 120
                        epochs.seen = 2
                        """),
                "--device-size",
                "512M",
                "--volume-size",
                "64M");
        try {
            putPoolsOnBothKinds();
        } catch (final AssertionError failure) {
            close();
            throw failure;
        }
    }

    private void putPoolsOnBothKinds() {
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
        createPool(FAST, "class-1");
        createPool("slow", "class-2");
        // As much room as a filling takes: balancing fills no pool to its warning threshold.
        patch("/pools/fast", "{\"warningPercent\":92,\"criticalPercent\":99}");
    }

    @Override
    public void close() {
        appliance.close();
    }

    /** A new volume whose pages were first written from the busiest of a deal on, so that these are in the fast pool. */
    void createFilled(final int deal) {
        appliance.create(
                "/volumes",
                "{\"name\":\"" + VOLUME + "\",\"sizeBytes\":" + (long) PAGES * PAGE_BYTES + ",\"pageBytes\":"
                        + PAGE_BYTES + ",\"allocation\":\"page:fastest-first\",\"pools\":[\"fast\",\"slow\"]}");
        url = appliance.url(VOLUME);
        Throttle.off(appliance);
        load.fill(url, deal);
        slowDown();
    }

    void deleteVolume() {
        delete("/volumes/" + VOLUME);
    }

    /** Reads pages that are busy by rank, for some seconds; answers how many a second. */
    int zipf(final int deal, final int seconds) {
        return load.zipf(url, deal, seconds);
    }

    /** Reads all pages alike. */
    int uniform(final int seconds) {
        return load.uniform(url, seconds);
    }

    /** Reads the volume from end to end, again and again. */
    int scan(final int seconds) {
        return load.scan(url, seconds);
    }

    /** Pages of a deal, the busiest first. */
    List<Integer> pagesByRank(final int deal) {
        return load.pagesByRank(deal);
    }

    /** Switches balancing on or off; it decides every 10 s, first after 10 s. */
    void balance(final boolean on) {
        patch(
                "/balance",
                "{\"enabled\":" + on + ",\"policy\":\"adaptive\",\"intervalS\":10,\"bytesPerSecond\":67108864}");
    }

    /** Has it decide now. */
    void balanceNow() {
        final Appliance.Answer answer = appliance.request("POST", "/balance/run", "{}");
        assertEquals(answer.body(), 200, answer.status());
    }

    /** What it said last. */
    String lastReason() {
        return appliance.get("/balance").at("/last/reason").asText();
    }

    long movedPages() {
        return appliance.get("/balance").at("/counters/movedPages").asLong();
    }

    /** Waits until no page is being moved. */
    void awaitNoMoves() {
        appliance.await(
                "/balance",
                "the end of moves",
                balance -> balance.get("leftPages").asLong() == 0);
    }

    /** What is known of each page. */
    List<PageState> pages() {
        return IntStream.range(0, PAGES).mapToObj(this::page).toList();
    }

    /** What is known of one. */
    PageState page(final int page) {
        final JsonNode shown = appliance.get("/volumes/" + VOLUME + "/pages/" + page);
        return new PageState(
                shown.get("pool").asText().equals(FAST),
                shown.get("movedWallMs").asLong());
    }

    /** A page: whether it is in the fast pool, and when it was moved last, ms since 1970, 0 for never. */
    record PageState(boolean fast, long movedWallMs) {}

    long inFast() {
        return appliance
                        .get("/volumes/" + VOLUME + "/placement")
                        .get("bytesByPool")
                        .path(FAST)
                        .asLong()
                / PAGE_BYTES;
    }

    /** Lines of the member's log at level ERROR. */
    String errors() {
        return appliance.errors();
    }

    private void slowDown() {
        Throttle.drop(
                appliance,
                "fast.path = **/fast*.img",
                "fast.read.latency.us = " + latencyUs,
                "fast.write.latency.us = " + latencyUs,
                "fast.zone.start.mib = 0",
                "fast.zone.mib.per.s = 96",
                "slow.path = **/disk0[456].img",
                "slow.read.latency.us = " + SLOWER * latencyUs,
                "slow.write.latency.us = " + SLOWER * latencyUs,
                "slow.zone.start.mib = 0",
                "slow.zone.mib.per.s = 32");
    }

    private Path smallFile(final String name) {
        final Path path = appliance.home().resolve("devices").resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(FAST_DEVICE_BYTES);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return path;
    }

    private static long devices(final JsonNode each) {
        final List<String> found = new ArrayList<>();
        each.get("parts").forEach(part -> found.add(part.get("device").asText()));
        return found.stream().distinct().count();
    }

    private void createPool(final String name, final String performanceClass) {
        appliance.create(
                "/pools",
                "{\"name\":\"" + name + "\",\"level\":\"10\",\"performanceClass\":\"" + performanceClass + "\"}");
    }

    private void patch(final String path, final String body) {
        final Appliance.Answer answer = appliance.request("PATCH", path, body);
        assertEquals(answer.body(), 200, answer.status());
    }

    private void delete(final String path) {
        final Appliance.Answer answer = appliance.request("DELETE", path, null);
        assertTrue(path + " answered " + answer, answer.status() == 204 || answer.status() == 200);
    }
}
