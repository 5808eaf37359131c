package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * A member on files that behave as zoned disks, twice as fast at their beginning as at their end, and on others that are alike
 * everywhere, measures them: it finds where the zones lie, makes a class of each kind, and pools on these classes take their
 * chunklets from where they should.
 */
public class ThrottledProfileIT {
    private static final int DEVICE_MIB = 2048;
    /** Where the zones of a disk begin. */
    private static final int[] STARTS_MIB = {0, 448, 1024, 1600};

    private static final double TOLERANCE = 0.02;
    private static final int IMAGE_BYTES = 4 << 20;
    private static Appliance appliance;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @BeforeClass
    public static void bootMember() {
        appliance = Appliance.demo(
                "throttled-profile",
                Map.of("org.isobar.device.cfg", "chunklet.bytes = 4194304\n", "org.isobar.profiler.cfg", """
                    places = 64
                    repetitions = 5
                    burst.bytes = 2097152
                    least.step.percent = 15
                    class.spread.percent = 15
                    classes = 8
                    """),
                "--device-size",
                DEVICE_MIB + "M",
                "--volume-size",
                "64M");
        Throttle.drop(
                appliance,
                "flat.path = **/disk0[123].img",
                "flat.zone.start.mib = 0",
                "flat.zone.mib.per.s = 96",
                "flat.read.latency.us = 1500",
                "flat.noise.percent = 3",
                "zoned.path = **/disk0[456].img",
                "zoned.zone.start.mib = 0, 448, 1024, 1600",
                "zoned.zone.mib.per.s = 64, 51, 40, 32",
                "zoned.read.latency.us = 2000",
                "zoned.noise.percent = 3",
                "zoned.outlier.one.in = 200",
                "zoned.outlier.factor = 8");
    }

    @AfterClass
    public static void stopMember() {
        if (appliance != null) {
            appliance.close();
        }
    }

    @Test
    public void findsTheZonesAndPutsPoolsOnThem() throws IOException {
        final List<JsonNode> flat = new ArrayList<>();
        final List<JsonNode> zoned = new ArrayList<>();
        for (final JsonNode device : appliance.get("/devices")) {
            (device.get("path").asText().matches(".*disk0[123].img") ? flat : zoned).add(device);
        }
        measureAll();
        flat.forEach(device -> assertEquals("one region", 1, regions(device).size()));
        zoned.forEach(ThrottledProfileIT::assertZonesFound);

        final JsonNode classes = appliance.get("/profiles/classes");
        assertEquals("one class of the flat ones, one of each zone: " + classes, 1 + STARTS_MIB.length, classes.size());
        assertEquals("the fastest", uuids(flat), devices(classes.get(0)));
        for (int zone = 0; zone < STARTS_MIB.length; zone++) {
            assertEquals("zone " + zone, uuids(zoned), devices(classes.get(1 + zone)));
        }
        for (final JsonNode each : classes) {
            assertPoolTakesItsOwn(each);
        }
        assertEquals("", appliance.errors());
    }

    private static void measureAll() {
        final long began = System.nanoTime();
        for (final JsonNode device : appliance.get("/devices")) {
            final Appliance.Answer started =
                    appliance.request("POST", "/profiles/" + device.get("uuid").asText() + "/measure", "{}");
            assertEquals(started.toString(), 202, started.status());
        }
        appliance.await("/jobs", "the profiles", jobs -> {
            int done = 0;
            for (final JsonNode job : jobs) {
                done += job.get("kind").asText().equals("profile")
                                && job.get("state").asText().equals("DONE")
                        ? 1
                        : 0;
            }
            return done == appliance.get("/devices").size();
        });
        System.out.printf("ThrottledProfileIT: measured in %.1f s%n", (System.nanoTime() - began) / 1e9);
    }

    private static JsonNode regions(final JsonNode device) {
        return appliance.get("/profiles/" + device.get("uuid").asText()).get("regions");
    }

    private static void assertZonesFound(final JsonNode device) {
        final JsonNode regions = regions(device);
        assertEquals("a region for each zone: " + regions, STARTS_MIB.length, regions.size());
        final long chunkletBytes = device.get("chunkletBytes").asLong();
        final long dataOffset =
                device.get("sizeBytes").asLong() - device.get("chunkletCount").asLong() * chunkletBytes;
        for (int i = 1; i < STARTS_MIB.length; i++) {
            final long foundBytes =
                    dataOffset + regions.get(i).get("firstChunklet").asLong() * chunkletBytes;
            final double off = ((double) foundBytes / (1 << 20) - STARTS_MIB[i]) / DEVICE_MIB;
            System.out.printf("ThrottledProfileIT: zone %d of %s off by %.2f %%%n", i, device.get("path"), off * 100);
            assertTrue("zone " + i + " is off by " + off + ": " + regions, Math.abs(off) < TOLERANCE);
        }
    }

    /** A pool of the class, with something in it, lies on chunklets of the class alone. */
    private void assertPoolTakesItsOwn(final JsonNode each) throws IOException {
        final String name = each.get("name").asText();
        final String pool = "on-" + name;
        appliance.create(
                "/pools", "{\"name\":\"" + pool + "\",\"level\":\"10\",\"performanceClass\":\"" + name + "\"}");
        appliance.create("/volumes", "{\"name\":\"" + pool + "\",\"sizeBytes\":67108864,\"pool\":\"" + pool + "\"}");
        final Path image = folder.getRoot().toPath().resolve(pool + ".img");
        final byte[] noise = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(noise);
        Files.write(image, noise);
        Tools.imageToVolume(image, appliance.url(pool));
        int columns = 0;
        for (final JsonNode set : appliance.get("/raid-sets")) {
            if (set.get("pool").asText().equals(pool)) {
                for (final JsonNode column : set.at("/info/spec/columns")) {
                    assertTrue(column + " is not of " + each, holds(each, column));
                    columns++;
                }
            }
        }
        assertTrue("pool " + pool + " has no set", columns > 0);
        final JsonNode info = appliance.get("/pools/" + pool);
        assertEquals(info.toString(), 0, info.at("/outOfClassChunklets").asInt(-1));
    }

    private static boolean holds(final JsonNode each, final JsonNode column) {
        for (final JsonNode part : each.get("parts")) {
            final int first = part.at("/region/firstChunklet").asInt();
            final int chunklet = column.get("chunklet").asInt();
            if (part.get("device").equals(column.get("device"))
                    && chunklet >= first
                    && chunklet < first + part.at("/region/chunkletCount").asInt()) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> devices(final JsonNode each) {
        final Map<String, Integer> found = new TreeMap<>();
        each.get("parts").forEach(part -> found.merge(part.get("device").asText(), 1, Integer::sum));
        assertEquals("each device once: " + each, Set.of(1), new HashSet<>(found.values()));
        return found.keySet();
    }

    private static Set<String> uuids(final List<JsonNode> devices) {
        final Set<String> found = new HashSet<>();
        devices.forEach(device -> found.add(device.get("uuid").asText()));
        return found;
    }
}
