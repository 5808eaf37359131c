package org.isobar.common.policy;

/**
 * Where a policy comes from.
 *
 * @param bundle symbolic name
 * @param version of the bundle
 * @param ranking of two policies of one kind and name the one ranked higher serves
 */
public record PolicyOrigin(String bundle, String version, int ranking) {}
