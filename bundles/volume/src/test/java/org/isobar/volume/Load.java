package org.isobar.volume;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.Volume;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;

/** Reads random ranges of volume {@code vol} on one lane, one after the other, until one fails. */
final class Load extends IoRequest {
    private static final int MAX_BYTES = 4 * VolumeFixture.PAGE_BYTES;

    private final Volume volume;
    private final Random random;
    private final Lane lane;
    private final ByteBuf buffer = Buffers.allocate(MAX_BYTES);
    private IoStatus last;

    Load(final VolumeFixture fixture, final int laneIndex) {
        volume = fixture.volume("vol");
        random = fixture.sim.random();
        lane = fixture.sim.lanes().lane(laneIndex);
    }

    void start() {
        lane.execute(this::submitNext);
    }

    IoStatus last() {
        return last;
    }

    @Override
    protected void completed(final IoStatus status) {
        last = status;
        if (status == IoStatus.OK) {
            lane.execute(this::submitNext);
        } else {
            buffer.release();
        }
    }

    private void submitNext() {
        final int length = 512 * (1 + random.nextInt(MAX_BYTES / 512));
        final long offset = 512L * random.nextInt((int) ((volume.sizeBytes() - length) / 512));
        read(lane, offset, length, buffer, 0);
        volume.submit(this);
    }
}
