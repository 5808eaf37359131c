/** The member's figures in the shape of Prometheus. */
package org.isobar.rest.metrics;
