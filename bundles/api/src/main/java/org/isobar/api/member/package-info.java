/** This member as a whole. */
@Export
@Version("1.0.0")
package org.isobar.api.member;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
