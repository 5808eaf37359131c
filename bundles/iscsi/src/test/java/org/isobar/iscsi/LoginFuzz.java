package org.isobar.iscsi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.isobar.common.Check;
import org.isobar.iscsi.chap.BinaryValue;
import org.isobar.iscsi.chap.ChapAlgorithm;
import org.isobar.testkit.fuzz.FuzzInput;
import org.isobar.testkit.fuzz.LiveBuffers;

/**
 * Fuzz target: login requests with any flags and any text, several to a login, with and without CHAP; and what they agree
 * on.
 */
public final class LoginFuzz {
    private static final int MAX_STEPS = 24;
    private static final int FULL_FEATURE = 3;
    private static final int TRANSIT = 0x80;

    private static final int ANYTHING = 0xFF;
    private static final int ODD_FIELDS = 0x01;
    private static final int LONG_TEXT = 0x02;
    private static final int PROOF = 0x04;
    private static final int MUTUAL = 0x08;
    private static final int WRONG = 0x10;
    private static final int OUR_IDENTIFIER = 77;
    private static final byte[] OUR_CHALLENGE = "our challenge, of any length".getBytes(StandardCharsets.US_ASCII);

    private final FuzzInput input;
    private final FuzzMember member;
    private final FuzzConnection connection;
    private Map<String, String> asked = Map.of();
    private ChapAlgorithm algorithm;
    /** A right proof was sent. */
    private boolean proved;

    private LoginFuzz(final byte[] data) {
        input = new FuzzInput(data);
        final int options = input.unsignedByte();
        member = new FuzzMember(options & 0x3F, false, (options & 0x80) == 0, (options & 0x40) != 0);
        connection = member.connect();
    }

    /** Runs one input. */
    public static void fuzzerTestOneInput(final byte[] data) {
        LiveBuffers.install();
        new LoginFuzz(data).run();
    }

    private void run() {
        boolean inside = false;
        for (int steps = 0; steps < MAX_STEPS && input.more() && connection.open() && !inside; steps++) {
            request();
            member.settle();
            inside = answered();
        }
        if (inside && connection.open() && connection.out.atBoundary()) {
            connection.assertServed(false);
        }
        member.end();
    }

    private void request() {
        final int how = input.unsignedByte();
        if (how == ANYTHING) {
            connection.send(input.upTo(input.unsignedByte()));
            return;
        }
        final Pdu pdu = FuzzConnection.loginRequest(input.unsignedByte(), 1, 1);
        if ((how & ODD_FIELDS) != 0) {
            // Anything in the fields that a login has to repeat.
            pdu.header.put(2, input.bytes(26));
        }
        final byte[] text = input.upTo((how & LONG_TEXT) != 0 ? input.unsignedShort() & 0xFFF : input.unsignedByte());
        if ((how & PROOF) != 0 && asked.containsKey("CHAP_C")) {
            final byte[] proof = proof(how).getBytes(StandardCharsets.US_ASCII);
            final byte[] both = Arrays.copyOf(proof, proof.length + text.length);
            System.arraycopy(text, 0, both, proof.length, text.length);
            connection.send(pdu.data(both));
        } else {
            connection.send(pdu.data(text));
        }
    }

    /** The response to the target's challenge, which no fuzzer would guess. */
    private String proof(final int how) {
        final int number = Integer.parseInt(asked.get("CHAP_A"));
        for (final ChapAlgorithm each : ChapAlgorithm.values()) {
            algorithm = each.number() == number ? each : algorithm;
        }
        final byte[] challenge = BinaryValue.decode(asked.get("CHAP_C"), 1024);
        final byte[] response = algorithm.respond(Integer.parseInt(asked.get("CHAP_I")), FuzzAccess.SECRET, challenge);
        if ((how & WRONG) != 0) {
            response[input.unsignedByte() % response.length] ^= 1;
        } else {
            proved = true;
        }
        final String ours = "CHAP_N=" + FuzzAccess.USER + "\0CHAP_R=" + BinaryValue.encode(response) + "\0";
        return (how & MUTUAL) == 0
                ? ours
                : ours + "CHAP_I=" + OUR_IDENTIFIER + "\0CHAP_C=" + BinaryValue.encode(OUR_CHALLENGE) + "\0";
    }

