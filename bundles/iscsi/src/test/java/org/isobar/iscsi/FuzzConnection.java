package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.isobar.common.Check;
import org.isobar.common.kernel.Crc32c;
import org.isobar.common.lane.Lane;

/** An initiator's end of a connection to a {@link FuzzMember}. */
final class FuzzConnection {
    static final String INITIATOR = "iqn.2026-11.org.isobar.test:fuzz";
    private static final int LOGIN_FLAGS = 0x87;
    private static final int LAST_TAG = 0x7E00_0001;

    final FuzzStreamOut out = new FuzzStreamOut(FuzzMember.MAX_RECEIVE_SEGMENT_BYTES);
    final FuzzStreamIn in = new FuzzStreamIn(out, FuzzMember.MAX_TASKS);
    final IscsiConnection target;
    private final FuzzMember member;
    private final Lane lane;
    private final FuzzChannel channel = new FuzzChannel();
    private final Queue<ByteBuf> unread = new ArrayDeque<>();
    private Throwable failure;
    private boolean headerDigest;
    private boolean dataDigest;
    /** The next digest to be sent is wrong. */
    boolean corruptHeader;

    boolean corruptData;

    FuzzConnection(final FuzzMember member, final Lane lane) {
        this.member = member;
        this.lane = lane;
        final ConnectionLimits.Place place = member.context.connections().open("127.0.0.1", member.context.settings());
        target = new IscsiConnection(member.context, member.portal, channel, lane, place);
        channel.closeFuture().addListener(closed -> place.close());
        channel.whenRead(() -> {
            if (!unread.isEmpty()) {
                lane.execute(this::deliver);
            }
        });
        lane.execute(() -> {
            channel.pipeline().addLast(new Guard());
            channel.pipeline().fireChannelActive();
        });
        member.settle();
    }

    boolean open() {
        return target.open();
    }

    /** Sends bytes as they are, in pieces of any length. */
    void send(final byte[] bytes) {
        for (int at = 0; at < bytes.length; ) {
            final int length = member.sim.random().nextInt(4) == 0
                    ? 1 + member.sim.random().nextInt(bytes.length - at)
                    : bytes.length - at;
            unread.add(UnpooledByteBufAllocator.DEFAULT
                    .directBuffer(length, length)
                    .writeBytes(bytes, at, length));
            at += length;
        }
        out.sent(bytes);
        lane.execute(this::deliver);
    }

    /** Sends a PDU, its lengths and digests put right. */
    void send(final Pdu pdu) {
        send(encode(pdu));
    }

    void stall() {
        channel.stall();
    }

    void goOn() {
        lane.execute(() -> {
            channel.goOn();
            deliver();
        });
    }

    /** Logs in to the target (to none: discovery) with these keys; returns the TSIH. */
    int login(final long isid, final int cmdSn, final boolean discovery, final String... keys) {
        final String[] all = Arrays.copyOf(keys, keys.length + 2);
        all[keys.length] = "InitiatorName=" + INITIATOR;
        all[keys.length + 1] = discovery ? "SessionType=Discovery" : "TargetName=" + FuzzDisk.NAME;
        send(loginRequest(LOGIN_FLAGS, isid, cmdSn).text(all));
        member.settle();
        final Pdu answer = in.next();
        Check.that(answer != null && answer.opcode() == Opcode.LOGIN_RESPONSE, "login is not answered");
        Check.that(answer.loginStatus() == LoginStatus.SUCCESS && answer.flags() == LOGIN_FLAGS, "login refused");
        agree();
        return answer.tsih();
    }

    /** Logs in to a session that there is, as its connection 1; false when the target does not let it. */
    boolean join(final int tsih, final long isid, final int cmdSn) {
        final Pdu request = loginRequest(LOGIN_FLAGS, isid, cmdSn).with(20, 1 << 16);
        request.header.putShort(14, (short) tsih);
        send(request.text("InitiatorName=" + INITIATOR, "TargetName=" + FuzzDisk.NAME));
        member.settle();
        final Pdu answer = in.next();
        final boolean joined = open() && answer != null && answer.loginStatus() == LoginStatus.SUCCESS;
        Check.that(joined || !open() || answer == null, "a refused login goes on");
        if (joined) {
            agree();
        }
        return joined;
    }

    static Pdu loginRequest(final int flags, final long isid, final int cmdSn) {
        final Pdu pdu = new Pdu(Opcode.LOGIN, flags).immediate().with(16, 7).with(24, cmdSn);
        pdu.header.putShort(8, (short) (isid >> 32)).putInt(10, (int) isid);
        return pdu;
    }

    /** Login is over: both streams go on with what was agreed on. */
    SessionParameters agree() {
        final SessionParameters agreed = target.agreed();
        headerDigest = agreed.headerDigest;
        dataDigest = agreed.dataDigest;
        out.agree(headerDigest, dataDigest);
        in.agree(agreed);
        return agreed;
    }

    /** Whether a ping and a harmless command are answered; the connection must be open and between two PDUs. */
    void assertServed(final boolean discovery) {
        drainPdus();
        final int tag = freeTag();
        send(new Pdu(Opcode.NOP_OUT, Pdu.FINAL)
                .immediate()
                .with(16, tag)
                .with(20, -1)
                .with(24, in.expCmdSn()));
        member.settle();
        Check.that(!open() || find(Opcode.NOP_IN, tag), "a ping is not answered");
        if (open() && !discovery) {
            // Head of queue and immediate, so that it passes tasks that wait for data which nobody sends; numbered past
            // the
            // window, so that no function aborts it that was sent before.
            final Pdu command = Pdu.scsi(Pdu.FINAL | 3, 0, new byte[16]);
            send(command.immediate().with(16, tag).with(24, in.maxCmdSn() + 1));
            member.settle();
            Check.that(!open() || find(Opcode.SCSI_RESPONSE, tag) || in.rejected(), "a command is not answered");
        }
    }

