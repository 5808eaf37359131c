/** Virtual pools and volumes, on which a balancing policy is tried with what was recorded. */
package org.isobar.volume.simulation;
