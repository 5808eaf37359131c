/** The member's metadata journal, replicated over the system areas of its devices (decision D-5). */
package org.isobar.pool.log;
