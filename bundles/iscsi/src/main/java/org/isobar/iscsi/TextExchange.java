package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Map;
import org.isobar.api.scsi.ScsiTarget;

/**
 * Text requests and their answers (RFC 7143 §11.10 and §11.11), both possibly over several PDUs; in essence SendTargets
 * (RFC 7143 appendix C). One exchange at a time: a request without transfer tag begins a new one.
 */
final class TextExchange {
    private static final int CONTINUE = 0x40;
    private static final int MAX_REQUEST_BYTES = 16_384;

    private final IscsiConnection connection;
    private final SessionParameters agreed;
    private final ByteBuf request = Unpooled.buffer();
    /** What is left of the answer. */
    private ByteBuf answer = Unpooled.EMPTY_BUFFER;

    private int transferTag = BasicHeaderSegment.NO_TAG;

    TextExchange(final IscsiConnection connection, final SessionParameters agreed) {
        this.connection = connection;
        this.agreed = agreed;
    }

    /** Takes one request PDU. */
    void request(final BasicHeaderSegment header, final ByteBuf data) {
        final int tag = header.targetTransferTag();
        if (tag == BasicHeaderSegment.NO_TAG) {
            forget();
        } else if (tag != transferTag) {
            connection.responses().reject(RejectReason.INVALID_PDU_FIELD, header);
            return;
        }
        final boolean more = (header.flags() & CONTINUE) != 0;
        final int requestBytes = request.readableBytes() + data.readableBytes();
        if (requestBytes > MAX_REQUEST_BYTES || (more && header.isFinal())) {
            forget();
            connection.responses().reject(RejectReason.PROTOCOL_ERROR, header);
            return;
        }
        request.writeBytes(data, data.readerIndex(), data.readableBytes());
        if (more) {
            transferTag = connection.nextTransferTag();
            connection.responses().text(header.initiatorTaskTag(), transferTag, false, false, Unpooled.EMPTY_BUFFER);
            return;
        }
        if (request.isReadable()) {
            final Map<String, String> keys = KeyText.parse(request);
            request.clear();
            if (keys == null) {
                forget();
                connection.responses().reject(RejectReason.PROTOCOL_ERROR, header);
                return;
            }
            answer = Unpooled.wrappedBuffer(answer(keys));
        }
        send(header);
    }

    private void send(final BasicHeaderSegment header) {
        final ByteBuf part = answer.readSlice(Math.min(answer.readableBytes(), agreed.initiatorSegmentBytes));
        // The last part is final only when the initiator has said that it is done, too.
        final boolean complete = !answer.isReadable() && header.isFinal();
        transferTag = complete ? BasicHeaderSegment.NO_TAG : connection.nextTransferTag();
        connection.responses().text(header.initiatorTaskTag(), transferTag, complete, answer.isReadable(), part);
        if (complete) {
            forget();
        }
    }

    private void forget() {
        request.clear();
        answer = Unpooled.EMPTY_BUFFER;
        transferTag = BasicHeaderSegment.NO_TAG;
    }

    private byte[] answer(final Map<String, String> keys) {
        final KeyText text = new KeyText();
        keys.forEach((key, value) -> {
            switch (key) {
                case "SendTargets" -> sendTargets(value, text);
                case Negotiation.MAX_RECV_DATA_SEGMENT_LENGTH -> {
                    final String reply = Negotiation.declareSegmentBytes(value, agreed);
                    if (!reply.isEmpty()) {
                        text.add(key, reply);
                    }
                }
                default -> text.add(key, key.startsWith("X-") || key.startsWith("X#") ? "NotUnderstood" : "Reject");
            }
        });
        return text.bytes();
    }

    private void sendTargets(final String which, final KeyText text) {
        if (which.equals("All")) {
            if (agreed.discovery) {
                connection.context().directory().targets().stream()
                        .filter(this::shown)
                        .forEach(target -> describe(target, text));
            } else {
                // Only discovery sessions may ask for all (RFC 7143 appendix C).
                text.add("SendTargets", "Reject");
            }
            return;
        }
        final String name = which.isEmpty() ? agreed.targetName : which;
        if (agreed.discovery || name.equalsIgnoreCase(agreed.targetName)) {
            connection.context().directory().find(name).filter(this::shown).ifPresent(target -> describe(target, text));
        }
    }

    private boolean shown(final ScsiTarget target) {
        return !agreed.discovery || connection.context().access().shows(target.volume(), agreed.initiator);
    }

    private void describe(final ScsiTarget target, final KeyText text) {
        text.add("TargetName", target.name());
        connection.targetAddresses().forEach(address -> text.add("TargetAddress", address));
    }
}
