/** The randomness seam. */
@Export
@Version("1.0.0")
package org.isobar.common.rng;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
