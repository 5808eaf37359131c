package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.Test;

public final class NegotiationTest {
    private final SessionParameters agreed = new SessionParameters();
    private final Negotiation negotiation = new Negotiation(new TestSettings().build(), agreed);

    @Test
    public void answersEachKeyByItsRule() {
        assertReply("CRC32C", "HeaderDigest", "CRC32C,None");
        assertReply("None", "DataDigest", "MD5,None,CRC32C");
        assertReply("65536", "MaxBurstLength", "65536");
        assertReply("262144", "FirstBurstLength", "16777215");
        assertReply("4", "MaxOutstandingR2T", "65535");
        assertReply("No", "InitialR2T", "No");
        assertReply("Yes", "ImmediateData", "Yes");
        assertReply("Yes", "DataPDUInOrder", "No");
        assertReply("Yes", "DataSequenceInOrder", "No");
        assertReply("4", "MaxConnections", "8");
        assertReply("0", "ErrorRecoveryLevel", "2");
        assertReply("2", "DefaultTime2Wait", "0");
        assertReply("0", "DefaultTime2Retain", "20");
        assertReply("No", "OFMarker", "No");
        assertReply("No", "IFMarker", "Yes");
        assertReply("Reject", "OFMarkInt", "2048~8192");
        assertReply("1", "iSCSIProtocolLevel", "2");
        assertReply("RFC3720", "TaskReporting", "FastAbort,RFC3720");
        assertReply("NotUnderstood", "X-org.example.Odd", "1");
        assertReply("NotUnderstood", "MadeUp", "1");
        assertReply("Reject", "TargetAlias", "me");
        assertReply("", "InitiatorAlias", "host");
        assertReply("", "MaxRecvDataSegmentLength", "0x10000");

        assertTrue(agreed.headerDigest);
        assertFalse(agreed.dataDigest);
        assertEquals(65_536, agreed.maxBurstBytes);
        assertEquals(262_144, agreed.firstBurstBytes);
        assertEquals(65_536, agreed.unsolicitedBytes());
        assertEquals(4, agreed.maxOutstandingR2t);
        assertFalse(agreed.initialR2t);
        assertTrue(agreed.immediateData);
        assertEquals(65_536, agreed.initiatorSegmentBytes);
    }

    @Test
    public void rejectsValuesOutOfBoundsAndKeepsTheDefault() {
        assertReply("Reject", "HeaderDigest", "MD5");
        assertReply("Reject", "MaxBurstLength", "511");
        assertReply("Reject", "FirstBurstLength", "16777216");
        assertReply("Reject", "MaxRecvDataSegmentLength", "0");
        assertReply("Reject", "MaxOutstandingR2T", "0");
        assertReply("Reject", "MaxConnections", "65536");
        assertReply("Reject", "ErrorRecoveryLevel", "3");
        assertReply("Reject", "DefaultTime2Wait", "3601");
        assertReply("Reject", "DefaultTime2Retain", "-1");
        assertReply("Reject", "InitialR2T", "yes");
        assertReply("Reject", "ImmediateData", "");
        assertReply("Reject", "DataPDUInOrder", "1");
        assertReply("Reject", "iSCSIProtocolLevel", "99999999999999999999");

        assertEquals(262_144, agreed.maxBurstBytes);
        assertEquals(65_536, agreed.firstBurstBytes);
        assertEquals(8192, agreed.initiatorSegmentBytes);
        assertEquals(1, agreed.maxOutstandingR2t);
        assertTrue(agreed.initialR2t);
    }

    @Test
    public void findsTransferKeysIrrelevantInDiscovery() {
        agreed.discovery = true;
        assertReply("Irrelevant", "InitialR2T", "No");
        assertReply("Irrelevant", "MaxBurstLength", "65536");
        assertReply("None", "HeaderDigest", "None");
    }

    @Test
    public void acceptsAKeyOnlyOnce() {
        assertTrue(negotiation.offered("ImmediateData", "No", new KeyText()));
        assertFalse(negotiation.offered("ImmediateData", "Yes", new KeyText()));
        assertFalse(agreed.immediateData);
    }

    @Test
    public void readsNumbersAsTheStandardWritesThem() {
        assertEquals(512, Negotiation.number("512", 0, 1000));
        assertEquals(0xAbC, Negotiation.number("0xAbC", 0, 10_000));
        assertEquals(16, Negotiation.number("0X10", 0, 100));
        assertEquals(-1, Negotiation.number("", 0, 100));
        assertEquals(-1, Negotiation.number("0x", 0, 100));
        assertEquals(-1, Negotiation.number("1 ", 0, 100));
        assertEquals(-1, Negotiation.number("+1", 0, 100));
        assertEquals(-1, Negotiation.number("٣", 0, 100));
    }

    private void assertReply(final String expected, final String key, final String value) {
        final KeyText answer = new KeyText();
        assertTrue(negotiation.offered(key, value, answer));
        final String text = expected.isEmpty() ? "" : key + "=" + expected + "\0";
        assertEquals(key, text, new String(answer.bytes(), StandardCharsets.UTF_8));
    }
}
