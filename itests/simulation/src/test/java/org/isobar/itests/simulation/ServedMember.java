package org.isobar.itests.simulation;

import io.netty.buffer.ByteBuf;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.isobar.api.access.Initiator;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.api.volume.Volume;
import org.isobar.common.buffer.Buffers;
import org.isobar.scsi.VolumeTargets;
import org.isobar.volume.StoredVolumes;

/** Volumes and their targets over a simulated member that has booted, and hosts that send one command at a time. */
final class ServedMember {
    static final int PAGE_BYTES = 1 << 16;
    static final int BLOCK_BYTES = 512;

    private static final String PREFIX = "iqn.2026-11.org.isobar:";

    private final SimulatedMember member;
    private StoredVolumes volumes;
    private VolumeTargets targets;

    ServedMember(final SimulatedMember member) {
        this.member = member;
        open();
    }

    /** After the member has booted again: goes on with what it kept. */
    void open() {
        volumes = new StoredVolumes(
                config(
                        StoredVolumes.Config.class,
                        Map.of(
                                "services",
                                "",
                                "default_policy",
                                "most-free",
                                "page_bytes",
                                PAGE_BYTES,
                                "heat_half_life_s",
                                120)),
                member.pages(),
                member.pools(),
                member.catalog(),
                member.sim().lanes(),
                member.sim().rng(),
                member.sim().clock(),
                member.policies());
        targets = new VolumeTargets(
                config(
                        VolumeTargets.Config.class,
                        Map.of("target_name_prefix", PREFIX, "sanitize_mib_per_second", 65536)),
                volumes,
                member.catalog(),
                member.sim().lanes());
        member.sim().run();
    }

    StoredVolumes volumes() {
        return volumes;
    }

    Volume volume(final String name) {
        return volumes.find(name).orElseThrow();
    }

    /** A host's nexus, with the attention for power-on gone. */
    ScsiNexus logIn(final String volume, final String host) {
        final ScsiNexus nexus = targets.find(PREFIX + volume)
                .orElseThrow()
                .open(new Initiator("iqn.1994-05.com.example:" + host, "127.0.0.1", null), 1, 1, false);
        send(nexus, new byte[6], new byte[0]);
        return nexus;
    }

    /** Writes a block at the beginning of a page. */
    Answer writePage(final ScsiNexus nexus, final long page) {
        final ByteBuffer cdb = ByteBuffer.allocate(16).put((byte) 0x8A);
        cdb.putLong(2, page * PAGE_BYTES / BLOCK_BYTES).putInt(10, 1);
        return send(nexus, cdb.array(), new byte[BLOCK_BYTES]);
    }

    Answer unmapPages(final ScsiNexus nexus, final long page, final int count) {
        final ByteBuffer list = ByteBuffer.allocate(24).putShort(0, (short) 22).putShort(2, (short) 16);
        list.putLong(8, page * PAGE_BYTES / BLOCK_BYTES).putInt(16, count * (PAGE_BYTES / BLOCK_BYTES));
        final byte[] cdb = {0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0};
        return send(nexus, cdb, list.array());
    }

    /** Sends a command and waits for its end. */
    Answer send(final ScsiNexus nexus, final byte[] cdb, final byte[] dataOut) {
        final Answer answer = new Answer(nexus, dataOut);
        answer.lane = member.sim().lanes().lane(0);
        System.arraycopy(cdb, 0, answer.cdb, 0, cdb.length);
        answer.cdbBytes = Math.max(16, cdb.length);
        answer.expectedOutBytes = dataOut.length;
        answer.expectedInBytes = dataOut.length == 0 ? 1 << 16 : 0;
        answer.lane.execute(() -> nexus.start(answer));
        member.sim().runUntil(() -> answer.ended);
        return answer;
    }

    private static <T> T config(final Class<T> type, final Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> values.get(method.getName())));
    }

    /** A command and how it ended. */
    static final class Answer extends ScsiTask {
        private final ScsiNexus nexus;
        private final byte[] toSend;
        private boolean ended;
        private byte[] received = new byte[0];

        Answer(final ScsiNexus nexus, final byte[] toSend) {
            this.nexus = nexus;
            this.toSend = toSend;
        }

        boolean good() {
            return status == 0;
        }

        /** Sense key, code and qualifier, as {@code 7/27/07}; {@code good} without. */
        String sense() {
            return good() ? "good" : String.format("%x/%02x/%02x", sense[2] & 0xF, sense[12], sense[13]);
        }

        /** The INFORMATION field. */
        int information() {
            return ByteBuffer.wrap(sense).getInt(3);
        }

        byte[] received() {
            return received.clone();
        }

        @Override
        protected void dataOutWanted(final int bytes) {
            dataOut = Buffers.allocate(bytes).writeBytes(toSend, 0, Math.min(bytes, toSend.length));
            dataOutBytes = dataOut.readableBytes();
            nexus.dataArrived(this);
        }

        @Override
        protected void completed() {
            if (dataOut != null) {
                dataOut.release();
                dataOut = null;
            }
            final ByteBuf data = dataIn;
            if (data != null) {
                received = new byte[data.readableBytes()];
                data.getBytes(data.readerIndex(), received);
                data.release();
                dataIn = null;
            }
            ended = true;
        }

        @Override
        public String toString() {
            return sense() + " " + Arrays.toString(Arrays.copyOf(received, Math.min(received.length, 16)));
        }
    }
}