    /** A whole life: login, write, read, logout. */
    void useAndLogOut() {
        login(0x4000_0137_9999L, 1, false, "InitialR2T=No");
        final byte[] data = new byte[FuzzDisk.BLOCK_BYTES];
        Arrays.fill(data, (byte) 0x5A);
        send(Pdu.write(Pdu.FINAL, 3, 1).with(16, 1).with(24, 1).data(data));
        send(Pdu.read(3, 1).with(16, 2).with(24, 2));
        send(new Pdu(Opcode.LOGOUT, Pdu.FINAL).with(16, 3).with(24, 3));
        member.settle();
        final Pdu written = in.next();
        final Pdu read = in.next();
        final Pdu bye = in.next();
        Check.that(written != null && written.tag() == 1 && written.status() == 0, "newcomer's write");
        Check.that(read != null && read.tag() == 2 && Arrays.equals(read.data, data), "newcomer's read");
        Check.that(bye != null && bye.opcode() == Opcode.LOGOUT_RESPONSE && bye.response() == 0, "newcomer's logout");
        Check.that(!open(), "newcomer is logged out");
    }

    void disconnect() {
        channel.goOn();
        lane.execute(() -> {
            fetch();
            final ChannelFuture unused = channel.close();
            channel.runPendingTasks();
        });
        member.settle();
        unread.forEach(ByteBuf::release);
        unread.clear();
        Check.that(!open(), "connection outlives its channel");
    }

    /** Takes what the target sent and says when it failed inside. */
    void look() {
        fetch();
        if (failure != null) {
            throw new AssertionError("the connection failed inside: " + failure, failure);
        }
        if (!open()) {
            in.closed();
        }
    }

    private void fetch() {
        channel.runPendingTasks();
        for (ByteBuf next = channel.fetch(); next != null; next = channel.fetch()) {
            in.received(next);
            next.release();
        }
    }

    private void drainPdus() {
        while (in.next() != null) {
            // Seen and checked when it came.
        }
    }

    private boolean find(final int opcode, final int tag) {
        for (Pdu pdu = in.next(); pdu != null; pdu = in.next()) {
            if (pdu.opcode() == opcode && pdu.tag() == tag) {
                return true;
            }
        }
        return false;
    }

    private int freeTag() {
        int tag = LAST_TAG;
        while (out.commands(tag) > 0) {
            tag++;
        }
        return tag;
    }

    /** A receiver that respects the wish to read no more for now. */
    private void deliver() {
        boolean any = false;
        while (channel.isActive() && channel.config().isAutoRead() && !unread.isEmpty()) {
            any = true;
            channel.pipeline().fireChannelRead(unread.poll());
        }
        if (any) {
            channel.pipeline().fireChannelReadComplete();
        }
        channel.runPendingTasks();
    }

    private byte[] encode(final Pdu pdu) {
        final int ahs = pdu.additionalHeader.length & ~3;
        final int padded = pdu.data.length + 3 & ~3;
        final ByteBuffer wire = ByteBuffer.allocate(BasicHeaderSegment.BYTES + ahs + 4 + padded + 4);
        pdu.header.putInt(4, pdu.data.length | (ahs / 4) << 24);
        wire.put(pdu.header.array()).put(pdu.additionalHeader, 0, ahs);
        if (headerDigest) {
            digest(wire, 0, corruptHeader);
            corruptHeader = false;
        }
        if (pdu.data.length > 0) {
            final int at = wire.position();
            wire.put(pdu.data).position(at + padded);
            if (dataDigest) {
                digest(wire, at, corruptData);
                corruptData = false;
            }
        }
        return Arrays.copyOf(wire.array(), wire.position());
    }

    private static void digest(final ByteBuffer wire, final int from, final boolean corrupt) {
        final int end = wire.position();
        final int crc = new Crc32c().of(Unpooled.wrappedBuffer(wire.duplicate().flip()), from, end - from);
        wire.putInt(Integer.reverseBytes(corrupt ? ~crc : crc));
    }

    /** Passes everything on and keeps what is thrown, which the connection itself would only log. */
    private final class Guard extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(final ChannelHandlerContext ctx) throws Exception {
            target.channelActive(ctx);
        }

        @Override
        public void channelInactive(final ChannelHandlerContext ctx) throws Exception {
            target.channelInactive(ctx);
        }

        @Override
        public void channelRead(final ChannelHandlerContext ctx, final Object message) throws Exception {
            target.channelRead(ctx, message);
        }

        @Override
        public void channelReadComplete(final ChannelHandlerContext ctx) throws Exception {
            target.channelReadComplete(ctx);
        }

        @Override
        public void channelWritabilityChanged(final ChannelHandlerContext ctx) throws Exception {
            target.channelWritabilityChanged(ctx);
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) throws Exception {
            if (!(cause instanceof IOException)) {
                failure = cause;
            }
            target.exceptionCaught(ctx, cause);
        }
    }
}
