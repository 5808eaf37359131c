/** Policies of the iSCSI front door plug in here. */
@Export
@Version("1.0.0")
package org.isobar.spi.iscsi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
