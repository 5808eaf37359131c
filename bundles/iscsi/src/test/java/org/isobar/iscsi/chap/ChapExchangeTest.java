package org.isobar.iscsi.chap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.isobar.iscsi.chap.ChapExchange.Outcome;
import org.isobar.testkit.Simulation;
import org.junit.Test;

public final class ChapExchangeTest {
    private static final byte[] SECRET = bytes("secret of alice");
    private static final byte[] TARGET_SECRET = bytes("secret of target");

    private final Simulation sim = new Simulation(7);
    private final Map<String, String> answer = new LinkedHashMap<>();
    private Set<ChapAlgorithm> allowed = EnumSet.allOf(ChapAlgorithm.class);
    private ChapExchange exchange = begin();

    @Test
    public void takesTheStrongestAlgorithmThatBothSidesHave() {
        for (final ChapAlgorithm algorithm : ChapAlgorithm.values()) {
            exchange = begin();
            final StringBuilder list = new StringBuilder("9");
            for (int number = 1; number <= algorithm.number(); number++) {
                list.insert(0, number + ",");
            }
            assertEquals(Outcome.MORE, take("CHAP_A", list.toString()));
            assertEquals(Integer.toString(algorithm.number()), answer.get("CHAP_A"));
            assertEquals(2 + 2 * algorithm.hashBytes(), answer.get("CHAP_C").length());
            assertEquals(Outcome.PROVEN, take("CHAP_N", "alice", "CHAP_R", response(SECRET)));
            assertEquals("alice", exchange.user());
            assertEquals(Map.of(), answer);
        }
    }

    @Test
    public void takesNoAlgorithmThatIsForbidden() {
        allowed = EnumSet.of(ChapAlgorithm.SHA_256);
        exchange = begin();
        assertEquals(Outcome.MORE, take("CHAP_A", "5,6,7,8"));
        assertEquals("7", answer.get("CHAP_A"));
        exchange = begin();
        assertEquals(Outcome.REFUSED, take("CHAP_A", "5,6,8"));
    }

    @Test
    public void takesTheResponseInBase64() {
        take("CHAP_A", "8");
        final byte[] response = BinaryValue.decode(response(SECRET), 32);
        final String base64 = "0b" + Base64.getEncoder().encodeToString(response);
        assertEquals(Outcome.PROVEN, take("CHAP_N", "alice", "CHAP_R", base64));
    }

    @Test
    public void refusesWrongSecretsAndUsersAlike() {
        take("CHAP_A", "7");
        assertEquals(Outcome.REFUSED, take("CHAP_N", "alice", "CHAP_R", response(bytes("another secret"))));
        assertNull(exchange.user());
        for (final String user : new String[] {"bob", "Alice", "alice "}) {
            exchange = begin();
            take("CHAP_A", "7");
            assertEquals(Outcome.REFUSED, take("CHAP_N", user, "CHAP_R", response(SECRET)));
        }
        exchange = begin();
        take("CHAP_A", "7");
        assertEquals(
                Outcome.REFUSED,
                take("CHAP_N", "alice", "CHAP_R", response(SECRET).substring(0, 60)));
    }

    @Test
    public void givesNoSecondTry() {
        take("CHAP_A", "7");
        final String right = response(SECRET);
        take("CHAP_N", "alice", "CHAP_R", response(bytes("another secret")));
        assertEquals(Outcome.MALFORMED, take("CHAP_N", "alice", "CHAP_R", right));
        assertNull(exchange.user());
    }

    @Test
    public void challengesAfreshEachTime() {
        take("CHAP_A", "7");
        final Map<String, String> first = Map.copyOf(answer);
        exchange = begin();
        take("CHAP_A", "7");
        assertNotEquals(first.get("CHAP_C"), answer.get("CHAP_C"));
        assertNotEquals(first, answer);
    }

    @Test
    public void provesItselfWhenAsked() {
        take("CHAP_A", "8");
        final String ours = response(SECRET);
        assertEquals(Outcome.PROVEN, take("CHAP_N", "alice", "CHAP_R", ours, "CHAP_I", "0x4d", "CHAP_C", "0bAQIDBA=="));
        assertEquals("the-target", answer.get("CHAP_N"));
        final byte[] expected = ChapAlgorithm.SHA3_256.respond(0x4D, TARGET_SECRET, new byte[] {1, 2, 3, 4});
        assertEquals(BinaryValue.encode(expected), answer.get("CHAP_R"));
    }

