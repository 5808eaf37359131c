/** Simulated time, lanes and devices, and fault injectors: everything follows from one seed. Never in the product. */
package org.isobar.testkit;
