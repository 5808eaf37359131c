package org.isobar.api.access;

/**
 * Someone who can prove by CHAP (RFC 7143 §12.1.3) who it is. Its secrets never leave the member.
 *
 * @param name CHAP_N of the initiator
 * @param targetName CHAP_N by which the target proves itself to this user (mutual CHAP), null when it cannot
 * @param usable false when the key that its secrets are encrypted under is missing: its log-ins fail
 */
public record ChapUser(String name, String targetName, boolean usable) {
    /** Most users of a group. */
    public static final int MAX_USERS = 1024;
}
