/** What devices were measured to do, the regions found in it, and the classes that like regions form. */
@Export
@Version("1.0.0")
package org.isobar.api.profile;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
