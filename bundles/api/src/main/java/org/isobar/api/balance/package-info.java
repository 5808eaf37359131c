/** Moving pages to the pools that suit them, by themselves. */
@Export
@Version("1.0.0")
package org.isobar.api.balance;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
