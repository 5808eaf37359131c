package org.isobar.itests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Stock initiators log in to a member that guards its volumes: by CHAP one-way and mutual, and from another host. */
public class AccessIT {
    private static final String SECRET = "sixteen.of.alice";
    private static final String TARGET_SECRET = "sixteen.of.ours.";
    private static final String NAMESPACE = "isobar-access-it";
    private static final String HOST_ADDRESS = "198.18.77.1";
    private static final String OTHER_ADDRESS = "198.18.77.2";
    private static final String OTHER_PORT = "3271";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Appliance appliance;
    private String target;
    private String portal;

    @Before
    public void bootMember() {
        appliance = Appliance.demo("access", "--device-size", "512M", "--volume-size", "64M");
        final URI url = URI.create(appliance.url("vol-a"));
        portal = url.getAuthority();
        target = url.getPath();
    }

    @After
    public void stopMember() {
        Tools.attempt("ip", "netns", "delete", NAMESPACE);
        Tools.attempt("ip", "link", "delete", "isobar-it0");
        appliance.close();
    }

    @Test
    public void hidesVolumesWithoutARuleFromOtherHosts() throws IOException {
        Assume.assumeTrue(
                "only root makes network namespaces",
                Tools.run("id", "-u").strip().equals("0"));
        assertTrue(Tools.run("iscsi-ls", "iscsi://" + portal).contains("vol-a"));
        final String outside = "iscsi://" + HOST_ADDRESS + ":" + OTHER_PORT;
        makeOtherHost();
        post("/portals", "{\"address\":\"" + HOST_ADDRESS + "\",\"port\":" + OTHER_PORT + "}");
        assertTrue("the host's own address", Tools.run("iscsi-ls", outside).contains("vol-a"));
        assertFalse(elsewhere("iscsi-ls", outside).output().contains("vol-a"));
        final Tools.Result hidden = elsewhere("iscsi-inq", outside + target);
        final Tools.Result absent = elsewhere("iscsi-inq", outside + target.replace("vol-a", "absent"));
        assertNotEquals(0, hidden.exit());
        assertTrue(hidden.output(), hidden.output().contains("Target not found"));
        assertEquals(absent.output(), hidden.output());

        post("/volumes/vol-a/access", "{\"address\":\"" + OTHER_ADDRESS + "/31\",\"grant\":\"READ_WRITE\"}");
        final String listed = elsewhere("iscsi-ls", outside).output();
        assertTrue(listed, listed.contains("vol-a") && !listed.contains("vol-b"));
        assertEquals(0, elsewhere("iscsi-inq", outside + target).exit());
        assertNotEquals(
                "127.0.0.1 fits no rule",
                0,
                Tools.attempt("iscsi-inq", "iscsi://" + portal + target).exit());
        assertEquals(
                204,
                appliance.request("DELETE", "/volumes/vol-a/access/1", null).status());
        assertNotEquals(0, elsewhere("iscsi-inq", outside + target).exit());
        assertEquals("", appliance.errors());
    }

    @Test
    public void letsInWhoItShall() throws IOException {
        proofsLetInitiatorsIn();
        readOnlyGrantsKeepDataAsItIs();
        usersComeBackAfterARestart();
        secretsAreNowhereToBeRead();
        appliance.stop();
        assertEquals("", appliance.errors());
        appliance.check();
    }

    private void proofsLetInitiatorsIn() throws IOException {
        final Path secrets = Files.writeString(folder.newFile().toPath(), SECRET + "\n" + TARGET_SECRET + "\n");
        assertTrue(appliance
                .shell("chap:user-add", "--target-name", "isobar", "--secrets-file", secrets.toString(), "alice")
                .contains("added user alice"));
        assertTrue(appliance.shell("access:allow", "--chap", "alice", "vol-a").contains("added rule 1"));

        final String oneWay = "iscsi://alice%" + SECRET + "@" + portal + target;
        assertTrue(Tools.run("iscsi-inq", oneWay).contains("Peripheral Device Type:DIRECT_ACCESS"));
        Tools.run("iscsi-inq", oneWay + "?target_user=isobar&target_password=" + TARGET_SECRET);
        final Path image = folder.newFile().toPath();
        Files.write(
                image, "kept through CHAP".repeat(1 << 16).substring(0, 1 << 20).getBytes(UTF_8));
        Tools.imageToVolume(image, oneWay);
        final Path back = Tools.volumeToImage(oneWay, folder.newFile().toPath(), 1 << 20);
        assertEquals(Tools.sha256(image), Tools.sha256(back));

        for (final String wrong : new String[] {
            "iscsi://" + portal + target,
            "iscsi://alice%sixteen.of.mallory@" + portal + target,
            "iscsi://mallory%" + SECRET + "@" + portal + target,
            oneWay + "?target_user=isobar&target_password=sixteen.of.others"
        }) {
            assertNotEquals(wrong, 0, Tools.attempt("iscsi-inq", wrong).exit());
        }
        assertTrue(appliance.get("/access/logins").get("proofsFailed").asLong() >= 2);
    }

