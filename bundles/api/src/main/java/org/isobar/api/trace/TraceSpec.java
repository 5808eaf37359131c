package org.isobar.api.trace;

/**
 * A trace to start: of an initiator or of one session.
 *
 * @param initiator iSCSI name of the initiator, whose present and future connections are recorded; null for a session
 * @param tsih the session, 0 for an initiator
 * @param snapBytes bytes kept of each PDU, 48 to 16777216, or 0 for all
 * @param limitBytes length at which the file is full, 65536 to 4294967296, or 0 for 64 MiB
 */
public record TraceSpec(String initiator, int tsih, int snapBytes, long limitBytes) {}
