package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.isobar.common.kernel.Crc32c;

/**
 * Takes PDUs out of the byte stream of one connection (RFC 7143 §11.1), on its lane. A header is gathered in a small
 * buffer of the reader's own, since it may be spread over receive buffers and must outlive them; the data segment goes
 * straight from the receive buffers to where the receiver wants it: the only copy of payload on the way in.
 */
final class PduReader {
    private static final int DIGEST_BYTES = 4;
    private static final int MAX_ADDITIONAL_HEADER_BYTES = 255 * Integer.BYTES;

    /** What the reader tells. */
    interface Receiver {
        /** A header is complete and intact. Call {@link #receiveInto} now, or the data segment is dropped. */
        void headerArrived(BasicHeaderSegment header);

        /**
         * The PDU is complete.
         *
         * @param dataIntact false when the data digest does not match
         */
        void pduArrived(BasicHeaderSegment header, boolean dataIntact);

        /** The header digest does not match: the stream cannot be trusted any more; the reader has stopped. */
        void headerCorrupt();

        /** The data segment is longer than allowed; the reader has stopped. */
        void oversized(BasicHeaderSegment header);
    }

    private enum Part {
        HEADER,
        DATA,
        TRAILER
    }

    private final Receiver receiver;
    private final ByteBuf headerBytes =
            Unpooled.buffer(BasicHeaderSegment.BYTES + MAX_ADDITIONAL_HEADER_BYTES + DIGEST_BYTES);
    private final BasicHeaderSegment header = new BasicHeaderSegment().wrap(headerBytes, 0);
    private final Crc32c headerCrc = new Crc32c();
    private final Crc32c dataCrc = new Crc32c();

    private boolean headerDigest;
    private boolean dataDigest;
    private int maxDataSegmentBytes;
    private boolean stopped;

    private Part part = Part.HEADER;
    private ByteBuf sink;
    private int sinkIndex;
    private int dataLeft;
    private int trailerLeft;
    private int padBytes;
    /** The digest as received; shifted in byte by byte, least significant first (RFC 7143 §13.1). */
    private int receivedDigest;

    PduReader(final Receiver receiver, final int maxDataSegmentBytes) {
        this.receiver = receiver;
        this.maxDataSegmentBytes = maxDataSegmentBytes;
    }

    /** Sets what was agreed on, from the next PDU on. */
    void agree(final boolean useHeaderDigest, final boolean useDataDigest, final int maxSegmentBytes) {
        headerDigest = useHeaderDigest;
        dataDigest = useDataDigest;
        maxDataSegmentBytes = maxSegmentBytes;
    }

    /** Names where the data segment of the PDU goes whose header has just arrived; lent until the PDU is complete. */
    void receiveInto(final ByteBuf target, final int index) {
        sink = target;
        sinkIndex = index;
    }

    /** Drops what is still to come of the data segment at hand. */
    void dropData() {
        sink = null;
    }

    /** Additional header segments of the PDU at hand start here, within the header's buffer. */
    static int additionalHeaderOffset() {
        return BasicHeaderSegment.BYTES;
    }

    boolean headerDigest() {
        return headerDigest;
    }

    boolean dataDigest() {
        return dataDigest;
    }

    /** Bytes until the next PDU begins, or -1 when that is not known yet. */
    int bytesToBoundary() {
        return switch (part) {
            case HEADER -> headerBytes.writerIndex() == 0 ? 0 : -1;
            case DATA -> dataLeft + trailerLeft;
            case TRAILER -> trailerLeft;
        };
    }

    /** Takes no more PDUs. */
    void stop() {
        stopped = true;
        sink = null;
    }

    /** Takes all bytes of {@code in}; the caller keeps its reference. */
    void feed(final ByteBuf in) {
        while (!stopped && in.isReadable()) {
            switch (part) {
                case HEADER -> readHeader(in);
                case DATA -> readData(in);
                case TRAILER -> readTrailer(in);
            }
        }
    }

    private void readHeader(final ByteBuf in) {
        gather(in, BasicHeaderSegment.BYTES);
        if (headerBytes.writerIndex() < BasicHeaderSegment.BYTES) {
            return;
        }
        final int digested = BasicHeaderSegment.BYTES + header.additionalHeaderBytes();
        final int wanted = digested + (headerDigest ? DIGEST_BYTES : 0);
        gather(in, wanted);
        if (headerBytes.writerIndex() < wanted) {
            return;
        }
        if (headerDigest
                && headerCrc.reset().update(headerBytes.array(), 0, digested).value()
                        != headerBytes.getIntLE(digested)) {
            stop();
            receiver.headerCorrupt();
            return;
        }
        startData();
    }

    private void gather(final ByteBuf in, final int upTo) {
        final int missing = upTo - headerBytes.writerIndex();
        if (missing > 0) {
            headerBytes.writeBytes(in, Math.min(missing, in.readableBytes()));
        }
    }

    private void startData() {
        final int length = header.dataSegmentBytes();
        if (length > maxDataSegmentBytes) {
            stop();
            receiver.oversized(header);
            return;
        }
        sink = null;
        receiver.headerArrived(header);
        if (length == 0) {
            finish(true);
            return;
        }
        dataLeft = length;
        padBytes = -length & 3;
        trailerLeft = padBytes + (dataDigest ? DIGEST_BYTES : 0);
        receivedDigest = 0;
        dataCrc.reset();
        part = Part.DATA;
    }

    private void readData(final ByteBuf in) {
        final int length = Math.min(dataLeft, in.readableBytes());
        if (dataDigest) {
            dataCrc.update(in, in.readerIndex(), length);
        }
        if (sink != null) {
            sink.setBytes(sinkIndex, in, in.readerIndex(), length);
            sinkIndex += length;
        }
        in.skipBytes(length);
        dataLeft -= length;
        if (dataLeft == 0) {
            if (trailerLeft == 0) {
                finish(true);
            } else {
                part = Part.TRAILER;
            }
        }
    }

    private void readTrailer(final ByteBuf in) {
        while (trailerLeft > 0 && in.isReadable()) {
            if (padBytes > 0) {
                padBytes--;
                if (dataDigest) {
                    dataCrc.update(in, in.readerIndex(), 1);
                }
                in.skipBytes(1);
            } else {
                receivedDigest = (receivedDigest >>> Byte.SIZE) | (in.readByte() << (Integer.SIZE - Byte.SIZE));
            }
            trailerLeft--;
        }
        if (trailerLeft == 0) {
            finish(!dataDigest || dataCrc.value() == receivedDigest);
        }
    }

    private void finish(final boolean dataIntact) {
        part = Part.HEADER;
        sink = null;
        if (!stopped) {
            receiver.pduArrived(header, dataIntact);
        }
        headerBytes.clear();
    }
}
