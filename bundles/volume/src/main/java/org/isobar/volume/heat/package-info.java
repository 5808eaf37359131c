/** How busy the pages of a volume are. */
package org.isobar.volume.heat;
