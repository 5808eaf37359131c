package org.isobar.spi.balance;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says which pages should be moved to which pool. Asked every minute or so while balancing is on, off the data path and never
 * twice at a time. Pure: the answer depends only on the picture, so a policy may be swapped between two calls, and a decision
 * can be replayed, explained and simulated.
 *
 * <p>What a policy may rely on: pinned and excluded volumes, volumes that are being moved as a whole, and pools that are
 * excluded or not healthy are not in the picture's pages, though what they ask of the pools is in the pools' figures.
 * What it need not care for: moves are made one after the other in the order of the plan, no faster than the budget; one that
 * cannot be made any more (no room, a page that was freed, a volume that was pinned meanwhile) is left out.
 */
@ConsumerType
public interface BalancingPolicy {
    /** Service property naming this policy, the value operators choose it by. */
    String POLICY_NAME = "policy.name";

    /** The moves that should be made now, or none and why. */
    BalancePlan plan(BalancePicture picture);

    /**
     * What would have to be different for a page to be moved, for people, in at most 1000 characters.
     *
     * @param page perhaps none of the picture's
     */
    default String wouldMove(final BalancePicture picture, final BalancePage page) {
        return "the policy does not say";
    }
}
