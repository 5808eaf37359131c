/** Recordings of the accesses of a volume: how lanes hand them over, and the file. */
package org.isobar.volume.recording;
