/** Measures devices over their LBN space and cuts them into regions of like performance. */
package org.isobar.profiler;
