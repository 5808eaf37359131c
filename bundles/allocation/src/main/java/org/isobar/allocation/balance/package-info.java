/** The shipped balancing policies. */
package org.isobar.allocation.balance;
