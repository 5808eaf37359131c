package org.isobar.common.policy;

import java.util.List;

/**
 * A picture of one policy.
 *
 * @param kind what is decided by it
 * @param name what operators select it by
 * @param bundle symbolic name of the bundle that it came with
 * @param version that bundle's version
 * @param usedBy who has selected it
 * @param calls questions that it was asked
 * @param failures of these, those that it gave no usable answer to
 * @param fenced whether the built-in policy answers in its place
 * @param why why it was fenced; empty when it is not
 */
public record PolicyInfo(
        String kind,
        String name,
        String bundle,
        String version,
        List<String> usedBy,
        long calls,
        long failures,
        boolean fenced,
        String why) {
    /** Takes a copy of the list. */
    public PolicyInfo {
        usedBy = List.copyOf(usedBy);
    }
}
