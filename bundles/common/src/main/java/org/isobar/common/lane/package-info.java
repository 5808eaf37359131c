/** Lanes: single-threaded event loops that own data-path state. */
@Export
@Version("1.0.0")
package org.isobar.common.lane;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
