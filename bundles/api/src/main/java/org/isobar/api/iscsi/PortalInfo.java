package org.isobar.api.iscsi;

/**
 * Where initiators connect.
 *
 * @param address IP address as initiators write it, IPv6 in brackets
 * @param port TCP port that is listened on
 * @param portalGroupTag 1 or more
 */
public record PortalInfo(String address, int port, int portalGroupTag) {}
