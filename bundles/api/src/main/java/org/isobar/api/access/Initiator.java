package org.isobar.api.access;

/**
 * An initiator as it logged in.
 *
 * @param name iSCSI name, in lower case
 * @param address IP address that it connected from, without brackets or port
 * @param chapName name it proved by CHAP, or null when it proved none
 */
public record Initiator(String name, String address, String chapName) {}
