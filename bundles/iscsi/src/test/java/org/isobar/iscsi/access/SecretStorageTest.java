package org.isobar.iscsi.access;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.access.ChapSecrets;
import org.isobar.api.access.ChapUser;
import org.isobar.api.access.Grant;
import org.isobar.iscsi.chap.ChapAlgorithm;
import org.isobar.iscsi.chap.ChapExchange;
import org.junit.Rule;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** Where secrets are, and where they are not. */
public final class SecretStorageTest {
    private static final String SECRET = "secret of alice";
    private static final String TARGET_SECRET = "secret of target";

    @Rule
    public final AccessFixture fixture = new AccessFixture();

    @Test
    public void bringsUsersBackAfterARestart() {
        fixture.addUser("alice", SECRET, "isobar", TARGET_SECRET);
        fixture.restart();
        assertEquals(List.of(new ChapUser("alice", "isobar", true)), fixture.access.users());
        assertProves("alice", SECRET.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void takesSecretsInEveryForm() {
        fixture.addUser("plain", "0 as it is typed");
        assertProves("plain", "0 as it is typed".getBytes(StandardCharsets.US_ASCII));
        final byte[] bytes = HexFormat.of().parseHex("000102030405060708090a0b");
        fixture.addUser("hex", "0x000102030405060708090A0B");
        assertProves("hex", bytes);
        fixture.addUser("base64", "0b" + Base64.getEncoder().encodeToString(bytes));
        assertProves("base64", bytes);
    }

    @Test
    public void refusesSecretsThatAreTooShortTooLongOrUnprintable() {
        for (final String secret : new String[] {
            "",
            "elevenbytes",
            "x".repeat(256),
            "tab\tand more of it",
            "umlaut ä and more",
            "0x" + "00".repeat(11),
            "0xhexadecimal?",
            "0x" + "00".repeat(256)
        }) {
            final StorageException refused =
                    assertThrows(StorageException.class, () -> fixture.addUser("alice", secret));
            assertEquals(Code.INVALID, refused.code());
            assertTrue(refused.getMessage(), refused.getMessage().startsWith("secret: must be 12 to 255 bytes"));
            assertFalse(
                    refused.getMessage(),
                    secret.length() > 1 && refused.getMessage().contains(secret));
        }
        fixture.addUser("shortest", "twelve bytes");
        fixture.addUser("longest", "x".repeat(255));
        assertProves("longest", "x".repeat(255).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void refusesOneSecretForBothDirections() {
        refuses("targetSecret", () -> fixture.addUser("alice", SECRET, "isobar", SECRET));
        refuses(
                "targetSecret",
                () -> fixture.addUser(
                        "alice",
                        SECRET,
                        "isobar",
                        "0x" + HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.US_ASCII))));
        fixture.addUser("alice", SECRET, "isobar", TARGET_SECRET);
        refuses("secret", () -> fixture.addUser("bob", TARGET_SECRET));
        refuses("targetSecret", () -> fixture.addUser("bob", "secret of bob", "isobar", SECRET));
        fixture.addUser("bob", SECRET, "isobar", TARGET_SECRET);
    }

    @Test
    public void refusesHalfAMutualSecretAndOddNames() {
        refuses(
                "targetName",
                () -> fixture.sim.await(
                        fixture.access.addUser("alice", new ChapSecrets(SECRET.toCharArray(), "isobar", null))));
        refuses("targetName", () -> fixture.addUser("alice", SECRET, "a b", TARGET_SECRET));
        refuses("name", () -> fixture.addUser("a b", SECRET));
        refuses("name", () -> fixture.addUser("x".repeat(224), SECRET));
        refuses("secret", () -> fixture.sim.await(fixture.access.addUser("alice", new ChapSecrets(null, null, null))));
    }

    @Test
    public void wipesWhatItWasGiven() {
        final char[] secret = SECRET.toCharArray();
        final char[] targetSecret = TARGET_SECRET.toCharArray();
        fixture.sim.await(fixture.access.addUser("alice", new ChapSecrets(secret, "isobar", targetSecret)));
        assertArrayEquals(new char[secret.length], secret);
        assertArrayEquals(new char[targetSecret.length], targetSecret);
        final char[] refused = "short".toCharArray();
        assertThrows(StorageException.class, () -> fixture.access.addUser("bob", new ChapSecrets(refused, null, null)));
        assertArrayEquals(new char[refused.length], refused);
    }

    @Test
    public void leavesNoSecretOnTheDevicesNorInTexts() throws IOException {
        fixture.addUser("alice", SECRET, "isobar", TARGET_SECRET);
        for (final byte[] document : fixture.catalog.documents().values()) {
            assertFalse(contains(document, SECRET) || contains(document, TARGET_SECRET));
        }
        assertFalse(contains(Files.readAllBytes(fixture.keyFile()), SECRET));
        final String texts = fixture.access.users() + " "
                + new ChapSecrets(SECRET.toCharArray(), "isobar", TARGET_SECRET.toCharArray()) + " "
                + fixture.access.settings();
        assertFalse(texts, texts.contains(SECRET) || texts.contains(TARGET_SECRET));
    }

    @Test
    public void encryptsAfreshEachTime() {
        fixture.addUser("alice", SECRET);
        final Map<String, byte[]> first = new HashMap<>(fixture.catalog.documents());
        fixture.sim.await(fixture.access.changeSecrets("alice", new ChapSecrets(SECRET.toCharArray(), null, null)));
        final byte[] second = fixture.catalog.documents().get("access|user/alice");
        assertFalse(Arrays.equals(first.get("access|user/alice"), second));
    }

    @Test
    public void decryptsForTheUserItEncryptedForOnly() {
        fixture.addUser("alice", SECRET);
        fixture.addUser("mallory", "secret of mallory");
        final StoredUser mallory =
                Documents.user("x", fixture.catalog.documents().get("access|user/mallory"));
        final StoredUser swapped = new StoredUser("alice", null, mallory.keyId(), mallory.sealed());
        fixture.catalog.documents().put("access|user/alice", Documents.user(swapped));
        fixture.restart();
        assertFalse(fixture.access.users().get(0).usable());
        assertRefuses("alice", "secret of mallory".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void keepsTheKeyToItsOwner() throws IOException {
        fixture.addUser("alice", SECRET);
        assertEquals("rw-------", permissions(fixture.keyFile()));
        Files.setPosixFilePermissions(fixture.keyFile(), PosixFilePermissions.fromString("rw-r--r--"));
        fixture.restart();
        assertEquals("rw-------", permissions(fixture.keyFile()));
        try (Stream<Path> files = Files.list(fixture.keyFile().getParent())) {
            assertEquals(List.of(fixture.keyFile()), files.toList());
        }
    }

    @Test
    public void failsClosedWithoutItsKeyAndSaysWhichFile() throws IOException {
        fixture.addUser("alice", SECRET);
        fixture.allow(null, null, "alice", Grant.READ_WRITE);
        final Path away = fixture.keyFile().resolveSibling("away");
        Files.move(fixture.keyFile(), away);
        fixture.restart();
        assertRefuses("alice", SECRET.getBytes(StandardCharsets.US_ASCII));
        assertFalse(fixture.access.users().get(0).usable());
        final StorageException refused =
                assertThrows(StorageException.class, () -> fixture.addUser("bob", "secret of bob"));
        assertEquals(Code.CONFLICT, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().contains("file=" + fixture.keyFile()));
        assertFalse(Files.exists(fixture.keyFile()));
        fixture.sim.await(fixture.access.change("memory", 1, Grant.READ_ONLY));

        Files.move(away, fixture.keyFile());
        assertTrue(fixture.access.users().get(0).usable());
        assertProves("alice", SECRET.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void startsAfreshOnceNothingNeedsTheLostKey() throws IOException {
        fixture.addUser("alice", SECRET);
        Files.delete(fixture.keyFile());
        fixture.restart();
        fixture.sim.await(
                fixture.access.changeSecrets("alice", new ChapSecrets("a fresh secret".toCharArray(), null, null)));
        assertProves("alice", "a fresh secret".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void saysWhatIsWrongWithADamagedKeyFile() throws IOException {
        fixture.addUser("alice", SECRET);
        for (final String content :
                new String[] {"garbage\n", "isobar-access-key-1 !!\n", "isobar-access-key-1 AAAA\n"}) {
            Files.writeString(fixture.keyFile(), content);
            fixture.restart();
            final StorageException refused = assertThrows(StorageException.class, fixture.access::users);
            assertEquals(Code.IO, refused.code());
            assertTrue(refused.getMessage(), refused.getMessage().contains("file=" + fixture.keyFile()));
            assertRefuses("alice", SECRET.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void assertProves(final String user, final byte[] secret) {
        assertEquals(ChapExchange.Outcome.PROVEN, prove(user, secret));
    }

    private void assertRefuses(final String user, final byte[] secret) {
        assertEquals(ChapExchange.Outcome.REFUSED, prove(user, secret));
    }

    private ChapExchange.Outcome prove(final String user, final byte[] secret) {
        final ChapExchange exchange = fixture.access.chap();
        final Map<String, String> asked = new HashMap<>();
        exchange.take(Map.of("CHAP_A", "7"), asked::put);
        final byte[] challenge = HexFormat.of().parseHex(asked.get("CHAP_C").substring(2));
        final byte[] response = ChapAlgorithm.SHA_256.respond(Integer.parseInt(asked.get("CHAP_I")), secret, challenge);
        return exchange.take(
                Map.of("CHAP_N", user, "CHAP_R", "0x" + HexFormat.of().formatHex(response)), asked::put);
    }

    private static void refuses(final String field, final ThrowingRunnable action) {
        final StorageException refused = assertThrows(StorageException.class, action);
        assertEquals(Code.INVALID, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(field + ": must be"));
    }

    private static String permissions(final Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static boolean contains(final byte[] bytes, final String secret) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(secret);
    }
}
