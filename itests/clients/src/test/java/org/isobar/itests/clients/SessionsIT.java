package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.FixMethodOrder;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runners.MethodSorters;

/**
 * Portals, drain, redirection and many sessions at once, with libiscsi's initiator. One member for all; the test that
 * leaves rules for redirection behind comes last by its name.
 */
@FixMethodOrder(MethodSorters.NAME_ASCENDING)
public class SessionsIT {
    private static final long RANGE_BYTES = 64L << 20;
    private static final int SESSIONS = 200;
    private static final int DRAINS = 3;
    /** Each of many sessions gets at least one part in this many of the average, on a busy host and a cold member, too. */
    private static final int LEAST_SHARE = 5;
    /** How long the many sessions last, in seconds. */
    private static final int SECONDS = Integer.getInteger("isobar.sessions.seconds", 5);

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static Appliance appliance;
    private static Path loadgen;

    @BeforeClass
    public static void bootMember() {
        appliance = Appliance.demo("sessions", "--device-size", "512M", "--volume-size", "256M");
        loadgen = FOLDER.getRoot().toPath().resolve("loadgen");
        Tools.run("gcc", "-O2", "-o", loadgen.toString(), "../benchmarks/src/main/c/loadgen.c", "-liscsi", "-lpthread");
    }

    @AfterClass
    public static void stopMember() {
        if (appliance != null) {
            appliance.close();
        }
    }

    @Test
    public void listensAtASecondPortalThatIsKept() throws IOException {
        final String place = appliance.addPortal(2);
        final String listed = Tools.run("iscsi-ls", "iscsi://" + place);
        assertTrue(listed, listed.contains(place + ",2") || listed.contains("Portal:" + place));
        assertEquals(0, load(at(place), 4, 2).errors());
        appliance.stop();
        appliance.start();
        assertEquals(2, appliance.get("/portals").size());
        assertEquals(204, appliance.request("DELETE", "/portals/" + place, null).status());
        assertEquals(1, appliance.get("/portals").size());
    }

    @Test
    public void drainsUnderLoadWithoutErrors() {
        final String url = appliance.url("vol-a");
        final Set<Integer> drained = new HashSet<>();
        for (int runs = 0; drained.size() < DRAINS && runs < 100; runs++) {
            final CompletableFuture<String> running = CompletableFuture.supplyAsync(
                    () -> Tools.run("qemu-img", "bench", "-f", "raw", "-c", "20000", "-d", "16", "-s", "4096", url));
            while (!running.isDone()) {
                if (drained.size() < DRAINS) {
                    drainAll(drained);
                }
                Appliance.pause(100);
            }
            // Its initiator logs in again by itself; a command that failed would end the run.
            assertTrue(running.join().contains("Run completed"));
        }
        assertTrue("sessions drained: " + drained, drained.size() >= DRAINS);
    }

    @Test
    public void redirectsWhereTheRulesSay() throws IOException {
        final String place = appliance.addPortal(2);
        final JsonNode first = appliance.get("/portals").get(0);
        Files.writeString(
                appliance.home().resolve("karaf/etc/org.isobar.iscsi.placement.cfg"),
                "rules = *:session0 * " + place + "\n",
                StandardCharsets.UTF_8);
        final String url =
                at(first.get("address").asText() + ":" + first.get("port").asInt());
        // The file is looked for every second.
        for (int tries = 0; tries < 20; tries++) {
            final CompletableFuture<Load> running = CompletableFuture.supplyAsync(() -> load(url, 1, 2));
            Appliance.pause(1000);
            final int there =
                    appliance.get("/portals").get(1).get("connections").asInt();
            assertEquals(0, running.join().errors());
            if (there == 1) {
                return;
            }
        }
        throw new AssertionError("the initiator was never redirected");
    }

    @Test
    public void keepsManySessionsFair() {
        final Load load = load(appliance.url("vol-a"), SESSIONS, SECONDS);
        assertEquals(0, load.errors());
        assertTrue(load.toString(), load.least() * SESSIONS * LEAST_SHARE >= load.operations());
        assertEquals("", appliance.errors());
        appliance.await("/sessions", "all sessions to end", JsonNode::isEmpty);
    }

    private static void drainAll(final Set<Integer> drained) {
        for (final JsonNode session : appliance.get("/sessions")) {
            final int tsih = session.get("tsih").asInt();
            if (appliance
                            .request("POST", "/sessions/drain", "{\"tsih\":" + tsih + "}")
                            .status()
                    == 200) {
                drained.add(tsih);
            }
        }
    }

    private String at(final String place) {
        return appliance.url("vol-a", place);
    }

    private Load load(final String url, final int sessions, final int seconds) {
        final String printed = Tools.run(
                loadgen.toString(),
                url,
                "mixed",
                "random",
                "4096",
                "2",
                Integer.toString(sessions),
                Integer.toString(seconds),
                Long.toString(RANGE_BYTES));
        return new Load(number(printed, "errors"), number(printed, "operations"), number(printed, "least"));
    }

    private static long number(final String printed, final String key) {
        final Matcher found = Pattern.compile(key + "=([0-9]+)").matcher(printed);
        assertTrue(printed, found.find());
        return Long.parseLong(found.group(1));
    }

    private record Load(long errors, long operations, long least) {}
}
