/** Small durable documents kept on the devices. */
@Export
@Version("1.0.0")
package org.isobar.api.catalog;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
