package org.isobar.common.policy;

/**
 * A kind of policy: what is decided by it. The one that asks declares it.
 *
 * @param name what operators call the kind, e.g. {@code volume}
 * @param type the interface that such policies implement and are registered as services under
 * @param builtIn answers while the wanted policy is missing or fenced; quick, and right for every question
 */
public record PolicyKind<P>(String name, Class<P> type, P builtIn) {}
