/** Simulated time, lanes and devices, and fault injectors: everything follows from one seed. Never in the product. */
@Export
@Version("1.0.0")
package org.isobar.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
