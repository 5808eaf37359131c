/** RAID sets: chunklets of several devices under one level. */
@Export
@Version("1.0.0")
package org.isobar.api.raid;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
