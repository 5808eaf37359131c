package org.isobar.api.scsi;

import java.util.List;
import java.util.Optional;

/** The targets of this member. Any thread may call. */
public interface TargetDirectory {
    /** All targets by name. */
    List<ScsiTarget> targets();

    /** The target with this iSCSI name, compared in lower case. */
    Optional<ScsiTarget> find(String iscsiName);

    /**
     * Tells the targets which portal groups there are: each is a target port of every target, with the tag as its relative
     * target port identifier. Replaces what was told before; untold, a nexus knows of its own portal group alone.
     *
     * @param tags portal group tags, 1 to 65535
     */
    default void portalGroups(final List<Integer> tags) {}
}
