package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * A file system with real files, written and read back by initiators that nobody here wrote, on a volume of each pool:
 * through a stop, a kill, the loss of a device under load, the rebuild, and further losses.
 */
public class RealFilesIT {
    private static final long IMAGE_BYTES = 384L << 20;
    private static final List<String> VOLUMES = List.of("vol-a", "vol-b", "vol-c");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Appliance appliance;
    private Path image;
    private String digest;

    @Before
    public void bootMember() throws IOException {
        // No rebuild by itself: what is lost stays lost until the test says so, however slow the machine is.
        appliance = Appliance.demo(
                "real-files",
                Map.of("org.isobar.pool.cfg", "rebuild.delay.ms = 3600000\n"),
                "--device-size",
                "2G",
                "--volume-size",
                "1G");
        image = Tools.ext4Image(folder.newFile("original.img").toPath(), IMAGE_BYTES);
        digest = Tools.sha256(image);
        VOLUMES.forEach(volume -> Tools.imageToVolume(image, appliance.url(volume)));
    }

    @After
    public void stopMember() {
        appliance.close();
    }

    @Test
    public void areKeptThroughStopKillLossAndRebuild() {
        assertIntact("after the copy");

        appliance.stop();
        appliance.check();
        appliance.start();
        assertIntact("after stop and start");

        appliance.kill();
        appliance.start();
        assertIntact("after kill -9 and start");
        appliance.awaitSets("HEALTHY");

        final JsonNode lost = appliance.get("/devices").get(0);
        pullUnderLoad(lost);
        assertIntact("degraded");

        final String job = appliance
                .request("DELETE", "/devices/" + lost.get("uuid").asText(), null)
                .body();
        assertTrue(job, job.contains("\"id\""));
        appliance.awaitSets("HEALTHY");
        assertIntact("after the rebuild onto the rest");

        appliance.stop();
        appliance.check();
    }

    @Test
    public void surviveASecondLossWhereTheLevelDoes() {
        for (final String pool : List.of("A", "C")) {
            final List<String> pair = SecondLoss.survivablePair(appliance.get("/raid-sets"), pool);
            final List<Path> away =
                    pair.stream().map(uuid -> appliance.pull(pathOf(uuid))).toList();
            appliance.await("/raid-sets", "two devices missed", sets -> SecondLoss.missing(sets, pair));
            assertIntact(volumeOf(pool), "with two devices lost in pool " + pool);
            away.forEach(appliance::giveBack);
            appliance.awaitSets("HEALTHY");
        }
        VOLUMES.forEach(volume -> assertIntact(volume, "after all devices came back"));
    }

    private void pullUnderLoad(final JsonNode device) {
        final List<CompletableFuture<Void>> copies = VOLUMES.stream()
                .map(volume -> CompletableFuture.runAsync(() -> Tools.imageToVolume(image, appliance.url(volume))))
                .toList();
        Appliance.pause(500);
        appliance.pull(device.get("path").asText());
        // Not every set needs to have a column on it: one that was made meanwhile may do without.
        final List<String> lost = List.of(device.get("uuid").asText());
        appliance.await("/raid-sets", "the pulled device missed", sets -> SecondLoss.missing(sets, lost));
        copies.forEach(CompletableFuture::join);
    }

    private String pathOf(final String uuid) {
        for (final JsonNode device : appliance.get("/devices")) {
            if (device.get("uuid").asText().equals(uuid)) {
                return device.get("path").asText();
            }
        }
        throw new AssertionError("no device " + uuid);
    }

    private static String volumeOf(final String pool) {
        return "vol-" + pool.toLowerCase(java.util.Locale.ROOT);
    }

    private void assertIntact(final String when) {
        VOLUMES.forEach(volume -> assertIntact(volume, when));
    }

    private void assertIntact(final String volume, final String when) {
        final Path copy = folder.getRoot().toPath().resolve(volume + ".img");
        Tools.volumeToImage(appliance.url(volume), copy, IMAGE_BYTES);
        Tools.run("e2fsck", "-fn", copy.toString());
        assertEquals(volume + " " + when, digest, Tools.sha256(copy));
        try {
            Files.delete(copy);
        } catch (final IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
