/** Targets, nexuses and tasks, between a transport and the logical units. */
@Export
@Version("1.0.0")
package org.isobar.api.scsi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
