package org.isobar.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.support.CommandException;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class AccessCommandsTest {
    @Rule
    public final TestShell shell = new TestShell();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Before
    public void createVolume() throws Exception {
        shell.run("pool:layout");
        shell.run("volume:create v 1G");
    }

    @Test
    public void addChangeAndRemoveRules() throws Exception {
        assertTrue(shell.run("access:list v").contains("this host only"));
        assertEquals(
                "added rule 1 to volume v: READ_ONLY\n",
                shell.run("access:allow --initiator iqn.x:* --address 10.0.0.0/8 --chap alice --read-only v"));
        assertEquals("added rule 2 to volume v: READ_WRITE\n", shell.run("access:allow --address fd00::1 v"));
        final String listed = shell.run("access:list");
        assertTrue(listed, listed.contains("iqn.x:*") && listed.contains("10.0.0.0/8") && listed.contains("alice"));
        assertEquals(
                "fd00::1", json("access:list --json v").at("/0/rules/1/address").asText());
        assertEquals("rule 1 of volume v grants READ_WRITE\n", shell.run("access:change v 1 read-write"));
        assertEquals("rule 1 of volume v grants READ_ONLY\n", shell.run("access:change v 1 read-only"));
        refuses("access:change v 1 all", "read-only or read-write");
        assertEquals("removed rule 1 of volume v\n", shell.run("access:deny v 1"));
        refuses("access:deny v 1", "no such rule");
        refuses("access:deny v one", "no such rule");
        refuses("access:deny v 4294967298", "no such rule");
        refuses("access:list absent", "no such volume");
        refuses("access:allow --address x v", "address: must be");
    }

    @Test
    public void addChangeAndRemoveUsersFromFiles() throws Exception {
        final Path one = Files.writeString(folder.newFile().toPath(), "the secret of alice\n");
        final Path two = Files.writeString(folder.newFile().toPath(), "another secret\nthe secret of ours");
        assertEquals("added user alice\n", shell.run("chap:user-add --secrets-file " + one + " alice"));
        assertEquals("the secret of alice", shell.member.access().secretOf("alice"));
        assertEquals(
                "changed secrets of user alice\n",
                shell.run("chap:user-secret --target-name isobar --secrets-file " + two + " alice"));
        assertEquals("another secret the secret of ours", shell.member.access().secretOf("alice"));
        final String listed = shell.run("chap:user-list") + shell.run("chap:user-list --json");
        assertTrue(listed, listed.contains("alice") && listed.contains("isobar") && !listed.contains("secret of"));
        assertEquals(List.of("alice "), shell.complete(ChapUserNames.class, ""));
        refuses("chap:user-add --secrets-file " + two + " bob", "must have 1 line, has 2");
        refuses("chap:user-add --target-name t --secrets-file " + one + " bob", "must have 2 lines, has 1");
        refuses("chap:user-add --secrets-file /absent bob", "file=/absent");
        refuses("chap:user-add bob", "give --secrets-file");
        assertEquals("removed user alice\n", shell.run("chap:user-remove alice"));
        refuses("chap:user-remove alice", "no such user");
        refuses("chap:user-secret --secrets-file " + one + " alice", "no such user");
    }

    @Test
    public void showAndChangeSettings() throws Exception {
        assertTrue(shell.run("access:settings").contains("MD5,SHA-1,SHA-256,SHA3-256"));
        final String changed = shell.run("access:settings --discovery chap --algorithms SHA-256,SHA3-256");
        assertTrue(changed, changed.contains("chap") && changed.contains("SHA-256,SHA3-256"));
        assertTrue(json("access:settings --json").get("discoveryChap").asBoolean());
        shell.run("access:settings --discovery none");
        assertFalse(json("access:settings --json").get("discoveryChap").asBoolean());
        assertEquals(2, json("access:settings --json").get("chapAlgorithms").size());
        refuses("access:settings --discovery maybe", "chap or none");
    }

    @Test
    public void showHowLogInsWent() throws Exception {
        assertTrue(shell.run("access:logins").contains("Held back"));
        assertEquals(4, json("access:logins --json").get("proofsFailed").asInt());
    }

    private JsonNode json(final String line) throws Exception {
        return new ObjectMapper().readTree(shell.run(line));
    }

    private void refuses(final String line, final String why) {
        final CommandException refusal = assertThrows(line, CommandException.class, () -> shell.run(line));
        assertTrue(refusal.getMessage(), refusal.getMessage().contains(why));
    }
}
