package org.isobar.volume.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.isobar.api.recording.RecordingInfo;
import org.isobar.api.recording.RecordingInfo.State;
import org.isobar.common.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One recording that goes on: takes the accesses from the tap and writes them. Any thread but a lane's may call. */
public final class RecordingRun {
    private static final Logger LOG = LoggerFactory.getLogger(RecordingRun.class);
    /** What a crash of the member costs at most. */
    private static final long FLUSH_US = TimeUnit.SECONDS.toMicros(1);

    private final int id;
    private final Path path;
    private final AccessHeader header;
    private final AccessTap tap;
    private final AccessWriter writer;
    private final Runnable whenEnded;
    private final AtomicReference<State> wanted = new AtomicReference<>(State.RUNNING);
    private long flushedUs;
    private volatile RecordingInfo info;

    /**
     * A recording that begins now.
     *
     * @param whenEnded called when it has ended, however that came
     * @throws IOException when the file cannot be made
     */
    public RecordingRun(
            final int id,
            final Path path,
            final AccessHeader header,
            final Clock clock,
            final int laneCount,
            final Runnable whenEnded)
            throws IOException {
        this.id = id;
        this.path = path;
        this.header = header;
        this.whenEnded = whenEnded;
        writer = new AccessWriter(path, header);
        tap = new AccessTap(clock, laneCount, header.pageBytes(), header.sampleOneIn());
        info = picture(State.RUNNING, 0);
    }

    private RecordingInfo picture(final State state, final long lastedUs) {
        return new RecordingInfo(
                id,
                header.volume(),
                header.sampleOneIn(),
                state,
                header.startedWallMs(),
                TimeUnit.MICROSECONDS.toMillis(lastedUs),
                header.seconds(),
                header.limitBytes(),
                writer.lengthBytes(),
                writer.accesses(),
                tap.dropped(),
                0,
                path.toString());
    }

    /** Where the lanes put accesses. */
    public AccessTap tap() {
        return tap;
    }

    /** What it is a recording of. */
    public AccessHeader header() {
        return header;
    }

    /** As of the last {@link #step}. */
    public RecordingInfo info() {
        return info;
    }

    /** Whether it goes on. */
    public boolean running() {
        return info.state() == State.RUNNING;
    }

    /** Ends it by the next {@link #step}. A lane may call. */
    public void requestStop() {
        wanted.compareAndSet(State.RUNNING, State.STOPPED);
    }

    /** Writes what waits, and ends. */
    public void stop() {
        requestStop();
        step();
    }

    /** Writes what waits; to be called every few milliseconds. False when it has ended. */
    public synchronized boolean step() {
        if (!running()) {
            return false;
        }
        try {
            final long nowUs = tap.nowUs();
            final boolean fits = drain();
            if (!fits) {
                end(State.FULL, nowUs);
            } else if (wanted.get() != State.RUNNING) {
                end(State.STOPPED, nowUs);
            } else if (nowUs >= TimeUnit.SECONDS.toMicros(header.seconds())) {
                end(State.ENDED, nowUs);
            } else if (nowUs - flushedUs >= FLUSH_US) {
                writer.flush(tap.dropped());
                flushedUs = nowUs;
                info = picture(State.RUNNING, nowUs);
            }
        } catch (final IOException failed) {
            LOG.error("recording.failed id={} volume={} file={}", id, header.volume(), path, failed);
            ended(State.FAILED, tap.nowUs());
        }
        return running();
    }

    private boolean drain() throws IOException {
        return tap.drain((timeUs, op, block, blocks) -> writer.add(timeUs, op, block, blocks, tap.dropped()));
    }

    private void end(final State state, final long nowUs) throws IOException {
        writer.end(state, nowUs, tap.dropped());
        ended(state, nowUs);
    }

    private void ended(final State state, final long nowUs) {
        try {
            writer.close();
        } catch (final IOException failed) {
            LOG.error("recording.close.failed id={} file={}", id, path, failed);
        }
        info = picture(state, nowUs);
        LOG.info(
                "recording.ended id={} volume={} state={} accesses={} dropped={}",
                id,
                header.volume(),
                state,
                info.accesses(),
                info.droppedAccesses());
        whenEnded.run();
    }
}
