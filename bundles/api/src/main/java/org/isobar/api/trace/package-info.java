/** Recording what goes over the connections of an initiator. */
@Export
@Version("1.0.0")
package org.isobar.api.trace;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
