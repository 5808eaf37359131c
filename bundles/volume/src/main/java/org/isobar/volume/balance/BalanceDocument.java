package org.isobar.volume.balance;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.isobar.api.StorageException;
import org.isobar.api.balance.BalanceSettings;

/**
 * The settings of balancing as the catalog keeps them, big-endian; the log it lies in guards it with a CRC.
 *
 * <pre>
 *  0 version (1)   1 enabled (0 or 1)   2 interval, s (4)   6 bytes per second (8)   14 from hour   15 until hour
 * 16 policy: a length (2) and as many bytes of modified UTF-8; excluded pools, excluded volumes: each a count (2) and as many such texts
 * </pre>
 */
final class BalanceDocument {
    private static final byte VERSION = 1;

    private BalanceDocument() {}

    static byte[] encode(final BalanceSettings settings) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeBoolean(settings.enabled());
            out.writeInt(settings.intervalS());
            out.writeLong(settings.bytesPerSecond());
            out.writeByte(settings.fromHour());
            out.writeByte(settings.untilHour());
            out.writeUTF(settings.policy());
            write(out, settings.excludedPools());
            write(out, settings.excludedVolumes());
        } catch (final IOException never) {
            throw new IllegalStateException("memory refused to be written", never);
        }
        return bytes.toByteArray();
    }

    private static void write(final DataOutputStream out, final Set<String> names) throws IOException {
        out.writeShort(names.size());
        for (final String name : new TreeSet<>(names)) {
            out.writeUTF(name);
        }
    }

    /** Reads a document; IO when it is of an unknown version or damaged. */
    static BalanceSettings decode(final byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                throw unreadable(bytes, null);
            }
            final boolean enabled = in.readBoolean();
            final int intervalS = in.readInt();
            final long bytesPerSecond = in.readLong();
            final int fromHour = in.readByte();
            final int untilHour = in.readByte();
            final String policy = in.readUTF();
            return new BalanceSettings(
                    enabled, policy, intervalS, bytesPerSecond, fromHour, untilHour, names(in), names(in));
        } catch (final IOException damaged) {
            throw unreadable(bytes, damaged);
        }
    }

    private static Set<String> names(final DataInputStream in) throws IOException {
        final Set<String> names = new TreeSet<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            names.add(in.readUTF());
        }
        return names;
    }

    private static StorageException unreadable(final byte[] bytes, final Throwable cause) {
        return new StorageException(
                StorageException.Code.IO, "document of balancing is unreadable: lengthBytes=" + bytes.length, cause);
    }
}
