/** The shipped policies: which RAID level goes on which class, and which pool takes a volume. */
package org.isobar.allocation;
