/** Policies: the registry of what plugs in by name, and how it is asked without trusting it. */
@Export
@Version("1.0.0")
package org.isobar.common.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
