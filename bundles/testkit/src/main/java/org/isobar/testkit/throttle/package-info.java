/** Devices that take as long as others would: in a simulation, or under a running member. Never in the product. */
package org.isobar.testkit.throttle;
