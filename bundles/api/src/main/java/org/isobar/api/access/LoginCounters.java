package org.isobar.api.access;

/**
 * Log-ins since the member started.
 *
 * @param succeeded sessions that came to full-feature phase
 * @param proofsFailed log-ins that failed to prove who they are, or did not try where they had to
 * @param targetsRefused log-ins to a target that does not exist or that the initiator has no grant for
 * @param heldBack log-ins refused unseen, as too many from their address had failed
 * @param addressesHeldBack addresses that are held back now
 */
public record LoginCounters(
        long succeeded, long proofsFailed, long targetsRefused, long heldBack, int addressesHeldBack) {}
