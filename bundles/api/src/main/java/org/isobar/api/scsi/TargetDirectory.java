package org.isobar.api.scsi;

import java.util.List;
import java.util.Optional;

/** The targets of this member. Any thread may call. */
public interface TargetDirectory {
    /** All targets by name. */
    List<ScsiTarget> targets();

    /** The target with this iSCSI name, compared in lower case. */
    Optional<ScsiTarget> find(String iscsiName);
}
