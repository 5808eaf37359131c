package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * What writers do over iSCSI is recorded, and the shipped balancing policies and one from a bundle of its own are tried on it, on
 * virtual pools, before and after a restart: nothing is moved, and no command fails.
 */
public class RecordedAccessesIT {
    private static final String VOLUME = "vol-a";
    private static final int SESSIONS = 2;
    private static final int SLOTS = 4096;
    private static final String POOLS =
            "\"pools\":[{\"name\":\"slow\",\"readsPerS\":500,\"writesPerS\":250,\"latencyUs\":8000,"
                    + "\"pages\":4096},{\"name\":\"fast\",\"readsPerS\":50000,\"writesPerS\":20000,\"latencyUs\":100,\"pages\":4096}]";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Appliance appliance;

    @Before
    public void bootMember() {
        appliance = Appliance.demo("recorded-accesses");
    }

    @After
    public void stopMember() {
        appliance.close();
    }

    @Test
    public void triesPoliciesOnWhatInitiatorsDid() throws IOException {
        final Path csv = folder.getRoot().toPath().resolve("accesses.csv");
        try (Writers writers = new Writers(appliance, folder.getRoot().toPath(), new Random(1))) {
            writers.start(VOLUME, SESSIONS, SLOTS);
            writers.awaitWriting();
            appliance.create("/recordings", "{\"volume\":\"" + VOLUME + "\",\"seconds\":600}");
            appliance.await(
                    "/recordings/1",
                    "twenty-five seconds of accesses",
                    recording -> recording.get("lastedMs").asLong() > 25_000);
            final String stopped = appliance.shell("volume:record stop 1");
            assertTrue(stopped, stopped.contains("STOPPED"));
            assertEquals("no command failed", SESSIONS, writers.stop().connects() - SESSIONS);
        }
        final JsonNode recording = appliance.get("/recordings/1");
        final long accesses = recording.get("accesses").asLong();
        assertTrue(recording.toString(), accesses > 1000);
        assertEquals(recording.toString(), 0, recording.get("unreadableBytes").asLong());
        appliance.download("/recordings/1/accesses", csv);
        final List<String> lines = Files.readAllLines(csv);
        assertEquals("time_us,op,page,block,blocks", lines.get(0));
        assertEquals(accesses, lines.size() - 1);
        for (final String line : lines.subList(1, lines.size())) {
            // Each command is for 1 to 16 slots of 4 KiB.
            assertTrue(line, line.matches("[0-9]+,(read|write),[0-9]+,[0-9]+,[0-9]+"));
            final int blocks = Integer.parseInt(line.substring(line.lastIndexOf(',') + 1));
            assertTrue(line, blocks % 8 == 0 && blocks >= 8 && blocks <= 128);
        }

        SwappedPolicy.drop(appliance.folder("deploy"), 2);
        appliance.await(
                "/policies", "the policy", policies -> policies.toString().contains(SwappedPolicy.NAME));
        final JsonNode stay = simulated("stay");
        final JsonNode swapped = simulated(SwappedPolicy.NAME);
        final JsonNode adaptive = simulated("adaptive");
        for (final JsonNode report : List.of(stay, swapped, adaptive)) {
            assertEquals(report.toString(), accesses, report.at("/sum/accesses").asLong());
            assertTrue(report.toString(), perS(report, "oracle") >= 0.99 * perS(report, "policy"));
            assertEquals("no policy failed", "[]", report.get("notes").toString());
        }
        assertEquals(0, stay.at("/sum/movedPages").asLong());
        assertEquals(perS(stay, "stay"), perS(stay, "policy"), 1e-6);
        assertEquals("version 2", swapped.at("/periods/0/reason").asText());
        assertTrue(
                adaptive.toString(), !adaptive.at("/periods/0/reason").asText().isEmpty());
        assertEquals(
                "nothing was moved in truth",
                "[]",
                appliance.get("/balance/history").toString());

        appliance.stop();
        appliance.start();
        assertEquals("after a restart", recording, appliance.get("/recordings/1"));
        final String printed = appliance.shell("balance:simulate --policy stay --period 10 --pool one=5000,200,8192 1");
        assertTrue(printed, printed.contains("in all: 100.0 % of staying, 100.0 % of the oracle; 0 pages moved"));
        assertTrue(appliance.shell("volume:record delete 1").contains("No recordings"));
        assertEquals("", appliance.errors());
    }

    private static double perS(final JsonNode report, final String whose) {
        return report.at("/sum/" + whose + "/perS").asDouble();
    }

    private JsonNode simulated(final String policy) {
        final Appliance.Answer started = appliance.request(
                "POST", "/simulations", "{\"recording\":1,\"policy\":\"" + policy + "\",\"periodS\":10," + POOLS + "}");
        assertEquals(started.toString(), 202, started.status());
        final String id = started.body().replaceAll("(?s).*\"id\" *: *([0-9]+).*", "$1");
        final JsonNode job = appliance.await("/jobs/" + id, "the simulation", now -> !now.get("state")
                .asText()
                .equals("RUNNING"));
        assertEquals(job.toString(), "DONE", job.get("state").asText());
        return appliance.get("/simulations/" + id);
    }
}
