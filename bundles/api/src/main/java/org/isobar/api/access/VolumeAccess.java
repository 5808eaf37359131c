package org.isobar.api.access;

import java.util.List;

/**
 * Who may use a volume. An initiator gets the widest grant of the rules that fit it. Without any rule, initiators of the
 * member's own host (loopback and its own addresses) may read and write, and nobody else sees the volume.
 *
 * @param volume name of the volume
 * @param rules its rules by id
 */
public record VolumeAccess(String volume, List<AccessRule> rules) {
    public VolumeAccess {
        rules = List.copyOf(rules);
    }
}
