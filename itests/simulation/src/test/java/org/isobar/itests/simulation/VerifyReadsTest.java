package org.isobar.itests.simulation;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimMedia;
import org.isobar.volume.StoredVolumes;
import org.junit.Rule;
import org.junit.Test;

/** A volume on a whole member, with a byte of it changed on the medium: what its reads give, by its setting. */
public final class VerifyReadsTest {
    private static final int BLOCK = 4096;
    private static final String VOLUME = "vol";

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final SimulatedMember member = new SimulatedMember(5, 5, 8, SimulatedMember.CHUNKLET_BYTES, 64);
    private final byte[] content = new byte[16 * BLOCK];
    private StoredVolumes volumes;

    @Test
    public void onRepairsAndOffGivesTheRawBlock() {
        start();
        flip(3);
        assertArrayEquals(content, read());
        assertEquals(1, errors());
        set(false);
        flip(3);
        assertEquals(3 * BLOCK + 7, Arrays.mismatch(content, read()));
        assertEquals(1, errors());
        // A part of the block that is written has the rest of it checked and repaired.
        assertEquals(IoStatus.OK, Blocks.write(member.sim(), volume(), 3 * BLOCK + 512, new byte[512]));
        Arrays.fill(content, 3 * BLOCK + 512, 3 * BLOCK + 1024, (byte) 0);
        assertArrayEquals(content, read());
    }

    @Test
    public void offIsKeptOverARestartAndLeavesTheBlockToTheScrub() {
        start();
        set(false);
        flip(5);
        member.stop();
        member.boot();
        open();
        assertFalse(volume().info().verifyReads());
        assertEquals(5 * BLOCK + 7, Arrays.mismatch(content, read()));
        member.sim().await(member.pools().scrub("B", true));
        member.sim().run();
        assertArrayEquals(content, read());
        assertEquals(1, errors());
    }

    @Test
    public void switchingOnUnderLoadIsTrueOfEveryReadFromThenOn() {
        start();
        set(false);
        flip(2);
        final Predicate<byte[]> right = block -> Arrays.equals(block, block(2));
        final Reads before = new Reads(right);
        member.sim().runFor(50_000_000);
        assertTrue(before.count > 10);
        assertEquals(before.count, before.wrong);
        set(true);
        final Reads after = new Reads(right);
        member.sim().runFor(50_000_000);
        assertTrue(after.count > 10);
        assertEquals(0, after.wrong);
        before.stop();
        after.stop();
        assertEquals(IoStatus.OK, Blocks.readUnchecked(member.sim(), volume(), 0, new byte[BLOCK]));
        set(false);
        assertArrayEquals(content, read());
    }

    private void start() {
        member.boot();
        member.sim().await(member.pools().create("B", "5"));
        open();
        member.sim().await(volumes.create(new VolumeSpec(VOLUME, 1 << 20, "B", null, 1 << 16)));
        new Random(1).nextBytes(content);
        assertEquals(IoStatus.OK, Blocks.write(member.sim(), volume(), 0, content));
    }

    private void open() {
        volumes = new ServedMember(member).volumes();
    }

    private Volume volume() {
        return volumes.find(VOLUME).orElseThrow();
    }

    private void set(final boolean verifies) {
        assertEquals(
                verifies,
                member.sim().await(volumes.setVerifyReads(VOLUME, verifies)).verifyReads());
    }

    private byte[] read() {
        return Blocks.read(member.sim(), volume(), 0, content.length);
    }

    private byte[] block(final int number) {
        return Arrays.copyOfRange(content, number * BLOCK, (number + 1) * BLOCK);
    }

    private long errors() {
        return member.pools().sets().stream()
                .mapToLong(set -> set.info().checksumErrors())
                .sum();
    }

    /** Changes the seventh byte of a block where it lies; RAID 5 keeps it once. */
    private void flip(final int number) {
        final byte[] wanted = block(number);
        int found = 0;
        for (final SimMedia medium : member.media()) {
            final byte[] all = medium.peek(0, (int) medium.sizeBytes());
            for (int at = 0; at + BLOCK <= all.length; at += BLOCK) {
                if (Arrays.equals(all, at, at + BLOCK, wanted, 0, BLOCK)) {
                    medium.poke(at + 7, new byte[] {(byte) ~wanted[7]});
                    found++;
                }
            }
        }
        assertEquals(1, found);
    }

    /** Reads block 2 over and over. */
    private final class Reads extends IoRequest {
        private final Predicate<byte[]> right;
        private final Lane lane = member.sim().lanes().lane(0);
        private final ByteBuf buffer = Buffers.allocate(BLOCK);
        private boolean stopping;
        private boolean stopped;
        private int count;
        private int wrong;

        Reads(final Predicate<byte[]> right) {
            this.right = right;
            lane.execute(this::submit);
        }

        void stop() {
            stopping = true;
            member.sim().runUntil(() -> stopped);
        }

        private void submit() {
            if (stopping) {
                buffer.release();
                stopped = true;
                return;
            }
            read(lane, 2 * BLOCK, BLOCK, buffer, 0);
            volume().submit(this);
        }

        @Override
        protected void completed(final IoStatus status) {
            assertEquals(IoStatus.OK, status);
            final byte[] block = new byte[BLOCK];
            buffer.getBytes(0, block);
            count++;
            wrong += right.test(block) ? 0 : 1;
            lane.execute(this::submit);
        }
    }
}
