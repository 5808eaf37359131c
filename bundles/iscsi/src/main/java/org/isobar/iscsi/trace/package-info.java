/** Recording of PDUs into files that Wireshark reads. */
package org.isobar.iscsi.trace;
