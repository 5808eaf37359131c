/** Pools and the page store. */
@Export
@Version("1.0.0")
package org.isobar.api.pool;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
