/** What all topics share. */
@Export
@Version("1.0.0")
package org.isobar.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
