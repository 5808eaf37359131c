package org.isobar.scsi;

import static org.junit.Assert.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.scsi.ScsiNexus;

/** Three hosts at one unit that reserve it from each other. */
final class Hosts {
    static final int REGISTER = 0;
    static final int RESERVE = 1;
    static final int RELEASE = 2;
    static final int CLEAR = 3;
    static final int PREEMPT = 4;
    static final int PREEMPT_AND_ABORT = 5;
    static final int REGISTER_AND_IGNORE = 6;
    static final int REGISTER_AND_MOVE = 7;

    static final int WRITE_EXCLUSIVE = 1;
    static final int EXCLUSIVE_ACCESS = 3;
    static final int WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5;
    static final int EXCLUSIVE_ACCESS_REGISTRANTS_ONLY = 6;
    static final int WRITE_EXCLUSIVE_ALL_REGISTRANTS = 7;
    static final int EXCLUSIVE_ACCESS_ALL_REGISTRANTS = 8;
    static final int[] TYPES = {1, 3, 5, 6, 7, 8};

    static final int APTPL = 0x01;
    static final int ALL_TG_PT = 0x04;
    static final int SPEC_I_PT = 0x08;

    static final String NAME_A = "iqn.2026-11.example:a";
    static final String NAME_B = "iqn.2026-11.example:b";
    static final String NAME_C = "iqn.2026-11.example:c";
    static final long KEY_A = 0xA;
    static final long KEY_B = 0xB;
    static final long KEY_C = 0xC;

    final ScsiFixture scsi;
    final ScsiNexus a;
    final ScsiNexus b;
    final ScsiNexus c;

    Hosts() {
        this(new ScsiFixture());
    }

    Hosts(final ScsiFixture scsi) {
        this.scsi = scsi;
        a = scsi.openReady(NAME_A, 1, 1);
        b = scsi.openReady(NAME_B, 1, 1);
        c = scsi.openReady(NAME_C, 1, 1);
    }

    static boolean registrants(final int type) {
        return type >= WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
    }

    static boolean allRegistrants(final int type) {
        return type >= WRITE_EXCLUSIVE_ALL_REGISTRANTS;
    }

    static boolean writeExclusive(final int type) {
        return type == WRITE_EXCLUSIVE
                || type == WRITE_EXCLUSIVE_REGISTRANTS_ONLY
                || type == WRITE_EXCLUSIVE_ALL_REGISTRANTS;
    }

    /** PERSISTENT RESERVE OUT with the basic parameter list. */
    ScsiFixture.Task out(
            final ScsiNexus by,
            final int action,
            final long key,
            final long actionKey,
            final int type,
            final int flags) {
        return out(by, action, type, list(key, actionKey, flags).array());
    }

    ScsiFixture.Task out(final ScsiNexus by, final int action, final int type, final byte[] list) {
        return scsi.run(by, task(action, type, list));
    }

    ScsiFixture.Task task(final int action, final int type, final byte[] list) {
        return scsi.task(String.format(
                        "5f %02x %02x 00 00 %02x %02x %02x %02x 00",
                        action,
                        type,
                        list.length >> 24,
                        (list.length >> 16) & 0xFF,
                        (list.length >> 8) & 0xFF,
                        list.length & 0xFF))
                .send(list);
    }

    static ByteBuffer list(final long key, final long actionKey, final int flags) {
        return ByteBuffer.allocate(24).putLong(key).putLong(actionKey).put(20, (byte) flags);
    }

    ScsiFixture.Task register(final ScsiNexus by, final long key) {
        return out(by, REGISTER, 0, key, 0, 0);
    }

    ScsiFixture.Task unregister(final ScsiNexus by, final long key) {
        return out(by, REGISTER, key, 0, 0, 0);
    }

    ScsiFixture.Task reserve(final ScsiNexus by, final long key, final int type) {
        return out(by, RESERVE, key, 0, type, 0);
    }

    ScsiFixture.Task release(final ScsiNexus by, final long key, final int type) {
        return out(by, RELEASE, key, 0, type, 0);
    }

    /** Registers all three and lets the first reserve. */
    Hosts reserved(final int type) {
        register(a, KEY_A).assertGood();
        register(b, KEY_B).assertGood();
        register(c, KEY_C).assertGood();
        reserve(a, KEY_A, type).assertGood();
        return this;
    }

    ScsiFixture.Task in(final ScsiNexus by, final int action) {
        return scsi.run(
                by,
                scsi.task(String.format("5e %02x 00 00 00 00 00 ff ff 00", action))
                        .expectIn(65535));
    }

    /** Registered keys in the order of registration. */
    List<Long> keys() {
        final ByteBuffer data = ByteBuffer.wrap(in(scsi.nexus, 0).assertGood().received);
        data.getInt();
        assertEquals(data.getInt(), data.remaining());
        final List<Long> keys = new ArrayList<>();
        while (data.hasRemaining()) {
            keys.add(data.getLong());
        }
        return keys;
    }

    int generation() {
        return ByteBuffer.wrap(in(scsi.nexus, 0).assertGood().received).getInt();
    }

    /** Type and key of the reservation, e.g. {@code 3:a}; empty for none. */
    String reservation() {
        final byte[] data = in(scsi.nexus, 1).assertGood().received;
        final ByteBuffer buffer = ByteBuffer.wrap(data);
        if (buffer.getInt(4) == 0) {
            assertEquals(8, data.length);
            return "";
        }
        assertEquals(24, data.length);
        return data[21] + ":" + Long.toHexString(buffer.getLong(8));
    }

    ScsiFixture.Task read(final ScsiNexus by) {
        return scsi.run(by, scsi.task(ScsiFixture.cdb10(0x28, 0, 0, 1)).expectIn(512));
    }

    ScsiFixture.Task write(final ScsiNexus by) {
        return scsi.run(by, scsi.task(ScsiFixture.cdb10(0x2A, 0, 0, 1)).send(new byte[512]));
    }

    /** TEST UNIT READY. */
    ScsiFixture.Task ready(final ScsiNexus by) {
        return scsi.run(by, scsi.task("00 00 00 00 00 00"));
    }

    void assertTold(final ScsiNexus nexus, final int qualifier) {
        ready(nexus).assertSense(0x6, 0x2A, qualifier);
        assertNotTold(nexus);
    }

    void assertNotTold(final ScsiNexus nexus) {
        ready(nexus).assertGood();
    }
}
