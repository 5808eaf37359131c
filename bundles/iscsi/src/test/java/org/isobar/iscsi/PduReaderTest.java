package org.isobar.iscsi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.Test;

public final class PduReaderTest {
    private final List<String> seen = new ArrayList<>();

    @Test
    public void readsTheSameHoweverTheStreamIsCut() {
        for (final boolean headerDigest : new boolean[] {false, true}) {
            for (final boolean dataDigest : new boolean[] {false, true}) {
                final ByteBuf stream = Unpooled.buffer();
                for (int length = 0; length < 9; length++) {
                    stream.writeBytes(pdu(length, headerDigest, dataDigest, 0));
                }
                final List<String> whole = read(stream, stream.readableBytes(), headerDigest, dataDigest);
                assertEquals(9, whole.size());
                assertEquals("8:abcdefgh:true", whole.get(8));
                for (int piece = 1; piece < 120; piece++) {
                    assertEquals(whole, read(stream, piece, headerDigest, dataDigest));
                }
            }
        }
    }

    @Test
    public void noticesEveryCorruptByte() {
        final int bytes = pdu(5, true, true, 0).length;
        for (int at = 0; at < bytes; at++) {
            if (at >= 4 && at < 8) {
                // A corrupt length makes the reader wait for more, or leaves it at odds with what follows.
                continue;
            }
            final ByteBuf stream = Unpooled.wrappedBuffer(pdu(5, true, true, 0));
            stream.setByte(at, stream.getByte(at) ^ 0x10);
            final String expected = at < 52 ? "header corrupt" : ":false";
            final List<String> events = read(stream, bytes, true, true);
            assertEquals("byte " + at, 1, events.size());
            assertEquals("byte " + at, true, events.get(0).endsWith(expected));
        }
    }

    @Test
    public void stopsAtOversizedData() {
        final ByteBuf stream = Unpooled.buffer();
        stream.writeBytes(pdu(101, false, false, 0)).writeBytes(pdu(1, false, false, 0));
        assertEquals(List.of("oversized 101"), read(stream, 7, false, false));
    }

    @Test
    public void passesAdditionalHeaders() {
        final ByteBuf stream = Unpooled.buffer();
        stream.writeBytes(pdu(3, true, false, 1020)).writeBytes(pdu(2, true, false, 4));
        assertEquals(List.of("3:abc:true", "2:ab:true"), read(stream, 100, true, false));
    }

    private List<String> read(
            final ByteBuf stream, final int pieceBytes, final boolean headerDigest, final boolean dataDigest) {
        seen.clear();
        final Collector collector = new Collector();
        final PduReader reader = new PduReader(collector, 100);
        collector.reader = reader;
        reader.agree(headerDigest, dataDigest, 100);
        final ByteBuf all = stream.duplicate();
        while (all.isReadable()) {
            reader.feed(all.readSlice(Math.min(pieceBytes, all.readableBytes())));
        }
        assertFalse(all.isReadable());
        return List.copyOf(seen);
    }

    private static byte[] pdu(
            final int length, final boolean headerDigest, final boolean dataDigest, final int additionalBytes) {
        final ByteBuf bytes = Unpooled.buffer();
        bytes.writeZero(4).writeByte(additionalBytes / 4).writeMedium(length).writeZero(40 + additionalBytes);
        if (headerDigest) {
            bytes.writeIntLE(crc(bytes, 0));
        }
        final int at = bytes.writerIndex();
        for (int i = 0; i < length; i++) {
            bytes.writeByte('a' + i);
        }
        bytes.writeZero(-length & 3);
        if (dataDigest && length > 0) {
            bytes.writeIntLE(crc(bytes, at));
        }
        final byte[] array = new byte[bytes.readableBytes()];
        bytes.readBytes(array);
        return array;
    }

    private static int crc(final ByteBuf bytes, final int from) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes.array(), from, bytes.writerIndex() - from);
        return (int) crc.getValue();
    }

    private final class Collector implements PduReader.Receiver {
        private final ByteBuf data = Unpooled.buffer(100);
        private PduReader reader;

        @Override
        public void headerArrived(final BasicHeaderSegment header) {
            reader.receiveInto(data, 0);
        }

        @Override
        public void pduArrived(final BasicHeaderSegment header, final boolean dataIntact) {
            final int length = header.dataSegmentBytes();
            seen.add(length + ":" + data.toString(0, length, StandardCharsets.US_ASCII) + ":" + dataIntact);
        }

        @Override
        public void headerCorrupt() {
            seen.add("header corrupt");
        }

        @Override
        public void oversized(final BasicHeaderSegment header) {
            seen.add("oversized " + header.dataSegmentBytes());
        }
    }
}
