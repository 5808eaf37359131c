/** Checksum and parity kernels. */
@Export
@Version("1.0.0")
package org.isobar.common.kernel;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
