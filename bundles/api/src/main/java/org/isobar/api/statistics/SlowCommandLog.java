package org.isobar.api.statistics;

import java.util.List;

/**
 * The last slow commands.
 *
 * @param thresholdMs commands that take at least this long are slow, in milliseconds
 * @param total slow commands since the member started
 * @param last the last of them, newest first
 */
public record SlowCommandLog(int thresholdMs, long total, List<SlowCommand> last) {
    public SlowCommandLog {
        last = List.copyOf(last);
    }
}
