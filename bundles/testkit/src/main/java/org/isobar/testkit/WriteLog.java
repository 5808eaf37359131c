package org.isobar.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isobar.api.block.IoOp;

/**
 * What several {@link WriteLogDevice}s wrote and flushed, in the order of completion, so that a test can build the
 * content after any prefix and look whether it recovers.
 */
public final class WriteLog {
    private final List<Entry> entries = new ArrayList<>();

    /** All entries, oldest first. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Number of entries. */
    public int size() {
        return entries.size();
    }

    /** Begins anew. */
    public void clear() {
        entries.clear();
    }

    /**
     * Does the first {@code count} entries again.
     *
     * @param targets media by device, in the state that the devices had when the log began
     */
    public void replay(final int count, final Map<UUID, SimMedia> targets) {
        for (final Entry entry : entries.subList(0, count)) {
            entry.applyTo(targets.get(entry.device()));
        }
    }

    void add(final Entry entry) {
        entries.add(entry);
    }

    /**
     * One WRITE, ZERO or FLUSH that completed with OK.
     *
     * @param device which device
     * @param op WRITE, ZERO (also for DISCARD) or FLUSH
     * @param offset first byte, 0 for FLUSH
     * @param lengthBytes length, 0 for FLUSH
     * @param data what was written, null unless a WRITE
     * @param durable whether it was asked to survive power loss by itself
     * @param begun how many entries there were when it was submitted: those before it on its device a FLUSH makes stable
     */
    public record Entry(
            UUID device, IoOp op, long offset, long lengthBytes, PlacedBytes data, boolean durable, int begun) {
        /** Does it again on a medium. */
        public void applyTo(final SimMedia media) {
            if (op == IoOp.WRITE) {
                media.poke(offset, lengthBytes, data);
            } else if (op == IoOp.ZERO) {
                media.pokeZeros(offset, lengthBytes);
            }
        }
    }
}
