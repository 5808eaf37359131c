package org.isobar.api.statistics;

/**
 * What a session has done since it logged in.
 *
 * @param tsih target session identifying handle
 * @param initiatorName iSCSI name of the initiator
 * @param targetName iSCSI name of the target, empty for a discovery session
 * @param volume volume behind the target, empty for a discovery session
 * @param loggedInWallMs when it logged in, ms since 1970
 * @param traffic its commands
 */
public record SessionStatistics(
        int tsih,
        String initiatorName,
        String targetName,
        String volume,
        long loggedInWallMs,
        TrafficStatistics traffic) {}
