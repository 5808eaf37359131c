package org.isobar.pool.log;

import java.util.List;
import java.util.UUID;

/**
 * Where a log goes on after it was read.
 *
 * @param logId which log it is
 * @param position of the checkpoint that a majority of the ACTIVE devices has now
 * @param active the ACTIVE list in that checkpoint
 * @param serving those devices of it that have the checkpoint
 * @param returned devices not on the list that are to come onto it
 */
record LogStart(UUID logId, Position position, List<UUID> active, List<LogDevice> serving, List<Copy> returned) {}
