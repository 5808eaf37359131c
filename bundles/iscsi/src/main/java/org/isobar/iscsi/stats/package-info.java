/** Counters and latencies of sessions and volumes, and the slow commands. */
package org.isobar.iscsi.stats;
