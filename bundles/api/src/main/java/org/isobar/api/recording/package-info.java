/** Recording which blocks of a volume are read and written, for policies to be tried on. */
@Export
@Version("1.0.0")
package org.isobar.api.recording;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
