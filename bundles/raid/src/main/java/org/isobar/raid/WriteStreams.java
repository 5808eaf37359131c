package org.isobar.raid;

import java.util.ArrayDeque;
import org.isobar.api.block.IoRequest;

/**
 * The sequential writes of one lane to a set of parity, which are shorter than a stripe: those that follow each other are gathered to
 * whole stripes, whose redundancy is made of what is written and not of what was there. Touched on its lane only.
 */
final class WriteStreams {
    private static final int STREAMS = 8;

    private final AssembledSet set;
    private final ArrayDeque<GatheredWrite> pool = new ArrayDeque<>();
    private final WriteStream[] streams = new WriteStream[STREAMS];
    /** The one that is tried first when a stream begins. */
    private int turn;

    WriteStreams(final AssembledSet set, final LaneWork work) {
        this.set = set;
        for (int i = 0; i < STREAMS; i++) {
            streams[i] = new WriteStream(set, work, pool);
        }
    }

    /** Whether there are any for sets of a form: those that have whole stripes, and not too long ones. */
    static boolean suit(final SetLayout layout) {
        return layout.dataStrips() > 1 && layout.groupDataBytes() <= WriteStream.HELD_BYTES_MAX;
    }

    /** Takes a write, which begins now or with those that follow it. */
    void take(final IoRequest request) {
        for (final WriteStream stream : streams) {
            if (stream.reaches(request.offsetBytes())) {
                stream.add(request);
                return;
            }
        }
        // Where a stream may begin; most do not.
        for (int tried = 0; tried < STREAMS; tried++) {
            turn = (turn + 1) % STREAMS;
            if (streams[turn].isIdle()) {
                streams[turn].begin(request.endBytes());
                break;
            }
        }
        set.start(request, null);
    }
}