    /** Looks at the answers; true once the session has begun. */
    private boolean answered() {
        for (Pdu answer = connection.in.next(); answer != null; answer = connection.in.next()) {
            Check.that(answer.opcode() == Opcode.LOGIN_RESPONSE, "login is answered by another PDU");
            if (answer.loginStatus() != LoginStatus.SUCCESS) {
                Check.that(!connection.open(), "a refused login goes on");
                return false;
            }
            checkKeys(answer.keys());
            checkProof(answer.keys());
            asked = answer.keys();
            if ((answer.flags() & TRANSIT) != 0 && (answer.flags() & FULL_FEATURE) == FULL_FEATURE) {
                Check.that(answer.tsih() != 0, "a session without TSIH");
                checkAgreed(connection.agree());
                return true;
            }
            Check.that(answer.tsih() == 0, "TSIH before the session has begun");
        }
        return false;
    }

    /** When the target proves itself, it does it right, and only to whom did so before. */
    private void checkProof(final Map<String, String> keys) {
        if (keys.containsKey("CHAP_R")) {
            final byte[] expected = algorithm.respond(OUR_IDENTIFIER, FuzzAccess.TARGET_SECRET, OUR_CHALLENGE);
            Check.that(proved && keys.get("CHAP_R").equals(BinaryValue.encode(expected)), "proof of the target");
        }
    }

    /** RFC 7143 §13: what a key may be answered. */
    private static void checkKeys(final Map<String, String> keys) {
        keys.forEach((key, value) -> {
            if (value.equals("Reject") || value.equals("Irrelevant") || value.equals("NotUnderstood")) {
                return;
            }
            final boolean right =
                    switch (key) {
                        case "HeaderDigest", "DataDigest" -> value.equals("None") || value.equals("CRC32C");
                        case "InitialR2T", "ImmediateData", "DataPDUInOrder", "DataSequenceInOrder" ->
                            value.equals("Yes") || value.equals("No");
                        case "IFMarker", "OFMarker" -> value.equals("No");
                        case "MaxBurstLength", "FirstBurstLength", "MaxRecvDataSegmentLength" ->
                            within(value, 512, 0xFFFFFF);
                        case "MaxOutstandingR2T", "MaxConnections" -> within(value, 1, 0xFFFF);
                        case "TargetPortalGroupTag" -> within(value, 0, 0xFFFF);
                        case "DefaultTime2Wait", "DefaultTime2Retain" -> within(value, 0, 3600);
                        case "ErrorRecoveryLevel" -> within(value, 0, 2);
                        case "iSCSIProtocolLevel" -> within(value, 0, 31);
                        default -> true;
                    };
            Check.that(right, "answered out of bounds: " + key + "=" + value);
        });
    }

    private static boolean within(final String value, final int min, final int max) {
        final int number = Integer.parseInt(value);
        return number >= min && number <= max;
    }

    private void checkAgreed(final SessionParameters agreed) {
        final boolean bounded = agreed.initiatorSegmentBytes >= 512
                && agreed.initiatorSegmentBytes <= 0xFFFFFF
                && agreed.maxBurstBytes >= 512
                && agreed.maxBurstBytes <= 262_144
                && agreed.firstBurstBytes >= 512
                && agreed.firstBurstBytes <= 65_536
                && agreed.maxOutstandingR2t >= 1
                && agreed.maxOutstandingR2t <= TargetSettings.MAX_OUTSTANDING_R2T;
        Check.that(bounded, "agreed on values out of bounds");
        Check.that(proved || member.access.opensTo(agreed.initiatorName), "let in without a proof");
        Check.that(!agreed.initiatorName.isEmpty() && agreed.initiatorName.length() <= 223, "initiator name");
    }
}
