/** Portals, targets and sessions as an administrator sees them. */
@Export
@Version("1.0.0")
package org.isobar.api.iscsi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
