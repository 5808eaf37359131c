/** Checks that are always on. */
@Export
@Version("1.0.0")
package org.isobar.common;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
