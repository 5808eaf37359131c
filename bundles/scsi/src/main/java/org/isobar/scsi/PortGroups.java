package org.isobar.scsi;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The portal groups, each a target port and a target port group of its own. Any thread may call. */
final class PortGroups {
    private volatile Set<Integer> announced = Set.of();

    /** Replaces those known so far. */
    void announce(final List<Integer> tags) {
        announced = Set.copyOf(tags);
    }

    /** All tags in order; that of the nexus which asks is always among them. */
    SortedSet<Integer> with(final int ownTag) {
        final SortedSet<Integer> tags = new TreeSet<>(announced);
        tags.add(ownTag);
        return tags;
    }
}
