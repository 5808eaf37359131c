/** Who may use which volume, and how. */
@Export
@Version("1.1.0")
package org.isobar.api.access;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
