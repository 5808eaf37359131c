package org.isobar.scsi;

import java.nio.ByteBuffer;
import java.util.Map;
import org.isobar.api.block.IoStatus;
import org.isobar.scsi.reservation.NexusName;
import org.isobar.scsi.reservation.ReservationState;
import org.isobar.scsi.reservation.TransportId;

/** PERSISTENT RESERVE IN (SPC-4 §6.15). */
final class ReserveInCommands {
    private static final int ALLOCATION_OFFSET = 7;

    private static final int HEADER_BYTES = 8;
    private static final int RESERVATION_BYTES = 16;
    private static final int RESERVATION_TYPE_OFFSET = HEADER_BYTES + 13;

    private static final int CAPABILITIES_BYTES = 8;
    /** CRH, SIP_C, ATP_C, PTPL_C. */
    private static final byte CAPABILITIES = 0x1D;
    /** TMV; ALLOW COMMANDS 011b: those that the tables leave open are allowed. */
    private static final byte VALID_AND_ALLOWED = (byte) 0xB0;

    private static final byte PERSISTS = 0x01;
    /** All six types. */
    private static final int TYPE_MASK = 0xEA01;

    private static final int STATUS_BYTES = 24;
    private static final int STATUS_FLAGS_OFFSET = 12;
    private static final int STATUS_PORT_OFFSET = 18;
    private static final int STATUS_LENGTH_OFFSET = 20;
    private static final byte HOLDS = 0x01;

    private ReserveInCommands() {}

    static void readKeys(final CommandRun run, final IoStatus none) {
        final ReservationState state = run.unit().reservations().state();
        final byte[] data = new byte[HEADER_BYTES + state.keys().size() * Long.BYTES];
        final ByteBuffer out = withHeader(state, data);
        state.keys().values().forEach(out::putLong);
        answer(run, data);
    }

    static void readReservation(final CommandRun run, final IoStatus none) {
        final ReservationState state = run.unit().reservations().state();
        final byte[] data = new byte[HEADER_BYTES + (state.type() == null ? 0 : RESERVATION_BYTES)];
        final ByteBuffer out = withHeader(state, data);
        if (state.type() != null) {
            out.putLong(state.reservationKey());
            out.put(RESERVATION_TYPE_OFFSET, (byte) state.type().code());
        }
        answer(run, data);
    }

    static void reportCapabilities(final CommandRun run, final IoStatus none) {
        final byte[] data = new byte[CAPABILITIES_BYTES];
        BigEndian.putShort(data, 0, CAPABILITIES_BYTES);
        data[2] = CAPABILITIES;
        data[3] = VALID_AND_ALLOWED;
        if (run.unit().reservations().state().persists()) {
            data[3] |= PERSISTS;
        }
        BigEndian.putShort(data, 4, TYPE_MASK);
        answer(run, data);
    }

    static void readFullStatus(final CommandRun run, final IoStatus none) {
        final ReservationState state = run.unit().reservations().state();
        int length = HEADER_BYTES;
        for (final NexusName nexus : state.keys().keySet()) {
            length += STATUS_BYTES + TransportId.encode(nexus).length;
        }
        final byte[] data = new byte[length];
        final ByteBuffer out = withHeader(state, data);
        for (final Map.Entry<NexusName, Long> each : state.keys().entrySet()) {
            final NexusName nexus = each.getKey();
            final byte[] port = TransportId.encode(nexus);
            final int at = out.position();
            out.putLong(at, each.getValue());
            if (state.holds(nexus)) {
                out.put(at + STATUS_FLAGS_OFFSET, HOLDS);
                out.put(at + STATUS_FLAGS_OFFSET + 1, (byte) state.type().code());
            }
            out.putShort(at + STATUS_PORT_OFFSET, (short) nexus.targetPort());
            out.putInt(at + STATUS_LENGTH_OFFSET, port.length);
            out.position(at + STATUS_BYTES).put(port);
        }
        answer(run, data);
    }

    /** Writes the header; the buffer is at the body. */
    private static ByteBuffer withHeader(final ReservationState state, final byte[] data) {
        return ByteBuffer.wrap(data).putInt(state.generation()).putInt(data.length - HEADER_BYTES);
    }

    private static void answer(final CommandRun run, final byte[] data) {
        run.answer(data, data.length, BigEndian.unsignedShort(run.cdb(), ALLOCATION_OFFSET));
    }
}
