/** The one contract of all block layers. */
@Export
@Version("1.0.0")
package org.isobar.api.block;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
