/** Long-running work with progress. */
@Export
@Version("1.0.0")
package org.isobar.common.job;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
