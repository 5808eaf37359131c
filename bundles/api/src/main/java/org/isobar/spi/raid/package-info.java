/** RAID levels plug in here. */
@Export
@Version("1.0.0")
package org.isobar.spi.raid;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