    private void readOnlyGrantsKeepDataAsItIs() throws IOException {
        final String url = "iscsi://alice%" + SECRET + "@" + portal + target;
        assertTrue(appliance.shell("access:change", "vol-a", "1", "read-only").contains("READ_ONLY"));
        final Path image = folder.newFile().toPath();
        Files.write(image, new byte[1 << 20]);
        final Tools.Result refused =
                Tools.attempt("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), url);
        assertNotEquals("written through a read-only grant", 0, refused.exit());
        final Path back = Tools.volumeToImage(url, folder.newFile().toPath(), 1 << 20);
        assertNotEquals(Tools.sha256(image), Tools.sha256(back));
        appliance.shell("access:change", "vol-a", "1", "read-write");
        Tools.imageToVolume(image, url);
    }

    private void usersComeBackAfterARestart() {
        final String url = "iscsi://alice%" + SECRET + "@" + portal + target;
        appliance.kill();
        appliance.start();
        Tools.run("iscsi-inq", url);
        assertNotEquals(
                0, Tools.attempt("iscsi-inq", "iscsi://" + portal + target).exit());
        appliance.shell("access:settings", "--discovery", "chap");
        assertNotEquals(0, Tools.attempt("iscsi-ls", "iscsi://" + portal).exit());
        final String listed = Tools.run("iscsi-ls", "iscsi://alice%" + SECRET + "@" + portal);
        assertTrue(listed, listed.contains("vol-a"));
    }

    private void secretsAreNowhereToBeRead() throws IOException {
        final JsonNode users = appliance.get("/access/users");
        assertEquals("[{\"name\":\"alice\",\"targetName\":\"isobar\",\"usable\":true}]", users.toString());
        final List<Path> places = new ArrayList<>();
        places.add(appliance.home().resolve("karaf/data/log/karaf.log"));
        try (var devices = Files.list(appliance.home().resolve("devices"))) {
            devices.forEach(places::add);
        }
        for (final Path place : places) {
            for (final String secret : new String[] {SECRET, TARGET_SECRET}) {
                assertFalse(place + " shows a secret", holds(place, secret));
            }
        }
    }

    /** A network namespace that is another host, on a wire of its own. */
    private static void makeOtherHost() {
        Tools.attempt("ip", "netns", "delete", NAMESPACE);
        Tools.run("ip", "netns", "add", NAMESPACE);
        Tools.run("ip", "link", "add", "isobar-it0", "type", "veth", "peer", "name", "isobar-it1", "netns", NAMESPACE);
        Tools.run("ip", "address", "add", HOST_ADDRESS + "/30", "dev", "isobar-it0");
        Tools.run("ip", "link", "set", "isobar-it0", "up");
        Tools.run("ip", "-n", NAMESPACE, "address", "add", OTHER_ADDRESS + "/30", "dev", "isobar-it1");
        Tools.run("ip", "-n", NAMESPACE, "link", "set", "isobar-it1", "up");
        Tools.run("ip", "-n", NAMESPACE, "link", "set", "lo", "up");
    }

    private static Tools.Result elsewhere(final String... command) {
        final List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", NAMESPACE));
        line.addAll(List.of(command));
        return Tools.attempt(line.toArray(String[]::new));
    }

    private void post(final String path, final String body) {
        final Appliance.Answer answer = appliance.request("POST", path, body);
        assertEquals(answer.toString(), 201, answer.status());
    }

    /** Whether a file holds a text; grep leaves out the holes of sparse files. */
    private static boolean holds(final Path file, final String text) {
        final Tools.Result found = Tools.attempt("grep", "-c", "-a", "-F", "-e", text, file.toString());
        assertTrue(found.output(), found.exit() <= 1);
        return found.exit() == 0;
    }
}
