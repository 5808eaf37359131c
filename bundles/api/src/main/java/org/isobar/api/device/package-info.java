/** Block devices and files that this member owns. */
@Export
@Version("1.0.0")
package org.isobar.api.device;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
