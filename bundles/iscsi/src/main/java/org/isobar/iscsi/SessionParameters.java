package org.isobar.iscsi;

/**
 * What the two sides agreed on for one session; starts with the defaults that hold for keys never offered (RFC 7143
 * §13). Written during login, on the connection's lane.
 */
final class SessionParameters {
    String initiatorName = "";
    String targetName = "";
    boolean discovery;
    boolean headerDigest;
    boolean dataDigest;
    /** MaxRecvDataSegmentLength that the initiator declared. */
    int initiatorSegmentBytes = 8192;

    int maxBurstBytes = 262_144;
    int firstBurstBytes = 65_536;
    int maxOutstandingR2t = 1;
    boolean initialR2t = true;
    boolean immediateData = true;

    /** Data that may come without an R2T for one command. */
    int unsolicitedBytes() {
        return Math.min(firstBurstBytes, maxBurstBytes);
    }

    /** As {@code SessionInfo} shows it. */
    String digests() {
        if (headerDigest) {
            return dataDigest ? "header,data" : "header";
        }
        return dataDigest ? "data" : "";
    }
}