    @Test
    public void provesNothingToAnUnprovenInitiator() {
        take("CHAP_A", "8");
        assertEquals(
                Outcome.REFUSED,
                take("CHAP_N", "alice", "CHAP_R", response(TARGET_SECRET), "CHAP_I", "1", "CHAP_C", "0x01020304"));
        assertEquals(Map.of(), answer);
    }

    @Test
    public void refusesItsOwnChallenge() {
        take("CHAP_A", "8");
        final String challenge = answer.get("CHAP_C");
        assertEquals(
                Outcome.REFUSED,
                take("CHAP_N", "alice", "CHAP_R", response(SECRET), "CHAP_I", "1", "CHAP_C", challenge));
        assertFalse(answer.containsKey("CHAP_R"));
    }

    @Test
    public void refusesToProveItselfWithoutASecretOfItsOwn() {
        for (final String user : new String[] {"oneway", "same"}) {
            exchange = begin();
            take("CHAP_A", "8");
            assertEquals(
                    user,
                    Outcome.REFUSED,
                    take("CHAP_N", user, "CHAP_R", response(SECRET), "CHAP_I", "1", "CHAP_C", "0x01"));
            assertFalse(answer.containsKey("CHAP_R"));
        }
    }

    @Test
    public void namesWhatIsMissing() {
        assertEquals(Outcome.MISSING, take());
        for (final String[] keys : new String[][] {
            {},
            {"CHAP_N", "alice"},
            {"CHAP_R", "0x01"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_I", "1"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_C", "0x01"}
        }) {
            exchange = begin();
            take("CHAP_A", "5");
            assertEquals(Outcome.MISSING, take(keys));
        }
    }

    @Test
    public void refusesMalformedValuesAndKeysAtTheWrongTime() {
        assertEquals(Outcome.MALFORMED, take("CHAP_A", "SHA"));
        assertEquals(Outcome.MALFORMED, take("CHAP_A", "5,".repeat(200) + "5"));
        assertEquals(Outcome.MALFORMED, take("CHAP_N", "alice", "CHAP_R", "0x01"));
        assertEquals(Outcome.MALFORMED, take("CHAP_A", "5", "CHAP_I", "1"));
        final String long1025 = "0x" + "00".repeat(1025);
        for (final String[] keys : new String[][] {
            {"CHAP_N", "alice", "CHAP_R", "plain"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_A", "5"},
            {"CHAP_N", "alice", "CHAP_R", long1025},
            {"CHAP_N", "", "CHAP_R", "0x01"},
            {"CHAP_N", "a".repeat(256), "CHAP_R", "0x01"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_I", "256", "CHAP_C", "0x01"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_I", "", "CHAP_C", "0x01"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_I", "-1", "CHAP_C", "0x01"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_I", "0xfff", "CHAP_C", "0x01"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_I", "1", "CHAP_C", "0x"},
            {"CHAP_N", "alice", "CHAP_R", "0x01", "CHAP_I", "1", "CHAP_C", long1025}
        }) {
            exchange = begin();
            take("CHAP_A", "5");
            assertEquals(String.join(" ", keys), Outcome.MALFORMED, take(keys));
        }
    }

    private ChapExchange begin() {
        return new ChapExchange(allowed, ChapExchangeTest::credential, sim.rng());
    }

    private static ChapCredential credential(final String user) {
        return switch (user) {
            case "alice" -> new ChapCredential(SECRET.clone(), "the-target", TARGET_SECRET.clone());
            case "oneway" -> new ChapCredential(SECRET.clone(), null, null);
            case "same" -> new ChapCredential(SECRET.clone(), "the-target", SECRET.clone());
            default -> null;
        };
    }

    /** The initiator's response to the challenge just received. */
    private String response(final byte[] secret) {
        final ChapAlgorithm algorithm =
                ChapAlgorithm.parse(answer.get("CHAP_A")).iterator().next();
        final byte[] challenge = BinaryValue.decode(answer.get("CHAP_C"), 1024);
        return BinaryValue.encode(algorithm.respond(Integer.parseInt(answer.get("CHAP_I")), secret, challenge));
    }

    private Outcome take(final String... keysAndValues) {
        final Map<String, String> keys = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            keys.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        answer.clear();
        return exchange.take(keys, answer::put);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
