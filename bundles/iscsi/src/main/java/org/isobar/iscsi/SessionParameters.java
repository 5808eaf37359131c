package org.isobar.iscsi;

import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;

/**
 * What the two sides agreed on for one session; starts with the defaults that hold for keys never offered (RFC 7143
 * §13). Written during login, on the connection's lane.
 */
final class SessionParameters {
    String initiatorName = "";
    String targetName = "";
    /** Volume of the target, empty for discovery. */
    String volume = "";
    /** The initiator as access control knows it. */
    Initiator initiator;
    /** What it may do with the target's volume; NONE for discovery. */
    Grant grant = Grant.NONE;

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
