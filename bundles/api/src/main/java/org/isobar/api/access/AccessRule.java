package org.isobar.api.access;

/**
 * One rule of a volume: an initiator that all given parts fit gets the grant.
 *
 * @param id number of the rule within its volume, 1 or more; ignored in a rule to be added
 * @param initiatorName iSCSI name, or the beginning of names followed by {@code *}; null for any. The initiator tells its
 *     name itself: this part keeps mistakes away, not attackers
 * @param address IP address, or network as {@code 192.168.7.0/24} or {@code fd00:7::/64}; null for any
 * @param chapUser user that the initiator proves to be by CHAP; null for no proof needed
 * @param grant what the initiator gets, not NONE
 */
public record AccessRule(int id, String initiatorName, String address, String chapUser, Grant grant) {
    /** Most rules of one volume. */
    public static final int MAX_PER_VOLUME = 128;
}
