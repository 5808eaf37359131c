/**
 * The page store of a member: pools of RAID sets, page spaces and the page map, kept in the metadata log.
 *
 * <p>{@link org.isobar.pool.store.MemberState} is the replicated truth, changed only by records. Everything named
 * {@code Live…} is the run-time twin of a part of it.
 */
package org.isobar.pool.store;
