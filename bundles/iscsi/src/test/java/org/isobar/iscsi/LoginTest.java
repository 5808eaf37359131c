package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.isobar.api.iscsi.SessionInfo;
import org.junit.Rule;
import org.junit.Test;

public final class LoginTest {
    private static final String INITIATOR = "InitiatorName=" + TestInitiator.NAME;
    private static final String TARGET = "TargetName=" + MemoryMemberRule.TARGET;
    private static final int SECURITY = 0x00;
    private static final int SECURITY_TO_OPERATIONAL = 0x81;
    private static final int SECURITY_TO_FULL_FEATURE = 0x83;
    private static final int OPERATIONAL_TO_FULL_FEATURE = 0x87;
    private static final int CONTINUE = 0x40;

    @Rule
    public final MemoryMemberRule member = new MemoryMemberRule();

    @Test
    public void goesThroughBothStages() throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu security = initiator.exchange(
                initiator.loginRequest(SECURITY_TO_OPERATIONAL, INITIATOR, TARGET, "AuthMethod=CHAP,None"));
        assertEquals(SECURITY_TO_OPERATIONAL, security.flags());
        assertEquals("None", security.keys().get("AuthMethod"));
        assertEquals("1", security.keys().get("TargetPortalGroupTag"));
        assertEquals("memory", security.keys().get("TargetAlias"));
        assertEquals(0, security.tsih());
        final Pdu operational =
                initiator.exchange(initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE, "HeaderDigest=None"));
        assertEquals(OPERATIONAL_TO_FULL_FEATURE, operational.flags());
        assertEquals("262144", operational.keys().get("MaxRecvDataSegmentLength"));
        assertEquals("None", operational.keys().get("HeaderDigest"));
        assertNotEquals(0, operational.tsih());
        assertEquals(initiator.cmdSn, operational.expCmdSn());
        assertEquals(initiator.cmdSn + 127, operational.maxCmdSn());
        initiator.assertQuiet();
    }

    @Test
    public void goesStraightToFullFeaturePhase() throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu answer = initiator.exchange(
                initiator.loginRequest(SECURITY_TO_FULL_FEATURE, INITIATOR, TARGET, "AuthMethod=None"));
        assertEquals(0, answer.loginStatus());
        assertEquals(SECURITY_TO_FULL_FEATURE, answer.flags());
        assertNull(answer.keys().get("MaxRecvDataSegmentLength"));
        initiator.assertQuiet();
    }

    @Test
    public void staysInStageUntilAskedToGoOn() throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu first = initiator.exchange(initiator.loginRequest(SECURITY, INITIATOR, TARGET));
        assertEquals(SECURITY, first.flags());
        final Pdu second = initiator.exchange(initiator.loginRequest(SECURITY_TO_FULL_FEATURE, "AuthMethod=None"));
        assertEquals(0, second.loginStatus());
        assertNotEquals(0, second.tsih());
    }

    @Test
    public void findsTargetsInAnyCase() throws IOException {
        final TestInitiator initiator = member.connect();
        final Map<String, String> agreed = initiator.login("IQN.2026-11.org.isobar:MEMORY");
        assertEquals("1", agreed.get("TargetPortalGroupTag"));
    }

    @Test
    public void showsTheSession() throws IOException {
        final TestInitiator initiator = member.login("HeaderDigest=CRC32C,None", "DataDigest=None");
        final SessionInfo info = member.portal.sessions().get(0);
        assertEquals(initiator.tsih, info.tsih());
        assertEquals(TestInitiator.NAME, info.initiatorName());
        assertEquals(MemoryMemberRule.TARGET, info.targetName());
        assertEquals("header", info.digests());
        assertEquals("127.0.0.1:" + initiator.socket.getLocalPort(), info.remoteAddress());
        assertEquals(1, member.portal.targets().get(0).sessions());
    }

    @Test
    public void refusesWithTheRightStatus() throws IOException {
        assertRefused(LoginStatus.MISSING_PARAMETER, OPERATIONAL_TO_FULL_FEATURE, TARGET);
        assertRefused(LoginStatus.MISSING_PARAMETER, OPERATIONAL_TO_FULL_FEATURE, INITIATOR);
        assertRefused(LoginStatus.MISSING_PARAMETER, OPERATIONAL_TO_FULL_FEATURE);
        assertRefused(LoginStatus.INITIATOR_ERROR, OPERATIONAL_TO_FULL_FEATURE, "InitiatorName=", TARGET);
        assertRefused(LoginStatus.INITIATOR_ERROR, OPERATIONAL_TO_FULL_FEATURE, "InitiatorName=a\nb", TARGET);
        assertRefused(LoginStatus.TARGET_NOT_FOUND, OPERATIONAL_TO_FULL_FEATURE, INITIATOR, "TargetName=iqn.x:y");
        assertRefused(
                LoginStatus.SESSION_TYPE_NOT_SUPPORTED,
                OPERATIONAL_TO_FULL_FEATURE,
                INITIATOR,
                TARGET,
                "SessionType=Odd");
        assertRefused(
                LoginStatus.AUTHENTICATION_FAILURE, SECURITY_TO_OPERATIONAL, INITIATOR, TARGET, "AuthMethod=CHAP");
        assertRefused(LoginStatus.INITIATOR_ERROR, OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET, "no pair at all");
        assertRefused(LoginStatus.INITIATOR_ERROR, OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET, "=value");
        assertRefused(
                LoginStatus.INITIATOR_ERROR, OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET, "A".repeat(64) + "=1");
        assertRefused(LoginStatus.INITIATOR_ERROR, OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET, "X-a=1", "X-a=2");
    }

    @Test
    public void refusesImpossibleStages() throws IOException {
        for (final int stages : new int[] {0x80, 0x82, 0x84, 0x85, 0x86, 0x88, 0x8B, 0x0C, 0x8F, 0xC1, 0xC7}) {
            assertRefused(LoginStatus.INITIATOR_ERROR, stages, INITIATOR, TARGET);
        }
    }

    @Test
    public void refusesAKeyOfferedTwiceInTwoRequests() throws IOException {
        final TestInitiator initiator = member.connect();
        initiator.exchange(initiator.loginRequest(0x04, INITIATOR, TARGET, "MaxBurstLength=65536"));
        final Pdu answer =
                initiator.exchange(initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE, "MaxBurstLength=65536"));
        assertEquals(LoginStatus.INITIATOR_ERROR, answer.loginStatus());
        initiator.assertClosed();
    }

    @Test
    public void refusesALoginThatChangesItsTag() throws IOException {
        final TestInitiator initiator = member.connect();
        initiator.exchange(initiator.loginRequest(SECURITY, INITIATOR, TARGET));
        final Pdu answer = initiator.exchange(
                initiator.loginRequest(SECURITY_TO_FULL_FEATURE).with(16, 8));
        assertEquals(LoginStatus.INITIATOR_ERROR, answer.loginStatus());
        initiator.assertClosed();
    }

    @Test
    public void refusesNewerVersions() throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu request = initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET);
        request.header.put(2, (byte) 1).put(3, (byte) 1);
        assertEquals(
                LoginStatus.UNSUPPORTED_VERSION, initiator.exchange(request).loginStatus());
        initiator.assertClosed();
    }

    @Test
    public void refusesToJoinSessionsThatAreNotThereOrFull() throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu unknown = initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET);
        unknown.header.putShort(14, (short) 4711);
        assertEquals(
                LoginStatus.SESSION_DOES_NOT_EXIST, initiator.exchange(unknown).loginStatus());
        initiator.assertClosed();

        final TestInitiator first = member.login();
        final TestInitiator second = member.connect();
        final Pdu known = second.loginRequest(OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET);
        known.header.putShort(14, (short) first.tsih).putShort(20, (short) 1);
        assertEquals(LoginStatus.TOO_MANY_CONNECTIONS, second.exchange(known).loginStatus());
        first.assertQuiet();
    }

    @Test
    public void takesTextOverSeveralRequests() throws IOException {
        final TestInitiator initiator = member.connect();
        final byte[] text = (INITIATOR + "\0" + TARGET + "\0MaxBurstLength=131072\0").getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < text.length - 10; at += 10) {
            final Pdu more = initiator.exchange(
                    initiator.loginRequest(CONTINUE | 0x04).data(Arrays.copyOfRange(text, at, at + 10)));
            assertEquals(0x04, more.flags());
            assertEquals(0, more.data.length);
        }
        final int rest = text.length - (text.length - 1) % 10 - 1;
        final Pdu answer = initiator.exchange(
                initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE).data(Arrays.copyOfRange(text, rest, text.length)));
        assertEquals(0, answer.loginStatus());
        assertEquals("131072", answer.keys().get("MaxBurstLength"));
    }

    @Test
    public void boundsTextOverSeveralRequests() throws IOException {
        final TestInitiator initiator = member.connect();
        Pdu answer;
        int requests = 0;
        do {
            answer = initiator.exchange(initiator.loginRequest(CONTINUE | 0x04).data(new byte[8192]));
            requests++;
        } while (answer.loginStatus() == 0);
        assertEquals(LoginStatus.INITIATOR_ERROR, answer.loginStatus());
        assertEquals(9, requests);
        initiator.assertClosed();
    }

    @Test
    public void refusesOversizedRequests() throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu answer = initiator.exchange(
                initiator.loginRequest(OPERATIONAL_TO_FULL_FEATURE).data(new byte[8193]));
        assertEquals(LoginStatus.INITIATOR_ERROR, answer.loginStatus());
        initiator.assertClosed();
    }

    @Test
    public void closesWhenTheFirstPduIsNoLogin() throws IOException {
        final TestInitiator initiator = member.connect();
        initiator.send(Pdu.read(0, 1));
        initiator.assertClosedWithoutAnswer();
    }

    @Test
    public void closesWhenLoginTakesTooLong() throws IOException {
        member.settings.loginTimeoutMs = 50;
        member.restart();
        final TestInitiator initiator = member.connect();
        initiator.assertClosedWithoutAnswer();
    }

    @Test
    public void refusesConnectionsBeyondTheLimit() throws IOException {
        member.settings.maxConnections = 1;
        member.restart();
        final TestInitiator first = member.login();
        assertRefused(LoginStatus.OUT_OF_RESOURCES, OPERATIONAL_TO_FULL_FEATURE, INITIATOR, TARGET);
        first.assertQuiet();
    }

    @Test
    public void refusesSessionsBeyondTheLimit() throws IOException {
        member.settings.maxSessions = 1;
        member.restart();
        final TestInitiator first = member.login();
        assertRefused(LoginStatus.OUT_OF_RESOURCES, OPERATIONAL_TO_FULL_FEATURE, "InitiatorName=iqn.other:two", TARGET);
        first.assertQuiet();
        assertTrue(member.portal.sessions().stream().allMatch(session -> session.tsih() == first.tsih));
    }

    private void assertRefused(final int status, final int stages, final String... keys) throws IOException {
        final TestInitiator initiator = member.connect();
        final Pdu answer = initiator.exchange(initiator.loginRequest(stages, keys));
        assertEquals(answer.toString(), Opcode.LOGIN_RESPONSE, answer.opcode());
        assertEquals(Arrays.toString(keys), Integer.toHexString(status), Integer.toHexString(answer.loginStatus()));
        initiator.assertClosed();
    }
}
