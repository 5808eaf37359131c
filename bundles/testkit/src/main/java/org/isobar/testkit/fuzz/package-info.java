/** What the fuzz targets of all bundles share: reading input, counting buffers, replaying a corpus. */
package org.isobar.testkit.fuzz;
