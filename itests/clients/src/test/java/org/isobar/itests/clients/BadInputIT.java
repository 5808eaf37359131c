package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Bad input at every door of a booted member: a clear answer each, and the others are served as before. */
public class BadInputIT {
    private static final String[][] BAD_BODIES = {
        {"/volumes", "{\"name\":\"UPPER CASE\",\"sizeBytes\":1048576,\"pool\":\"A\"}", "name"},
        {"/volumes", "{\"name\":\"v\",\"sizeBytes\":-5,\"pool\":\"A\"}", "sizeBytes"},
        {"/volumes", "{\"name\":\"v\",\"sizeBytes\":1000,\"pool\":\"A\"}", "sizeBytes"},
        {"/volumes", "{\"name\":\"v\",\"sizeBytes\":\"much\",\"pool\":\"A\"}", "sizeBytes"},
        {"/volumes", "{\"name\":\"v\",\"sizeBytes\":9223372036854775807,\"pool\":\"A\"}", "sizeBytes"},
        {"/volumes", "{\"name\":\"v\",\"sizeBytes\":1048576,\"pool\":\"A\",\"pageBytes\":5}", "pageBytes"},
        {"/pools", "{\"name\":\"P\",\"level\":\"7\"}", "level"},
        {"/devices", "{\"path\":\"relative/path\"}", "path"},
        {"/volumes", "{\"name\":\"v\",\"sizeBytes\":1048576,\"pool\":\"A\",\"nome\":\"v\"}", "nome"},
        {"/volumes", "{", ""},
    };

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Appliance appliance;

    @Before
    public void bootMember() {
        appliance = Appliance.demo("bad-input");
    }

    @After
    public void stopMember() {
        appliance.close();
    }

    @Test
    public void isRefusedClearlyWhileOthersAreServed() throws IOException {
        badBodiesNameTheField();
        unknownNamesAreNotFound();
        foreignAndShortDevicesAreRefused();
        garbageOnThePortalHurtsNobody();
        final JsonNode system = appliance.get("/system");
        assertEquals(system.toString(), "SERVING", system.get("state").asText());
    }

    private void badBodiesNameTheField() {
        for (final String[] bad : BAD_BODIES) {
            final Appliance.Answer answer = appliance.request("POST", bad[0], bad[1]);
            assertEquals(bad[1] + " answered " + answer, 400, answer.status());
            assertTrue(bad[1] + " answered " + answer, answer.body().contains("INVALID"));
            assertTrue(bad[1] + " answered " + answer, answer.body().contains(bad[2]));
        }
    }

    private void unknownNamesAreNotFound() {
        assertEquals(404, appliance.request("GET", "/volumes/none", null).status());
        assertEquals(404, appliance.request("DELETE", "/volumes/none", null).status());
        assertEquals(404, appliance.request("GET", "/nowhere", null).status());
        final Appliance.Answer noPool =
                appliance.request("POST", "/volumes", "{\"name\":\"v\",\"sizeBytes\":1048576,\"pool\":\"none\"}");
        assertEquals(noPool.toString(), 404, noPool.status());
        final String portal = appliance.url("vol-a").replaceAll("/iqn.*", "");
        final Tools.Result inquiry = Tools.attempt("iscsi-inq", portal + "/iqn.2026-11.org.isobar:none/0");
        assertTrue(inquiry.output(), inquiry.exit() != 0);
    }

    private void foreignAndShortDevicesAreRefused() throws IOException {
        final Path small = folder.getRoot().toPath().resolve("small.img");
        try (RandomAccessFile file = new RandomAccessFile(small.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        final Appliance.Answer tooSmall = addDevice(small);
        assertEquals(tooSmall.toString(), 400, tooSmall.status());
        final Path foreign = folder.getRoot().toPath().resolve("foreign.img");
        try (RandomAccessFile file = new RandomAccessFile(foreign.toFile(), "rw")) {
            file.setLength(1L << 30);
        }
        Tools.run("mkfs.ext4", "-q", "-F", foreign.toString());
        final Appliance.Answer holdsData = addDevice(foreign);
        assertEquals(holdsData.toString(), 409, holdsData.status());
        assertTrue(holdsData.toString(), holdsData.body().contains("FOREIGN"));
        Tools.run("e2fsck", "-fn", foreign.toString());
        final Appliance.Answer missing = addDevice(folder.getRoot().toPath().resolve("nothing-here"));
        assertEquals(missing.toString(), 404, missing.status());
    }

    private Appliance.Answer addDevice(final Path path) {
        return appliance.request("POST", "/devices", "{\"path\":\"" + path + "\"}");
    }

    private void garbageOnThePortalHurtsNobody() throws IOException {
        final URI portal = URI.create(appliance.url("vol-b"));
        final Path image = folder.getRoot().toPath().resolve("image.raw");
        Files.write(image, new byte[4 << 20]);
        final long seed = Long.getLong("isobar.seed", System.nanoTime());
        System.out.println("BadInputIT: seed=" + seed);
        final Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            final byte[] garbage = new byte[1 + random.nextInt(4096)];
            random.nextBytes(garbage);
            if (round % 2 == 0) {
                garbage[0] = 0x43;
            }
            try (Socket socket = new Socket(portal.getHost(), portal.getPort())) {
                final OutputStream out = socket.getOutputStream();
                out.write(garbage);
                out.flush();
            } catch (final IOException closedByTarget) {
                // the target may close before all was written: that is one of the right answers
                continue;
            }
            if (round % 50 == 0) {
                Tools.imageToVolume(image, appliance.url("vol-b"));
            }
        }
        Tools.imageToVolume(image, appliance.url("vol-b"));
    }
}
