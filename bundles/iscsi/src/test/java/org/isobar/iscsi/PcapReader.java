package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a file of TCP segments over IPv4 in pcap format, and checks what all of them must have. */
final class PcapReader {
    private static final int IP_AND_TCP_BYTES = 40;

    /** One segment; nobody compares them. */
    @SuppressWarnings("ArrayRecordComponent")
    record Segment(int fromPort, int toPort, int sequence, int acknowledged, int flags, byte[] captured, int bytes) {
        int opcode() {
            return captured[0] & 0x3F;
        }
    }

    private PcapReader() {}

    static List<Segment> read(final Path file) throws IOException {
        final ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        assertEquals(0xA1B23C4D, in.getInt());
        assertEquals(2, in.getShort());
        assertEquals(4, in.getShort());
        in.getLong();
        assertTrue(in.getInt() >= 65_535);
        assertEquals("raw IP", 101, in.getInt());
        final List<Segment> segments = new ArrayList<>();
        long lastNs = 0;
        while (in.hasRemaining()) {
            final long atNs = in.getInt() * 1_000_000_000L + in.getInt();
            assertTrue("time goes on", atNs >= lastNs);
            lastNs = atNs;
            segments.add(segment(in, in.getInt(), in.getInt()));
        }
        return segments;
    }

    /** The bytes of one way, as TCP would put them together; nothing may be missing or come twice. */
    static byte[] stream(final List<Segment> segments, final int fromPort) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final Segment segment : segments) {
            if (segment.fromPort() == fromPort && segment.bytes() > 0) {
                assertEquals("sequence", all.size() + 1, segment.sequence());
                assertEquals("whole", segment.bytes(), segment.captured().length);
                all.writeBytes(segment.captured());
            }
        }
        return all.toByteArray();
    }

    private static Segment segment(final ByteBuffer in, final int capturedBytes, final int packetBytes) {
        final int at = in.position();
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += in.getShort(at + i) & 0xFFFF;
        }
        assertEquals("IP checksum", 0xFFFF, (sum & 0xFFFF) + (sum >>> 16));
        assertEquals(packetBytes, in.getShort(at + 2) & 0xFFFF);
        final byte[] captured = new byte[capturedBytes - IP_AND_TCP_BYTES];
        in.get(at + IP_AND_TCP_BYTES, captured);
        in.position(at + capturedBytes);
        return new Segment(
                in.getShort(at + 20) & 0xFFFF,
                in.getShort(at + 22) & 0xFFFF,
                in.getInt(at + 24),
                in.getInt(at + 28),
                in.get(at + 33),
                captured,
                packetBytes - IP_AND_TCP_BYTES);
    }
}
