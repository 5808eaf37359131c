package org.isobar.iscsi;

import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;

/**
 * What the two sides agreed on for one connection and its session; starts with the defaults that hold for keys never offered (RFC 7143
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

    int maxConnections = 1;
    int maxBurstBytes = 262_144;
    int firstBurstBytes = 65_536;
    int maxOutstandingR2t = 1;
    boolean initialR2t = true;
    boolean immediateData = true;

    /** Takes over what holds for the session as a whole: this connection is to join it. */
    void join(final SessionParameters session) {
        maxConnections = session.maxConnections;
        maxBurstBytes = session.maxBurstBytes;
        firstBurstBytes = session.firstBurstBytes;
        maxOutstandingR2t = session.maxOutstandingR2t;
        initialR2t = session.initialR2t;
        immediateData = session.immediateData;
    }

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
