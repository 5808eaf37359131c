/** What the front end has done and how long it took. */
@Export
@Version("1.0.0")
package org.isobar.api.statistics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
