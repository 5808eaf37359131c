/** Reservations of one logical unit as pure values and functions (SPC-4 §5.13, SPC-2 §5.5): no I/O, no threads. */
package org.isobar.scsi.reservation;
