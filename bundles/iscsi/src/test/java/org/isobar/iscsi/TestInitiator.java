package org.isobar.iscsi;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.Assert;

/** A small initiator over a plain socket that can do everything right, and everything wrong on purpose. */
final class TestInitiator implements Closeable {
    static final String NAME = "iqn.2026-11.org.isobar.test:one";
    static final int LIMIT_MS = 5_000;

    final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    String name = NAME;
    long isid = 0x400001370001L;
    boolean headerDigest;
    boolean dataDigest;
    boolean corruptHeaderDigest;
    boolean corruptDataDigest;
    int cmdSn = 100;
    int lastTag = 0x1000;
    int tsih;
    int connectionId;
    int maxCmdSn;
    private int nextStatSn;
    private boolean statSnKnown;

    TestInitiator(final int port) throws IOException {
        this(InetAddress.getLoopbackAddress(), port);
    }

    TestInitiator(final InetAddress address, final int port) throws IOException {
        socket = new Socket(address, port);
        socket.setSoTimeout(LIMIT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** A login request; {@code stages} are the T, C, CSG and NSG bits. */
    Pdu loginRequest(final int stages, final String... keys) {
        final Pdu pdu = new Pdu(Opcode.LOGIN, stages).immediate().with(16, 7).with(24, cmdSn);
        pdu.header.putShort(8, (short) (isid >> 32)).putInt(10, (int) isid).putShort(14, (short) tsih);
        pdu.header.putShort(20, (short) connectionId);
        return keys.length == 0 ? pdu : pdu.text(keys);
    }

    /** Logs in to a target, straight to the operational stage; returns the answers. */
    Map<String, String> login(final String target, final String... keys) throws IOException {
        final String[] all = Arrays.copyOf(keys, keys.length + 2);
        all[keys.length] = "InitiatorName=" + name;
        all[keys.length + 1] = target.isEmpty() ? "SessionType=Discovery" : "TargetName=" + target;
        final Pdu answer = exchange(loginRequest(0x87, all));
        Assert.assertEquals(answer.toString(), LoginStatus.SUCCESS, answer.loginStatus());
        Assert.assertEquals(0x87, answer.flags());
        Assert.assertNotEquals(0, answer.tsih());
        tsih = answer.tsih();
        final Map<String, String> agreed = answer.keys();
        headerDigest = "CRC32C".equals(agreed.get("HeaderDigest"));
        dataDigest = "CRC32C".equals(agreed.get("DataDigest"));
        return agreed;
    }

    /** Gives a request its tag and number and sends it. */
    Pdu start(final Pdu pdu) throws IOException {
        lastTag++;
        pdu.with(16, lastTag).with(24, cmdSn);
        if (!pdu.isImmediate()) {
            cmdSn++;
        }
        send(pdu);
        return pdu;
    }

    Pdu exchange(final Pdu pdu) throws IOException {
        send(pdu);
        return receive();
    }

    /** Starts a request and returns the answer, which must be the next PDU. */
    Pdu execute(final Pdu pdu) throws IOException {
        start(pdu);
        final Pdu answer = receive();
        Assert.assertEquals(answer.toString(), pdu.tag(), answer.tag());
        return answer;
    }

    void send(final Pdu pdu) throws IOException {
        sendRaw(bytes(pdu));
    }

    void sendRaw(final byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** The bytes of a PDU on the wire. */
    byte[] bytes(final Pdu pdu) {
        final int ahs = pdu.additionalHeader.length;
        final int padded = (pdu.data.length + 3) & ~3;
        final ByteBuffer wire = ByteBuffer.allocate(48 + ahs + 4 + padded + 4);
        pdu.header.putInt(4, pdu.data.length | (ahs / 4) << 24);
        wire.put(pdu.header.array()).put(pdu.additionalHeader);
        if (headerDigest) {
            digest(wire, 0, 48 + ahs, corruptHeaderDigest);
        }
        if (pdu.data.length > 0) {
            final int at = wire.position();
            wire.put(pdu.data).position(at + padded);
            if (dataDigest) {
                digest(wire, at, padded, corruptDataDigest);
            }
        }
        return Arrays.copyOf(wire.array(), wire.position());
    }

    /** The next PDU; checks its digests and StatSN. */
    Pdu receive() throws IOException {
        final Pdu pdu = new Pdu();
        in.readFully(pdu.header.array());
        if (headerDigest) {
            checkDigest(pdu.header.array());
        }
        Assert.assertEquals("additional header", 0, pdu.header.get(4));
        final int length = pdu.header.getInt(4) & 0xFFFFFF;
        if (length > 0) {
            final byte[] padded = new byte[(length + 3) & ~3];
            in.readFully(padded);
            if (dataDigest) {
                checkDigest(padded);
            }
            pdu.data = Arrays.copyOf(padded, length);
        }
        final int newMax = pdu.maxCmdSn();
        Assert.assertTrue("MaxCmdSN goes back", newMax - maxCmdSn >= 0 || !statSnKnown);
        maxCmdSn = newMax;
        checkStatSn(pdu);
        return pdu;
    }

    /** Sends data for an R2T, in PDUs of at most {@code segmentBytes}. */
    void answer(final Pdu r2t, final byte[] data, final int segmentBytes) throws IOException {
        Assert.assertEquals(r2t.toString(), Opcode.R2T, r2t.opcode());
        sendData(r2t.tag(), r2t.transferTag(), data, r2t.bufferOffset(), r2t.residual(), segmentBytes);
    }

    void sendData(
            final int tag,
            final int transferTag,
            final byte[] data,
            final int offset,
            final int lengthBytes,
            final int segmentBytes)
            throws IOException {
        int sent = 0;
        for (int dataSn = 0; sent < lengthBytes; dataSn++) {
            final int length = Math.min(segmentBytes, lengthBytes - sent);
            final int flags = sent + length == lengthBytes ? Pdu.FINAL : 0;
            final int at = offset + sent;
            send(Pdu.dataOut(flags, transferTag, dataSn, at)
                    .with(16, tag)
                    .data(Arrays.copyOfRange(data, at, at + length)));
            sent += length;
        }
    }

    /** Receives data-in and status of one read; returns the last PDU, its data being all data. */
    Pdu receiveRead(final int lengthBytes) throws IOException {
        final ByteBuffer all = ByteBuffer.allocate(lengthBytes);
        Pdu pdu = receive();
        while (pdu.opcode() == Opcode.DATA_IN) {
            Assert.assertEquals(all.position(), pdu.bufferOffset());
            all.put(pdu.data);
            if ((pdu.flags() & 1) != 0) {
                break;
            }
            pdu = receive();
        }
        Assert.assertEquals(pdu.toString(), 0, pdu.status());
        return pdu.data(Arrays.copyOf(all.array(), all.position()));
    }

    /** The target must close the connection, whatever it still sends. */
    void assertClosed() throws IOException {
        try {
            while (in.read() >= 0) {
                // Whatever was on its way.
            }
        } catch (final SocketException e) {
            // Reset: as closed as it gets.
        }
    }

    void assertClosedWithoutAnswer() throws IOException {
        try {
            Assert.assertEquals(-1, in.read());
        } catch (final SocketException e) {
            // Reset: as closed as it gets.
        }
    }

    /** Asserts by a ping that nothing else is on its way. */
    void assertQuiet() throws IOException {
        final Pdu pong = execute(new Pdu(Opcode.NOP_OUT, Pdu.FINAL).immediate().with(20, -1));
        Assert.assertEquals(pong.toString(), Opcode.NOP_IN, pong.opcode());
    }

    void logout() throws IOException {
        final Pdu answer = execute(new Pdu(Opcode.LOGOUT, Pdu.FINAL));
        Assert.assertEquals(Opcode.LOGOUT_RESPONSE, answer.opcode());
        Assert.assertEquals(0, answer.response());
        assertClosedWithoutAnswer();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void checkStatSn(final Pdu pdu) {
        final boolean reserved = pdu.opcode() == Opcode.DATA_IN && (pdu.flags() & 1) == 0;
        if (reserved) {
            return;
        }
        if (statSnKnown) {
            Assert.assertEquals(pdu.toString(), nextStatSn, pdu.statSn());
        }
        statSnKnown = true;
        final boolean unnumbered = pdu.opcode() == Opcode.R2T || (pdu.opcode() == Opcode.NOP_IN && pdu.tag() == -1);
        nextStatSn = pdu.statSn() + (unnumbered ? 0 : 1);
    }

    private void checkDigest(final byte[] bytes) throws IOException {
        final byte[] digest = new byte[4];
        if (in.read(digest, 0, 1) < 0) {
            throw new EOFException();
        }
        in.readFully(digest, 1, 3);
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        final int received =
                ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN).getInt();
        Assert.assertEquals(crc.getValue(), Integer.toUnsignedLong(received));
    }

    private static void digest(final ByteBuffer wire, final int at, final int length, final boolean corrupt) {
        final CRC32C crc = new CRC32C();
        crc.update(wire.duplicate().position(at).limit(at + length));
        final int value = corrupt ? ~(int) crc.getValue() : (int) crc.getValue();
        wire.order(ByteOrder.LITTLE_ENDIAN).putInt(value).order(ByteOrder.BIG_ENDIAN);
    }
}
