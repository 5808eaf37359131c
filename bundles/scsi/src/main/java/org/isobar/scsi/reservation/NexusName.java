package org.isobar.scsi.reservation;

import java.util.Locale;

/**
 * What makes an I_T nexus the same one again after a logout: initiator port (iSCSI name and ISID) and target port (portal
 * group). Registrations are kept under it (SPC-4 §5.13.7, RFC 7143 §4.4.3).
 *
 * @param initiatorName iSCSI name, compared in lower case
 * @param isid initiator session id, 48 bits
 * @param targetPort relative target port identifier, which is the portal group tag
 */
public record NexusName(String initiatorName, long isid, int targetPort) {
    public NexusName {
        initiatorName = initiatorName.toLowerCase(Locale.ROOT);
    }

    /** The same initiator port with another target port. */
    public NexusName at(final int otherTargetPort) {
        return new NexusName(initiatorName, isid, otherTargetPort);
    }
}
