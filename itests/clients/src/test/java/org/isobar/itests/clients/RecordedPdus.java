package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** PDUs of one iSCSI connection without digests, taken out of a recording in pcap format (raw IPv4, RFC 7143 §11). */
final class RecordedPdus {
    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int HEADERS_BYTES = 40;
    private static final int BASIC_HEADER_SEGMENT_BYTES = 48;
    private static final int CDB = 32;

    private final List<ByteBuffer> pdus = new ArrayList<>();

    private RecordedPdus() {}

    static RecordedPdus read(final Path file) throws IOException {
        final ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(file));
        assertEquals("pcap with nanoseconds", 0xA1B23C4D, records.getInt(0));
        assertEquals("raw IP", 101, records.getInt(20));
        records.position(FILE_HEADER_BYTES);
        final Map<Integer, ByteArrayOutputStream> bySourcePort = new TreeMap<>();
        while (records.hasRemaining()) {
            final int length = records.getInt(records.position() + 8);
            final int packet = records.position() + RECORD_HEADER_BYTES;
            assertEquals("all of the packet", length, records.getInt(records.position() + 12));
            bySourcePort
                    .computeIfAbsent(records.getShort(packet + 20) & 0xFFFF, port -> new ByteArrayOutputStream())
                    .write(records.array(), packet + HEADERS_BYTES, length - HEADERS_BYTES);
            records.position(packet + length);
        }
        assertEquals("one connection, two directions", 2, bySourcePort.size());
        final RecordedPdus recorded = new RecordedPdus();
        bySourcePort.values().forEach(stream -> recorded.split(ByteBuffer.wrap(stream.toByteArray())));
        return recorded;
    }

    private void split(final ByteBuffer stream) {
        while (stream.hasRemaining()) {
            final int at = stream.position();
            final int additionalBytes = (stream.get(at + 4) & 0xFF) * Integer.BYTES;
            final int length = BASIC_HEADER_SEGMENT_BYTES + additionalBytes + (dataBytes(stream, at) + 3) / 4 * 4;
            pdus.add(stream.slice(at, length));
            stream.position(at + length);
        }
    }

    long count() {
        return pdus.size();
    }

    long count(final int opcode) {
        return pdus.stream().filter(pdu -> opcode(pdu) == opcode).count();
    }

    /** Data segments of all PDUs with an opcode. */
    long dataBytes(final int opcode) {
        return pdus.stream()
                .filter(pdu -> opcode(pdu) == opcode)
                .mapToLong(pdu -> dataBytes(pdu, 0))
                .sum();
    }

    /** SCSI Command PDUs whose CDB has one of two operation codes. */
    long commands(final int operationCode, final int otherOperationCode) {
        return pdus.stream()
                .filter(pdu -> opcode(pdu) == 0x01)
                .mapToInt(pdu -> pdu.get(CDB) & 0xFF)
                .filter(code -> code == operationCode || code == otherOperationCode)
                .count();
    }

    private static int opcode(final ByteBuffer pdu) {
        return pdu.get(0) & 0x3F;
    }

    private static int dataBytes(final ByteBuffer stream, final int at) {
        return stream.getInt(at + 4) & 0xFFFFFF;
    }
}
