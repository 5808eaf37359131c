package org.isobar.api.iscsi;

/**
 * A picture of one session.
 *
 * @param tsih target session identifying handle, unique while it lasts
 * @param initiatorName iSCSI name of the initiator
 * @param targetName iSCSI name of the target, empty for a discovery session
 * @param remoteAddress address and port of its connection
 * @param loggedInWallMs when it logged in, ms since 1970
 * @param commands SCSI commands answered
 * @param readBytes payload sent
 * @param writtenBytes payload received
 * @param commandsInFlight tasks not answered yet
 * @param digests digests agreed on, e.g. {@code header,data}, empty for none
 */
public record SessionInfo(
        int tsih,
        String initiatorName,
        String targetName,
        String remoteAddress,
        long loggedInWallMs,
        long commands,
        long readBytes,
        long writtenBytes,
        int commandsInFlight,
        String digests) {}
