/** RAID levels plug in here, and what looks at write logs offline. */
@Export
@Version("1.1.0")
package org.isobar.spi.raid;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
