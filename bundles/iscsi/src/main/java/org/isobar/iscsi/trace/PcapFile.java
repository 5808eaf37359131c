package org.isobar.iscsi.trace;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A file of TCP segments that are made up around what was sent, in pcap format with nanoseconds, link type raw IP. The
 * headers carry true addresses, ports and sequence numbers; TCP checksums are left zero.
 */
final class PcapFile implements Closeable {
    /** Longest payload of a segment. */
    static final int MAX_PAYLOAD_BYTES = 65_000;

    static final int SYN = 0x02;
    static final int PUSH = 0x08;
    static final int ACK = 0x10;

    private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;
    private static final int LINK_TYPE_RAW_IP = 101;
    private static final int MAX_CAPTURED_BYTES = 262_144;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int TIME_TO_LIVE = 64;
    private static final int PROTOCOL_TCP = 6;
    private static final int TCP_DATA_OFFSET = 5 << 4;
    private static final int WINDOW = 0xFFFF;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
    private final long limitBytes;
    private long lengthBytes;

    /** Creates the file, for its owner only. */
    PcapFile(final Path path, final long limitBytes) throws IOException {
        this.limitBytes = limitBytes;
        channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        buffer.putInt(MAGIC_NANOSECONDS)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0);
        buffer.putInt(MAX_CAPTURED_BYTES).putInt(LINK_TYPE_RAW_IP);
        lengthBytes = buffer.position();
        flush();
    }

    /** Length of the file, buffered bytes included. */
    long lengthBytes() {
        return lengthBytes;
    }

    /**
     * Appends one segment.
     *
     * @param atWallNs nanoseconds since 1970
     * @param capturedBytes of the payload that are there
     * @param payloadBytes of the payload as it was
     * @return false when it does not fit any more
     */
    boolean segment(
            final long atWallNs,
            final InetSocketAddress from,
            final InetSocketAddress to,
            final int sequence,
            final int acknowledged,
            final int flags,
            final byte[] payload,
            final int capturedBytes,
            final int payloadBytes)
            throws IOException {
        final InetAddress source = from.getAddress();
        final boolean ipv4 = source.getAddress().length == 4;
        final int headerBytes = (ipv4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES) + TCP_HEADER_BYTES;
        final int recordBytes = RECORD_HEADER_BYTES + headerBytes + capturedBytes;
        if (lengthBytes + recordBytes > limitBytes) {
            return false;
        }
        lengthBytes += recordBytes;
        if (buffer.remaining() < recordBytes) {
            flush();
        }
        buffer.putInt((int) TimeUnit.NANOSECONDS.toSeconds(atWallNs));
        buffer.putInt((int) (atWallNs % TimeUnit.SECONDS.toNanos(1)));
        buffer.putInt(headerBytes + capturedBytes).putInt(headerBytes + payloadBytes);
        if (ipv4) {
            ipv4(source, to.getAddress(), TCP_HEADER_BYTES + payloadBytes);
        } else {
            ipv6(source, to.getAddress(), TCP_HEADER_BYTES + payloadBytes);
        }
        buffer.putShort((short) from.getPort()).putShort((short) to.getPort());
        buffer.putInt(sequence).putInt(acknowledged);
        buffer.put((byte) TCP_DATA_OFFSET)
                .put((byte) flags)
                .putShort((short) WINDOW)
                .putInt(0);
        buffer.put(payload, 0, capturedBytes);
        return true;
    }

    /** Brings everything into the file. */
    void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void ipv4(final InetAddress from, final InetAddress to, final int contentBytes) {
        final int at = buffer.position();
        buffer.putShort((short) 0x4500).putShort((short) (IPV4_HEADER_BYTES + contentBytes));
        buffer.putInt(0x4000).put((byte) TIME_TO_LIVE).put((byte) PROTOCOL_TCP).putShort((short) 0);
        buffer.put(from.getAddress()).put(to.getAddress());
        int sum = 0;
        for (int i = 0; i < IPV4_HEADER_BYTES; i += Short.BYTES) {
            sum += buffer.getShort(at + i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> Short.SIZE);
        sum = (sum & 0xFFFF) + (sum >>> Short.SIZE);
        buffer.putShort(at + 10, (short) ~sum);
    }

    private void ipv6(final InetAddress from, final InetAddress to, final int contentBytes) {
        buffer.putInt(0x60000000).putShort((short) contentBytes);
        buffer.put((byte) PROTOCOL_TCP).put((byte) TIME_TO_LIVE);
        buffer.put(from.getAddress()).put(to.getAddress());
    }
}
