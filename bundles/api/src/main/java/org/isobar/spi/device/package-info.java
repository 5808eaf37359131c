/** What can be put between the member and its devices. */
@Export
@Version("1.0.0")
package org.isobar.spi.device;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
