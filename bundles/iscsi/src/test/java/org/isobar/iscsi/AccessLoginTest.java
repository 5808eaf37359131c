package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.isobar.api.access.AccessSettings;
import org.isobar.api.access.ChapSecrets;
import org.isobar.api.access.Grant;
import org.isobar.iscsi.access.AccessFixture;
import org.isobar.iscsi.chap.BinaryValue;
import org.isobar.iscsi.chap.ChapAlgorithm;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Log-ins under access control, as the wire shows them. */
public final class AccessLoginTest {
    private static final String INITIATOR = "InitiatorName=" + TestInitiator.NAME;
    private static final String TARGET = "TargetName=" + MemoryMemberRule.TARGET;
    private static final String SECRET = "secret of alice";
    private static final String TARGET_SECRET = "secret of target";
    private static final int SECURITY = 0x00;
    private static final int SECURITY_TO_OPERATIONAL = 0x81;
    private static final int SECURITY_TO_FULL_FEATURE = 0x83;
    private static final int OPERATIONAL = 0x04;
    private static final int OPERATIONAL_TO_FULL_FEATURE = 0x87;

    @Rule
    public final AccessFixture rules = new AccessFixture();

    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Before
    public void guardTheMember() {
        member.access = rules.access;
        member.statistics = rules.statistics;
        member.restart();
    }

    @Test
    public void letsTheHostItselfInWithoutARule() throws IOException {
        final TestInitiator initiator = member.login();
        initiator.assertQuiet();
        assertEquals(List.of(MemoryMemberRule.TARGET), discovered());
        assertEquals(2, rules.access.counters().succeeded());
    }

    @Test
    public void hidesAVolumeFromWhomNoRuleFits() throws IOException {
        rules.allow("iqn.other", null, null, Grant.READ_WRITE);
        final Pdu hidden = refused(OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET);
        final Pdu absent = refused(OPERATIONAL_TO_FULL_FEATURE, INITIATOR, "TargetName=iqn.2026-11.org.isobar:absent");
        assertEquals(LoginStatus.TARGET_NOT_FOUND, hidden.loginStatus());
        assertEquals(LoginStatus.TARGET_NOT_FOUND, absent.loginStatus());
        assertEquals(new String(absent.data, StandardCharsets.UTF_8), new String(hidden.data, StandardCharsets.UTF_8));
        assertEquals(List.of(), discovered());
        assertEquals(2, rules.access.counters().targetsRefused());
    }

