package org.isobar.api.scsi;

/**
 * A picture of one registration.
 *
 * @param initiatorName iSCSI name
 * @param isid initiator session id, 12 hexadecimal digits
 * @param portalGroupTag portal group it is registered at
 * @param key reservation key, 16 hexadecimal digits
 * @param holder whether it holds the persistent reservation
 * @param loggedIn whether it is logged in now
 */
public record RegistrationInfo(
        String initiatorName, String isid, int portalGroupTag, String key, boolean holder, boolean loggedIn) {}
