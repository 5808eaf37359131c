package org.isobar.iscsi.trace;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Both directions of one connection at the recorder, which alone uses it: cuts the bytes so that each PDU begins a segment. */
final class ConnectionStreams {
    private static final int HEADER_BYTES = 48;
    private static final int DIGEST_BYTES = 4;
    private static final int OPCODE_MASK = 0x3F;
    private static final int LOGIN = 0x03;
    private static final int LOGIN_RESPONSE = 0x23;
    private static final int LOGIN_CONTINUE = 0x40;

    private final InetSocketAddress initiator;
    private final InetSocketAddress portal;
    private final Stream received;
    private final Stream sent;
    /** Whether the opening of the connection is still to be told. */
    private boolean opening;

    ConnectionStreams(final InetSocketAddress initiator, final InetSocketAddress portal, final boolean fromStart) {
        this.initiator = initiator;
        this.portal = portal;
        opening = fromStart;
        received = new Stream(initiator, portal);
        sent = new Stream(portal, initiator);
    }

    /** Writes one piece; false when the file is full. */
    boolean write(final TraceItem item, final TraceFile file) throws IOException {
        if (opening) {
            opening = false;
            if (!open(item.atNs(), file)) {
                return false;
            }
        }
        return (item.direction() == Direction.RECEIVED ? received : sent).take(item, file);
    }

    private boolean open(final long atNs, final TraceFile file) throws IOException {
        final byte[] nothing = {};
        return file.segment(atNs, initiator, portal, 0, 0, PcapFile.SYN, nothing, 0, 0)
                && file.segment(atNs, portal, initiator, 0, 1, PcapFile.SYN | PcapFile.ACK, nothing, 0, 0)
                && file.segment(atNs, initiator, portal, 1, 1, PcapFile.ACK, nothing, 0, 0);
    }

    private static final class Stream {
        private final InetSocketAddress from;
        private final InetSocketAddress to;
        private final ChapMask mask = new ChapMask();
        private final byte[] header = new byte[HEADER_BYTES];
        private final byte[] segment = new byte[PcapFile.MAX_PAYLOAD_BYTES];
        private int headerBytes;
        /** Of the PDU at hand, behind its header. */
        private int pduLeft;
        /** Text of a log-in PDU that is still to come. */
        private int textLeft;

        private boolean textContinues;
        private int keptOfPdu;
        private long segmentOffset;
        private int segmentBytes;
        private int segmentKept;

        Stream(final InetSocketAddress from, final InetSocketAddress to) {
            this.from = from;
            this.to = to;
        }

        boolean take(final TraceItem item, final TraceFile file) throws IOException {
            if (item.boundary()) {
                if (!emit(item, file, 0)) {
                    return false;
                }
                headerBytes = 0;
                pduLeft = 0;
                keptOfPdu = 0;
                segmentOffset = item.offset();
            }
            final ByteBuf bytes = item.bytes();
            while (bytes.isReadable()) {
                final int wanted = headerBytes < HEADER_BYTES ? HEADER_BYTES - headerBytes : pduLeft;
                final int room = PcapFile.MAX_PAYLOAD_BYTES - segmentBytes;
                final int length = Math.min(Math.min(wanted, room), bytes.readableBytes());
                if (headerBytes < HEADER_BYTES) {
                    takeHeader(bytes, length, item, file.snapBytes());
                } else {
                    takeBody(bytes, length, file.snapBytes());
                }
                final boolean complete = headerBytes == HEADER_BYTES && pduLeft == 0;
                if ((complete || segmentBytes == PcapFile.MAX_PAYLOAD_BYTES)
                        && !emit(item, file, complete ? PcapFile.PUSH : 0)) {
                    return false;
                }
                if (complete) {
                    file.pdu();
                    headerBytes = 0;
                    keptOfPdu = 0;
                }
            }
            return true;
        }

        private void takeHeader(final ByteBuf bytes, final int length, final TraceItem item, final int snapBytes) {
            bytes.readBytes(header, headerBytes, length);
            keep(header, headerBytes, length, snapBytes);
            headerBytes += length;
            if (headerBytes == HEADER_BYTES) {
                final int ahsBytes = (header[4] & 0xFF) * Integer.BYTES;
                final int dataBytes = (header[5] & 0xFF) << 16 | (header[6] & 0xFF) << 8 | (header[7] & 0xFF);
                pduLeft = ahsBytes
                        + (item.headerDigest() ? DIGEST_BYTES : 0)
                        + (dataBytes + 3 & ~3)
                        + (item.dataDigest() && dataBytes > 0 ? DIGEST_BYTES : 0);
                final int opcode = header[0] & OPCODE_MASK;
                textLeft = opcode == LOGIN || opcode == LOGIN_RESPONSE ? dataBytes : 0;
                if (!textContinues) {
                    mask.reset();
                }
                textContinues = (header[1] & LOGIN_CONTINUE) != 0;
            }
        }

        private void takeBody(final ByteBuf bytes, final int length, final int snapBytes) {
            final byte[] body = new byte[length];
            bytes.readBytes(body);
            final int textBytes = Math.min(textLeft, length);
            mask.apply(body, 0, textBytes);
            textLeft -= textBytes;
            keep(body, 0, length, snapBytes);
            pduLeft -= length;
        }

        private void keep(final byte[] bytes, final int from, final int length, final int snapBytes) {
            final int kept = snapBytes == 0 ? length : Math.max(0, Math.min(length, snapBytes - keptOfPdu));
            System.arraycopy(bytes, from, segment, segmentKept, kept);
            segmentKept += kept;
            keptOfPdu += kept;
            segmentBytes += length;
        }

        private boolean emit(final TraceItem item, final TraceFile file, final int push) throws IOException {
            if (segmentBytes == 0) {
                return true;
            }
            // Numbers wrap around, and begin at 1: the opening of the connection takes one.
            final boolean fits = file.segment(
                    item.atNs(),
                    from,
                    to,
                    (int) (segmentOffset + 1),
                    (int) (item.otherOffset() + 1),
                    push | PcapFile.ACK,
                    segment,
                    segmentKept,
                    segmentBytes);
            segmentOffset += segmentBytes;
            segmentBytes = 0;
            segmentKept = 0;
            return fits;
        }
    }
}
