package org.isobar.iscsi;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Answers the operational keys that an initiator offers (RFC 7143 §6.2 and §13) and keeps the results. A value that is
 * malformed or out of bounds is answered {@code Reject} and changes nothing.
 */
final class Negotiation {
    /** Key of the declaration that may also come in full-feature phase. */
    static final String MAX_RECV_DATA_SEGMENT_LENGTH = "MaxRecvDataSegmentLength";

    private static final String REJECT = "Reject";
    private static final String YES = "Yes";
    private static final String NO = "No";
    private static final String NONE = "None";
    private static final String CRC32C = "CRC32C";

    private static final int MIN_SEGMENT_BYTES = 512;
    private static final int MAX_SEGMENT_BYTES = (1 << 24) - 1;
    private static final int MAX_SHORT = 0xFFFF;
    private static final int MAX_SECONDS = 3600;
    static final int DEFAULT_TIME_TO_WAIT_SECONDS = 2;
    /** RFC 7143 §13.23: this document. */
    private static final int PROTOCOL_LEVEL = 1;

    /** Keys without meaning in a discovery session (RFC 7143 §13, "Irrelevant when"). */
    private static final Set<String> NOT_FOR_DISCOVERY = Set.of(
            "MaxConnections",
            "InitialR2T",
            "ImmediateData",
            "MaxBurstLength",
            "FirstBurstLength",
            "MaxOutstandingR2T",
            "DataPDUInOrder",
            "DataSequenceInOrder");

    /** Keys that only the connection that begins a session may offer. */
    private static final Set<String> LEADING_ONLY = Set.of(
            "MaxConnections",
            "InitialR2T",
            "ImmediateData",
            "MaxBurstLength",
            "FirstBurstLength",
            "MaxOutstandingR2T",
            "DataPDUInOrder",
            "DataSequenceInOrder",
            "ErrorRecoveryLevel",
            "DefaultTime2Wait",
            "DefaultTime2Retain",
            "TaskReporting",
            "iSCSIProtocolLevel");

    private final TargetSettings settings;
    private final SessionParameters agreed;
    private final Set<String> seen = new HashSet<>();
    private boolean joining;

    Negotiation(final TargetSettings settings, final SessionParameters agreed) {
        this.settings = settings;
        this.agreed = agreed;
    }

    /** The connection joins a session: what holds for all of it was agreed on before (RFC 7143 §13, "LO"). */
    void joinsSession() {
        joining = true;
    }

    /**
     * Takes one key of a login request and adds the answer, if it needs one.
     *
     * @return false when the key was offered before, which ends the login (RFC 7143 §6.3)
     */
    boolean offered(final String key, final String value, final KeyText answer) {
        if (!seen.add(key)) {
            return false;
        }
        if (value.equals("NotUnderstood") || value.equals("Irrelevant") || value.equals(REJECT)) {
            return true;
        }
        final String reply;
        if (joining && LEADING_ONLY.contains(key)) {
            reply = REJECT;
        } else if (agreed.discovery && NOT_FOR_DISCOVERY.contains(key)) {
            reply = "Irrelevant";
        } else {
            reply = reply(key, value);
        }
        if (!reply.isEmpty()) {
            answer.add(key, reply);
        }
        return true;
    }

