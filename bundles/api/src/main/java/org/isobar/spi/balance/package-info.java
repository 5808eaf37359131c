/** Policies that say which pages should lie in which pool plug in here. */
@Export
@Version("1.0.0")
package org.isobar.spi.balance;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
