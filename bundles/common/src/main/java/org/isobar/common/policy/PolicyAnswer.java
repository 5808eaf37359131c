package org.isobar.common.policy;

/**
 * A decision.
 *
 * @param value what was decided
 * @param policy name of the policy that decided, {@link Policies#BUILT_IN} when the wanted one could not
 */
public record PolicyAnswer<A>(A value, String policy) {}
