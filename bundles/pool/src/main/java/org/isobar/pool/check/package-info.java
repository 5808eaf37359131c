/** The offline checker: reads the devices of a stopped member and verifies labels, metadata, map, write logs and redundancy. */
package org.isobar.pool.check;