    /** Takes the initiator's MaxRecvDataSegmentLength; returns the answer, empty when it needs none. */
    static String declareSegmentBytes(final String value, final SessionParameters agreed) {
        final int bytes = number(value, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
        if (bytes < 0) {
            return REJECT;
        }
        agreed.initiatorSegmentBytes = bytes;
        return "";
    }

    private String reply(final String key, final String value) {
        return switch (key) {
            case "InitiatorName", "InitiatorAlias", "TargetName", "SessionType" -> "";
            // Answered by the security stage.
            case "AuthMethod", "CHAP_A", "CHAP_I", "CHAP_C", "CHAP_N", "CHAP_R" -> "";
            case MAX_RECV_DATA_SEGMENT_LENGTH -> declareSegmentBytes(value, agreed);
            case "HeaderDigest" -> {
                final String digest = digest(value);
                agreed.headerDigest = digest.equals(CRC32C);
                yield digest;
            }
            case "DataDigest" -> {
                final String digest = digest(value);
                agreed.dataDigest = digest.equals(CRC32C);
                yield digest;
            }
            case "InitialR2T" -> {
                if (isBoolean(value)) {
                    agreed.initialR2t = value.equals(YES);
                }
                yield isBoolean(value) ? value : REJECT;
            }
            case "ImmediateData" -> {
                if (isBoolean(value)) {
                    agreed.immediateData = value.equals(YES);
                }
                yield isBoolean(value) ? value : REJECT;
            }
            case "DataPDUInOrder", "DataSequenceInOrder" -> isBoolean(value) ? YES : REJECT;
            case "IFMarker", "OFMarker" -> isBoolean(value) ? NO : REJECT;
            case "TaskReporting" -> List.of(value.split(",")).contains("RFC3720") ? "RFC3720" : REJECT;
            case "TargetAlias", "TargetAddress", "TargetPortalGroupTag", "SendTargets", "IFMarkInt", "OFMarkInt" ->
                REJECT;
            default -> numericReply(key, value);
        };
    }

    private String numericReply(final String key, final String value) {
        return switch (key) {
            case "MaxBurstLength" -> {
                final int bytes = smaller(value, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES, settings.maxBurstBytes());
                agreed.maxBurstBytes = bytes < 0 ? agreed.maxBurstBytes : bytes;
                yield text(bytes);
            }
            case "FirstBurstLength" -> {
                final int bytes = smaller(value, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES, settings.firstBurstBytes());
                agreed.firstBurstBytes = bytes < 0 ? agreed.firstBurstBytes : bytes;
                yield text(bytes);
            }
            case "MaxOutstandingR2T" -> {
                final int count = smaller(value, 1, MAX_SHORT, settings.maxOutstandingR2t());
                agreed.maxOutstandingR2t = count < 0 ? agreed.maxOutstandingR2t : count;
                yield text(count);
            }
            case "MaxConnections" -> {
                final int count = smaller(value, 1, MAX_SHORT, settings.maxConnectionsPerSession());
                agreed.maxConnections = count < 0 ? agreed.maxConnections : count;
                yield text(count);
            }
            case "ErrorRecoveryLevel" -> text(smaller(value, 0, 2, 0));
            case "DefaultTime2Wait" -> {
                final int seconds = number(value, 0, MAX_SECONDS);
                yield text(seconds < 0 ? seconds : Math.max(seconds, DEFAULT_TIME_TO_WAIT_SECONDS));
            }
            case "DefaultTime2Retain" -> text(smaller(value, 0, MAX_SECONDS, 0));
            case "iSCSIProtocolLevel" -> text(smaller(value, 0, 31, PROTOCOL_LEVEL));
            default -> "NotUnderstood";
        };
    }

    /** The first of the initiator's digests that we know, too. */
    private static String digest(final String offered) {
        for (final String name : List.of(offered.split(","))) {
            if (name.equals(CRC32C) || name.equals(NONE)) {
                return name;
            }
        }
        return REJECT;
    }

    private static boolean isBoolean(final String value) {
        return value.equals(YES) || value.equals(NO);
    }

    private static int smaller(final String offered, final int min, final int max, final int ours) {
        final int value = number(offered, min, max);
        return value < 0 ? value : Math.min(value, ours);
    }

    private static String text(final int value) {
        return value < 0 ? REJECT : Integer.toString(value);
    }

    /** A decimal or 0x-hexadecimal number (RFC 7143 §6.1), -1 when it is none or out of bounds. */
    static int number(final String value, final int min, final int max) {
        final boolean hex = value.startsWith("0x") || value.startsWith("0X");
        final String digits = hex ? value.substring(2) : value;
        final int radix = hex ? 16 : 10;
        if (digits.isEmpty() || digits.length() > 10) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            final int digit = Character.digit(digits.charAt(i), radix);
            if (digit < 0 || digits.charAt(i) > 'f') {
                return -1;
            }
            number = number * radix + digit;
        }
        return number < min || number > max ? -1 : (int) number;
    }
}
