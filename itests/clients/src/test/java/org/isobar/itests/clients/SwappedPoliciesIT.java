package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * While writers that keep their own record use two volumes over iSCSI, a bundle with an allocation policy and a balancing
 * policy is dropped into the deploy folder, selected, updated, broken, mended and removed, and one volume is moved from pool
 * to pool: no connection breaks, no command fails, nothing is lost.
 */
public class SwappedPoliciesIT {
    private static final int SESSIONS = 3;
    private static final int SLOTS = 4096;
    private static final int IMAGE_BYTES = 4 << 20;
    private static final String WIDE = "wide";
    private static final String WHOLE = "vol-a";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Appliance appliance;
    private Path deploy;
    private Path image;
    private Writers writers;

    @Before
    public void bootMember() throws IOException {
        appliance = Appliance.demo("swapped-policies");
        deploy = appliance.folder("deploy");
        create(WIDE, 256 << 20, "page");
        image = folder.newFile("image").toPath();
        final byte[] noise = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(noise);
        Files.write(image, noise);
        final long seed = Long.getLong("isobar.seed", System.nanoTime());
        System.out.println("SwappedPoliciesIT: seed=" + seed);
        writers = new Writers(appliance, folder.getRoot().toPath(), new Random(seed));
        writers.start(WIDE, SESSIONS, SLOTS);
        writers.start(WHOLE, SESSIONS, SLOTS);
        writers.awaitWriting();
    }

    @After
    public void stopMember() {
        writers.close();
        appliance.close();
    }

    @Test
    public void noticesNoPolicyThatComesChangesFailsOrGoes() throws IOException {
        SwappedPolicy.drop(deploy, 1);
        awaitPolicies("version 1", policy -> version(policy, 1));
        patch("/volumes/" + WIDE + "/placement", "{\"allocation\":\"page:swapped\",\"pools\":[\"A\",\"B\",\"C\"]}");
        patch("/balance", "{\"enabled\":true,\"policy\":\"swapped\",\"intervalS\":10,\"bytesPerSecond\":1073741824}");
        move("B");
        assertEquals(IMAGE_BYTES, bytes(written("first"), "A"));
        awaitMoves("version 1");

        SwappedPolicy.drop(deploy, 2);
        awaitPolicies("version 2", policy -> version(policy, 2));
        move("C");
        assertEquals(IMAGE_BYTES, bytes(written("second"), "C"));
        awaitMoves("version 2");

        create("third", IMAGE_BYTES, "page:swapped");
        create("fourth", IMAGE_BYTES, "page:swapped");
        SwappedPolicy.drop(deploy, 3);
        write("third");
        awaitPolicies(
                "the fence",
                policy -> version(policy, 3)
                        && policy.get("fenced").asBoolean()
                        && policy.get("why").asText().contains("version 3 falls over"));
        awaitWarning("name=swapped");
        move("A");

        SwappedPolicy.drop(deploy, 1);
        awaitPolicies(
                "version 1 again",
                policy -> version(policy, 1) && !policy.get("fenced").asBoolean());

        SwappedPolicy.remove(deploy);
        appliance.await(
                "/policies", "the policies to go", policies -> named(policies).isEmpty());
        awaitWarning("name=swapped");
        write("fourth");

        final AckWriter.Tally all = writers.stop();
        System.out.println("SwappedPoliciesIT: " + all + " lost=0");
        System.out.println("SwappedPoliciesIT: writes by how many seconds they took at most: " + WIDE + " "
                + writers.durations(WIDE) + " " + WHOLE + " " + writers.durations(WHOLE));
        // Each logs in once more to read everything back.
        assertEquals("a connection broke: " + all, 2L * writers.count(), all.connects());
        patch("/balance", "{\"enabled\":false}");
        appliance.awaitSets("HEALTHY");
        assertEquals("redundancy that does not match", 0, appliance.scrub(false));
        appliance.stop();
        appliance.checkStrictly();
    }

    private void create(final String name, final long sizeBytes, final String allocation) {
        appliance.create(
                "/volumes",
                "{\"name\":\"" + name + "\",\"sizeBytes\":" + sizeBytes + ",\"pageBytes\":65536,\"allocation\":\""
                        + allocation + "\",\"pools\":[\"A\",\"B\",\"C\"]}");
    }

    /** Where the pages of a new volume lie that the swapped policy has placed. */
    private JsonNode written(final String name) {
        create(name, IMAGE_BYTES, "page:swapped");
        write(name);
        return appliance.get("/volumes/" + name + "/placement");
    }

    private void write(final String name) {
        Tools.imageToVolume(image, appliance.url(name));
        assertEquals(
                IMAGE_BYTES,
                appliance.get("/volumes/" + name).get("allocatedBytes").asLong());
    }

    private void awaitMoves(final String reason) {
        appliance.await("/balance/history", "moves by " + reason, history -> {
            for (final JsonNode decision : history) {
                if (decision.get("policy").asText().equals(SwappedPolicy.NAME)
                        && decision.get("reason").asText().equals(reason)
                        && decision.get("movedPages").asInt() > 0) {
                    return true;
                }
            }
            return false;
        });
    }

    private void awaitPolicies(final String what, final Predicate<JsonNode> wanted) {
        appliance.await("/policies", what, policies -> {
            final List<JsonNode> named = named(policies);
            return named.size() == 2 && named.stream().allMatch(wanted);
        });
    }

    private void awaitWarning(final String part) {
        appliance.await("/system", "the warning " + part, system -> system.get("warnings")
                .toString()
                .contains(part));
    }

    private static List<JsonNode> named(final JsonNode policies) {
        final List<JsonNode> found = new ArrayList<>();
        policies.forEach(policy -> {
            if (policy.get("name").asText().equals(SwappedPolicy.NAME)) {
                found.add(policy);
            }
        });
        return found;
    }

    private static boolean version(final JsonNode policy, final int version) {
        return policy.get("version").asText().equals(version + ".0.0");
    }

    private void move(final String pool) {
        appliance.create("/volume-moves", "{\"volume\":\"" + WHOLE + "\",\"pool\":\"" + pool + "\"}");
        appliance.await("/volume-moves", "the move to pool " + pool, moves -> moves.size() == 0);
        final JsonNode placement = appliance.get("/volumes/" + WHOLE + "/placement");
        assertTrue(placement.toString(), bytes(placement, pool) > 0);
    }

    private void patch(final String path, final String body) {
        final Appliance.Answer answer = appliance.request("PATCH", path, body);
        assertEquals(answer.body(), 200, answer.status());
    }

    private static long bytes(final JsonNode placement, final String pool) {
        return placement.get("bytesByPool").path(pool).asLong();
    }
}
