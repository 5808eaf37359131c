package org.isobar.scsi.reservation;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.isobar.api.StorageException;
import org.isobar.common.kernel.Crc32c;

/**
 * Layout of the catalog document that keeps registrations and reservation through power loss (APTPL); big-endian.
 *
 * <pre>
 *  0 magic "IRSV"   4 version (1)   5 reservation type code, 0 for none   6 count of registrations   8 CRC32C of all else
 * 12 registrations, in order: key (8), ISID (8), target port (2), flags (1; bit 0: holds the reservation),
 *    length of the initiator's name (2), the name in UTF-8
 * </pre>
 */
public final class ReservationDocument {
    private static final int MAGIC = 0x49525356;
    private static final byte VERSION = 1;
    private static final int VERSION_OFFSET = 4;
    private static final int TYPE_OFFSET = 5;
    private static final int COUNT_OFFSET = 6;
    private static final int CRC_OFFSET = 8;
    private static final int HEADER_BYTES = 12;
    private static final int ENTRY_BYTES = 21;
    private static final byte HOLDER = 1;

    private ReservationDocument() {}

    /** The document of a state. */
    public static byte[] encode(final ReservationState state) {
        int length = HEADER_BYTES;
        for (final NexusName nexus : state.keys().keySet()) {
            length += ENTRY_BYTES + name(nexus).length;
        }
        final ByteBuffer out = ByteBuffer.allocate(length);
        out.putInt(MAGIC).put(VERSION);
        out.put((byte) (state.type() == null ? 0 : state.type().code()));
        out.putShort((short) state.keys().size());
        out.position(HEADER_BYTES);
        state.keys().forEach((nexus, key) -> {
            final byte[] name = name(nexus);
            out.putLong(key).putLong(nexus.isid()).putShort((short) nexus.targetPort());
            out.put(nexus.equals(state.holder()) ? HOLDER : 0);
            out.putShort((short) name.length).put(name);
        });
        return out.putInt(CRC_OFFSET, crc(out.array())).array();
    }

    /**
     * Reads a document.
     *
     * @throws StorageException IO when it is of an unknown version, damaged or contradicts itself
     */
    public static ReservationState decode(final byte[] document) {
        if (document.length < HEADER_BYTES) {
            throw unreadable("too short", null);
        }
        final ByteBuffer in = ByteBuffer.wrap(document);
        if (in.getInt(0) != MAGIC || in.get(VERSION_OFFSET) != VERSION) {
            throw unreadable("unknown version=" + in.get(VERSION_OFFSET), null);
        }
        if (in.getInt(CRC_OFFSET) != crc(document)) {
            throw unreadable("wrong checksum", null);
        }
        try {
            return registrations(in);
        } catch (final BufferUnderflowException tooShort) {
            throw unreadable("too short", tooShort);
        }
    }

    private static ReservationState registrations(final ByteBuffer in) {
        final int typeCode = in.get(TYPE_OFFSET);
        final ReservationType type = ReservationType.of(typeCode);
        final int count = in.getShort(COUNT_OFFSET) & 0xFFFF;
        final Map<NexusName, Long> keys = new LinkedHashMap<>();
        NexusName holder = null;
        in.position(HEADER_BYTES);
        for (int i = 0; i < count; i++) {
            final long key = in.getLong();
            final long isid = in.getLong();
            final int targetPort = in.getShort() & 0xFFFF;
            final boolean holds = in.get() == HOLDER;
            final byte[] name = new byte[Math.min(in.getShort() & 0xFFFF, in.remaining() + 1)];
            in.get(name);
            final NexusName nexus = new NexusName(new String(name, StandardCharsets.UTF_8), isid, targetPort);
            keys.put(nexus, key);
            if (holds) {
                holder = nexus;
            }
        }
        final boolean oneHolds = type != null && !type.allRegistrants();
        if (in.hasRemaining()
                || keys.size() != count
                || (type == null && typeCode != 0)
                || (type != null && keys.isEmpty())
                || oneHolds != (holder != null)) {
            throw unreadable("contradicts itself", null);
        }
        return ReservationState.kept(keys, type, holder);
    }

    private static byte[] name(final NexusName nexus) {
        return nexus.initiatorName().getBytes(StandardCharsets.UTF_8);
    }

    private static int crc(final byte[] document) {
        return new Crc32c()
                .reset()
                .update(document, 0, CRC_OFFSET)
                .update(document, HEADER_BYTES, document.length - HEADER_BYTES)
                .value();
    }

    private static StorageException unreadable(final String why, final Throwable cause) {
        return new StorageException(StorageException.Code.IO, "reservation document cannot be read: why=" + why, cause);
    }
}