    @Test
    public void hidesAVolumeBehindChapFromStrangers() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        for (final String target : new String[] {TARGET, "TargetName=iqn.2026-11.org.isobar:absent"}) {
            assertEquals(
                    LoginStatus.AUTHENTICATION_FAILURE,
                    refused(OPERATIONAL_TO_FULL_FEATURE, INITIATOR, target).loginStatus());
            assertEquals(
                    LoginStatus.AUTHENTICATION_FAILURE,
                    refused(SECURITY_TO_OPERATIONAL, INITIATOR, target, "AuthMethod=None")
                            .loginStatus());
            final TestInitiator initiator = member.connect();
            final Pdu asked =
                    initiator.exchange(initiator.loginRequest(SECURITY, INITIATOR, target, "AuthMethod=CHAP,None"));
            assertEquals(Map.of("TargetPortalGroupTag", "1", "AuthMethod", "CHAP"), asked.keys());
        }
        assertEquals(4, rules.access.counters().proofsFailed());
        assertEquals("nothing was guessed", 0, rules.access.counters().addressesHeldBack());
        final TestInitiator proven = member.connect();
        final Pdu refused = prove(proven, "TargetName=iqn.2026-11.org.isobar:absent", "alice", SECRET, "8");
        assertEquals(LoginStatus.TARGET_NOT_FOUND, refused.loginStatus());
    }

    @Test
    public void takesChapWithEachAlgorithm() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        for (final ChapAlgorithm algorithm : ChapAlgorithm.values()) {
            final TestInitiator initiator = member.connect();
            final Pdu answer = prove(initiator, TARGET, "alice", SECRET, Integer.toString(algorithm.number()));
            assertEquals(0, answer.loginStatus());
            assertEquals(SECURITY_TO_OPERATIONAL, answer.flags());
            assertEquals("memory", answer.keys().get("TargetAlias"));
            final Pdu last = initiator.exchange(initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE));
            assertEquals(0, last.loginStatus());
            initiator.assertQuiet();
            initiator.close();
            MemoryMemberRule.await(
                    "session ends", () -> member.portal.sessions().isEmpty());
        }
    }

    @Test
    public void provesItselfInMutualChap() throws IOException {
        rules.addUser("alice", SECRET, "isobar", TARGET_SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        final TestInitiator initiator = member.connect();
        final Pdu answer =
                prove(initiator, TARGET, "alice", SECRET, "5,7", "CHAP_I=9", "CHAP_C=0x0102030405060708090a");
        assertEquals("isobar", answer.keys().get("CHAP_N"));
        final byte[] expected = ChapAlgorithm.SHA_256.respond(
                9, TARGET_SECRET.getBytes(StandardCharsets.US_ASCII), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        assertEquals(BinaryValue.encode(expected), answer.keys().get("CHAP_R"));
        assertEquals(
                0,
                initiator
                        .exchange(initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE))
                        .loginStatus());
    }

    @Test
    public void refusesWrongProofs() throws IOException {
        rules.addUser("alice", SECRET);
        rules.addUser("bob", "secret of bob");
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        assertEquals(LoginStatus.AUTHENTICATION_FAILURE, proof("alice", "wrong secret", "8"));
        assertEquals(LoginStatus.AUTHENTICATION_FAILURE, proof("mallory", SECRET, "8"));
        assertEquals(
                "proven, but not the user asked for", LoginStatus.TARGET_NOT_FOUND, proof("bob", "secret of bob", "8"));
        assertEquals(
                "a proof that we do not give",
                LoginStatus.AUTHENTICATION_FAILURE,
                prove(member.connect(), TARGET, "alice", SECRET, "8", "CHAP_I=1", "CHAP_C=0x01")
                        .loginStatus());
        assertEquals(3, rules.access.counters().proofsFailed());
        assertEquals(0, rules.access.counters().succeeded());
    }

    @Test
    public void refusesForbiddenAlgorithms() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        rules.sim.await(rules.access.changeSettings(new AccessSettings(false, List.of("SHA-256", "SHA3-256"))));
        assertEquals(0, proof("alice", SECRET, "5,6,7"));
        final TestInitiator weak = member.connect();
        weak.exchange(weak.loginRequest(SECURITY, INITIATOR, TARGET, "AuthMethod=CHAP"));
        assertEquals(
                LoginStatus.AUTHENTICATION_FAILURE,
                weak.exchange(weak.loginRequest(SECURITY, "CHAP_A=5,6")).loginStatus());
    }

    @Test
    public void keepsTheSecurityStageStrict() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        assertEquals(
                LoginStatus.INITIATOR_ERROR,
                refused(SECURITY, INITIATOR, TARGET, "AuthMethod=CHAP", "CHAP_A=5")
                        .loginStatus());
        assertEquals(
                LoginStatus.INITIATOR_ERROR,
                refused(SECURITY, INITIATOR, TARGET, "CHAP_A=5").loginStatus());
        assertEquals(
                LoginStatus.INITIATOR_ERROR,
                refused(OPERATIONAL, INITIATOR, TARGET, "AuthMethod=CHAP").loginStatus());
        assertEquals(
                LoginStatus.INITIATOR_ERROR,
                refused(SECURITY, INITIATOR, TARGET, "AuthMethod=" + "CHAP,".repeat(60) + "None")
                        .loginStatus());
        assertEquals(
                LoginStatus.AUTHENTICATION_FAILURE,
                refused(SECURITY, INITIATOR, TARGET, "AuthMethod=KRB5,SRP").loginStatus());
        assertStep(LoginStatus.INITIATOR_ERROR, SECURITY, "AuthMethod=CHAP");
        assertStep(LoginStatus.MISSING_PARAMETER, SECURITY, "InitialR2T=No");
        assertStep(LoginStatus.INITIATOR_ERROR, SECURITY, "CHAP_A=five");
        assertStep(LoginStatus.INITIATOR_ERROR, SECURITY, "CHAP_N=alice", "CHAP_R=0x00");
        assertStep(LoginStatus.INITIATOR_ERROR, OPERATIONAL, "CHAP_A=5");
        final TestInitiator twice = member.connect();
        twice.exchange(twice.loginRequest(SECURITY, INITIATOR, TARGET, "AuthMethod=CHAP"));
        twice.exchange(twice.loginRequest(SECURITY, "CHAP_A=5"));
        assertEquals(
                LoginStatus.INITIATOR_ERROR,
                twice.exchange(twice.loginRequest(SECURITY, "CHAP_A=5")).loginStatus());
    }

    @Test
    public void keepsAnInitiatorInTheSecurityStageUntilItProved() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        final TestInitiator initiator = member.connect();
        Pdu answer = initiator.exchange(
                initiator.loginRequest(SECURITY_TO_FULL_FEATURE, INITIATOR, TARGET, "AuthMethod=CHAP"));
        assertEquals(SECURITY, answer.flags());
        answer = initiator.exchange(initiator.loginRequest(SECURITY_TO_FULL_FEATURE, "CHAP_A=8"));
        assertEquals(SECURITY, answer.flags());
        answer = initiator.exchange(
                initiator.loginRequest(SECURITY_TO_FULL_FEATURE, "CHAP_N=alice", "CHAP_R=" + response(answer, SECRET)));
        assertEquals(0, answer.loginStatus());
        assertEquals(SECURITY_TO_FULL_FEATURE, answer.flags());
        initiator.assertQuiet();
    }

    @Test
    public void prefersTheFirstMethodThatLeadsIn() throws IOException {
        rules.addUser("alice", SECRET);
        assertEquals("None", method("CHAP,None"));
        assertEquals("an initiator may insist", "CHAP", method("CHAP"));
        rules.allow("*", null, null, Grant.READ_ONLY);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        assertEquals("CHAP", method("CHAP,None"));
        assertEquals("None", method("KRB5,None,CHAP"));
    }

    @Test
    public void grantsReadsOnly() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow("*", null, null, Grant.READ_ONLY);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        member.login();
        assertTrue(member.disk.lastReadOnly);
        assertNull(member.disk.lastInitiator.chapName());
        assertEquals("127.0.0.1", member.disk.lastInitiator.address());
        final TestInitiator initiator = member.connect();
        initiator.isid++;
        prove(initiator, TARGET, "alice", SECRET, "8");
        initiator.exchange(initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE));
        assertFalse(member.disk.lastReadOnly);
        assertEquals("alice", member.disk.lastInitiator.chapName());
    }

    @Test
    public void cutsOffWhoLosesItsGrant() throws IOException {
        rules.addUser("alice", SECRET);
        final int open = rules.allow("*", null, null, Grant.READ_WRITE);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        final TestInitiator plain = member.login();
        final TestInitiator proven = member.connect();
        proven.isid++;
        prove(proven, TARGET, "alice", SECRET, "8");
        proven.exchange(proven.loginRequest(OPERATIONAL_TO_FULL_FEATURE));
        rules.sim.await(rules.access.change("memory", open, Grant.READ_ONLY));
        plain.assertClosed();
        proven.assertQuiet();
        final TestInitiator again = member.login();
        assertTrue(member.disk.lastReadOnly);
        rules.sim.await(rules.access.change("memory", open, Grant.READ_WRITE));
        again.assertQuiet();
        rules.sim.await(rules.access.removeUser("alice"));
        proven.assertQuiet();
        rules.sim.await(rules.access.deny("memory", open));
        proven.assertClosed();
        again.assertClosed();
    }

    @Test
    public void cutsOffAllConnectionsOfASessionThatLosesItsGrant() throws IOException {
        rules.allow("iqn.other", null, null, Grant.READ_WRITE);
        final int open = rules.allow("*", null, null, Grant.READ_WRITE);
        final TestInitiator leading = member.login("MaxConnections=4");
        final TestInitiator second = joined(leading, 1);
        final TestInitiator third = joined(leading, 2);
        rules.sim.await(rules.access.deny("memory", open));
        leading.assertClosed();
        second.assertClosed();
        third.assertClosed();
        MemoryMemberRule.await("nexus closed", () -> member.disk.nexuses.get() == 0);
    }

    @Test
    public void cutsOffTheSessionsOfARemovedUser() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        final TestInitiator initiator = member.connect();
        prove(initiator, TARGET, "alice", SECRET, "8");
        initiator.exchange(initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE));
        rules.sim.await(
                rules.access.changeSecrets("alice", new ChapSecrets("a fresh secret".toCharArray(), null, null)));
        initiator.assertQuiet();
        rules.sim.await(rules.access.removeUser("alice"));
        initiator.assertClosed();
    }

    @Test
    public void asksForChapInDiscoveryWhenSetSo() throws IOException {
        rules.addUser("alice", SECRET);
        rules.addUser("bob", "secret of bob");
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        assertEquals(List.of(MemoryMemberRule.TARGET), discovered());
        rules.sim.await(rules.access.changeSettings(new AccessSettings(true, AccessSettings.ALGORITHMS)));
        assertEquals(
                LoginStatus.AUTHENTICATION_FAILURE,
                refused(OPERATIONAL_TO_FULL_FEATURE, INITIATOR, "SessionType=Discovery")
                        .loginStatus());
        for (final String user : new String[] {"alice", "bob"}) {
            final TestInitiator initiator = member.connect();
            prove(initiator, "SessionType=Discovery", user, "secret of " + user, "8");
            initiator.exchange(initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE));
            assertEquals(user.equals("alice") ? List.of(MemoryMemberRule.TARGET) : List.of(), targets(initiator));
        }
    }

    @Test
    public void holdsBackWhoGuesses() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        for (int i = 0; i < 5; i++) {
            assertEquals(LoginStatus.AUTHENTICATION_FAILURE, proof("alice", "guess number " + i, "8"));
        }
        assertEquals(
                LoginStatus.SERVICE_UNAVAILABLE,
                refused(SECURITY, INITIATOR, TARGET, "AuthMethod=CHAP").loginStatus());
        assertEquals(1, rules.access.counters().addressesHeldBack());
        rules.sim.runFor(TimeUnit.SECONDS.toNanos(1));
        assertEquals(0, proof("alice", SECRET, "8"));
        assertEquals(0, proof("alice", SECRET, "8"));
        assertEquals(1, rules.access.counters().heldBack());
    }

    @Test
    public void holdsBackWhoGuessesOnSeveralConnectionsAtOnce() throws IOException {
        rules.addUser("alice", SECRET);
        rules.allow(null, null, "alice", Grant.READ_WRITE);
        final TestInitiator early = member.connect();
        early.exchange(early.loginRequest(SECURITY, INITIATOR, TARGET, "AuthMethod=CHAP"));
        final Pdu challenge = early.exchange(early.loginRequest(SECURITY, "CHAP_A=8"));
        for (int i = 0; i < 5; i++) {
            proof("alice", "guess number " + i, "8");
        }
        final Pdu answer = early.exchange(
                early.loginRequest(SECURITY_TO_OPERATIONAL, "CHAP_N=alice", "CHAP_R=" + response(challenge, SECRET)));
        assertEquals(LoginStatus.SERVICE_UNAVAILABLE, answer.loginStatus());
    }

    private void assertStep(final int status, final int stages, final String... keys) throws IOException {
        final TestInitiator initiator = member.connect();
        initiator.exchange(initiator.loginRequest(SECURITY, INITIATOR, TARGET, "AuthMethod=CHAP"));
        final Pdu answer = initiator.exchange(initiator.loginRequest(stages, keys));
        assertEquals(String.join(" ", keys), status, answer.loginStatus());
        initiator.assertClosed();
    }

    private String method(final String offered) throws IOException {
        final TestInitiator initiator = member.connect();
        return initiator
                .exchange(initiator.loginRequest(SECURITY, INITIATOR, TARGET, "AuthMethod=" + offered))
                .keys()
                .get("AuthMethod");
    }

    private int proof(final String user, final String secret, final String algorithms) throws IOException {
        return prove(member.connect(), TARGET, user, secret, algorithms).loginStatus();
    }

    private TestInitiator joined(final TestInitiator leading, final int connectionId) throws IOException {
        final TestInitiator joining = member.connect();
        joining.tsih = leading.tsih;
        joining.connectionId = connectionId;
        joining.cmdSn = leading.cmdSn;
        joining.login(MemoryMemberRule.TARGET);
        assertEquals(leading.tsih, joining.tsih);
        return joining;
    }

    /** Goes through CHAP; returns the last answer. */
    private static Pdu prove(
            final TestInitiator initiator,
            final String target,
            final String user,
            final String secret,
            final String algorithms,
            final String... more)
            throws IOException {
        final Pdu method = initiator.exchange(initiator.loginRequest(SECURITY, INITIATOR, target, "AuthMethod=CHAP"));
        assertEquals(method.toString(), "CHAP", method.keys().get("AuthMethod"));
        final Pdu challenge = initiator.exchange(initiator.loginRequest(SECURITY, "CHAP_A=" + algorithms));
        final String[] keys = Arrays.copyOf(more, more.length + 2);
        keys[more.length] = "CHAP_N=" + user;
        keys[more.length + 1] = "CHAP_R=" + response(challenge, secret);
        return initiator.exchange(initiator.loginRequest(SECURITY_TO_OPERATIONAL, keys));
    }

    private static String response(final Pdu challenge, final String secret) {
        final Map<String, String> keys = challenge.keys();
        for (final ChapAlgorithm algorithm : ChapAlgorithm.values()) {
            if (keys.get("CHAP_A").equals(Integer.toString(algorithm.number()))) {
                return BinaryValue.encode(algorithm.respond(
                        Integer.parseInt(keys.get("CHAP_I")),
                        secret.getBytes(StandardCharsets.US_ASCII),
                        BinaryValue.decode(keys.get("CHAP_C"), 1024)));
            }
        }
        throw new AssertionError("no algorithm: " + keys);
    }

    private Pdu refused(final int stages, final String... keys) throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu answer = initiator.exchange(initiator.loginRequest(stages, keys));
        initiator.assertClosed();
        return answer;
    }

    private List<String> discovered() throws IOException {
        final TestInitiator initiator = member.connect();
        initiator.login("");
        return targets(initiator);
    }

    private static List<String> targets(final TestInitiator initiator) throws IOException {
        final Pdu answer =
                initiator.execute(new Pdu(Opcode.TEXT, Pdu.FINAL).with(20, -1).text("SendTargets=All"));
        return answer.data.length == 0 ? List.of() : List.of(answer.keys().get("TargetName"));
    }
}
