/** Moves pages to the pools that a balancing policy chooses. */
package org.isobar.volume.balance;
