package org.isobar.itests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A volume is made, found by an initiator, grown, filled beyond its pool, and deleted, also while it is in use. */
public class VolumeLifeIT {
    private static final long GIB = 1L << 30;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Appliance appliance;
    private Process writer;

    @Before
    public void bootMember() {
        appliance = Appliance.demo("volume-life", "--device-size", "512M", "--volume-size", "64M");
    }

    @After
    public void stopMember() {
        if (writer != null) {
            writer.destroyForcibly();
        }
        appliance.close();
    }

    @Test
    public void goesAsItsOwnerSays() throws IOException {
        createdVolumeIsDiscovered();
        growthIsSeenByInitiators();
        fullPoolAnswersAndKeepsWhatItHas();
        volumeInUseIsDeletedByForceOnly();
        appliance.stop();
        assertEquals("", appliance.errors());
        appliance.check();
    }

    private void createdVolumeIsDiscovered() {
        final Appliance.Answer created =
                appliance.request("POST", "/volumes", "{\"name\":\"life\",\"sizeBytes\":1073741824,\"pool\":\"A\"}");
        assertEquals(created.toString(), 201, created.status());
        final String portal = appliance.url("life").replaceAll("/iqn.*", "");
        assertTrue(Tools.run("iscsi-ls", portal).contains("iqn.2026-11.org.isobar:life"));
        final Appliance.Answer again =
                appliance.request("POST", "/volumes", "{\"name\":\"life\",\"sizeBytes\":1073741824,\"pool\":\"A\"}");
        assertEquals(again.toString(), 409, again.status());
    }

    private void growthIsSeenByInitiators() {
        final Appliance.Answer grown = appliance.request("PATCH", "/volumes/life", "{\"sizeBytes\":" + 8 * GIB + "}");
        assertEquals(grown.toString(), 200, grown.status());
        final String capacity = Tools.run("iscsi-readcapacity16", appliance.url("life"));
        assertTrue(capacity, capacity.contains(Long.toString(8 * GIB)));
        final Appliance.Answer shrunk = appliance.request("PATCH", "/volumes/life", "{\"sizeBytes\":1073741824}");
        assertEquals(shrunk.toString(), 400, shrunk.status());
    }

    private void fullPoolAnswersAndKeepsWhatItHas() {
        final Path image = Tools.ext4Image(folder.getRoot().toPath().resolve("kept.img"), 320 << 20);
        final String digest = Tools.sha256(image);
        Tools.imageToVolume(image, appliance.url("life"));
        final Tools.Result tooMuch = Tools.attempt(
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 7 1G 2047M",
                "-c",
                "write -P 7 4G 2047M",
                appliance.url("life"));
        assertTrue(tooMuch.output(), tooMuch.output().contains("No space left on device"));
        final Path copy = folder.getRoot().toPath().resolve("copy.img");
        Tools.run(
                "qemu-img",
                "dd",
                "-f",
                "raw",
                "-O",
                "raw",
                "bs=1M",
                "count=320",
                "if=" + appliance.url("life"),
                "of=" + copy);
        assertEquals(digest, Tools.sha256(copy));
        assertEquals("SERVING", appliance.get("/system").get("state").asText());
    }

    private void volumeInUseIsDeletedByForceOnly() throws IOException {
        final Path program = Tools.compile("ackwriter", folder.getRoot().toPath());
        writer = new ProcessBuilder(program.toString(), appliance.url("vol-c"), "256", "4", "1")
                .redirectErrorStream(true)
                .start();
        final BufferedReader lines = new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8));
        await(lines, "WRITING");
        final Appliance.Answer refused = appliance.request("DELETE", "/volumes/vol-c", null);
        assertEquals(refused.toString(), 409, refused.status());
        assertTrue(refused.toString(), refused.body().contains("iqn.2026-11.org.isobar.test:ackwriter"));
        final Appliance.Answer forced = appliance.request("DELETE", "/volumes/vol-c?force=true", null);
        assertEquals(forced.toString(), 204, forced.status());
        await(lines, "LOST");
        assertEquals(404, appliance.request("GET", "/volumes/vol-c", null).status());
        final Appliance.Answer unused = appliance.request("DELETE", "/volumes/life", null);
        assertEquals(unused.toString(), 204, unused.status());
    }

    private static void await(final BufferedReader lines, final String beginning) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(beginning)) {
                return;
            }
        }
        throw new AssertionError("the writer ended before " + beginning);
    }
}
