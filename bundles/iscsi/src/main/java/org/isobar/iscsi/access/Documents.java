package org.isobar.iscsi.access;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessSettings;
import org.isobar.api.access.Grant;
import org.isobar.api.catalog.Catalog;

/**
 * Layout of the catalog documents of access control; big-endian, each beginning with its version, 1. The log they lie in
 * guards them with a CRC. A text is a length of two bytes and as many bytes of UTF-8, a length of FFFFh standing for null.
 *
 * <pre>
 * rules    version, count (2 bytes), then for each: id (4), grant (1: read-only, 2: read-write), initiator name, address,
 *          CHAP user
 * user     version, name, target name, key id (8), length (2) of the sealed secrets, the sealed secrets
 * settings version, discovery by CHAP (0 or 1), count (1), then for each algorithm its name
 * </pre>
 */
final class Documents {
    private static final byte VERSION = 1;
    private static final int NULL_LENGTH = 0xFFFF;
    private static final int READ_ONLY = 1;
    private static final int READ_WRITE = 2;

    private Documents() {}

    static byte[] rules(final List<FittingRule> rules) {
        final ByteBuffer out = begin();
        out.putShort((short) rules.size());
        for (final FittingRule each : rules) {
            final AccessRule rule = each.rule();
            out.putInt(rule.id()).put((byte) (rule.grant() == Grant.READ_ONLY ? READ_ONLY : READ_WRITE));
            text(out, rule.initiatorName());
            text(out, rule.address());
            text(out, rule.chapUser());
        }
        return end(out);
    }

    static List<FittingRule> rules(final String key, final byte[] document) {
        return read(key, document, in -> {
            final int count = in.getShort() & 0xFFFF;
            final List<FittingRule> rules = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                final int id = in.getInt();
                final int grant = in.get();
                if (grant != READ_ONLY && grant != READ_WRITE) {
                    throw new IllegalArgumentException("grant=" + grant);
                }
                rules.add(FittingRule.of(new AccessRule(
                        id, text(in), text(in), text(in), grant == READ_ONLY ? Grant.READ_ONLY : Grant.READ_WRITE)));
            }
            return rules;
        });
    }

    static byte[] user(final StoredUser user) {
        final ByteBuffer out = begin();
        text(out, user.name());
        text(out, user.targetName());
        out.putLong(user.keyId()).putShort((short) user.sealed().length).put(user.sealed());
        return end(out);
    }

    static StoredUser user(final String key, final byte[] document) {
        return read(key, document, in -> {
            final String name = text(in);
            final String targetName = text(in);
            final long keyId = in.getLong();
            final byte[] sealed = new byte[in.getShort() & 0xFFFF];
            in.get(sealed);
            return new StoredUser(name, targetName, keyId, sealed);
        });
    }

    static byte[] settings(final AccessSettings settings) {
        final ByteBuffer out = begin();
        out.put((byte) (settings.discoveryChap() ? 1 : 0));
        out.put((byte) settings.chapAlgorithms().size());
        settings.chapAlgorithms().forEach(algorithm -> text(out, algorithm));
        return end(out);
    }

    static AccessSettings settings(final String key, final byte[] document) {
        return read(key, document, in -> {
            final boolean discoveryChap = in.get() != 0;
            final int count = in.get();
            final List<String> algorithms = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                algorithms.add(text(in));
            }
            return new AccessSettings(discoveryChap, algorithms);
        });
    }

    private interface Reader<T> {
        T read(ByteBuffer in);
    }

    private static <T> T read(final String key, final byte[] document, final Reader<T> reader) {
        final ByteBuffer in = ByteBuffer.wrap(document);
        try {
            final int version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("version=" + version);
            }
            final T value = reader.read(in);
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("bytes left over: " + in.remaining());
            }
            return value;
        } catch (final BufferUnderflowException | IllegalArgumentException | StorageException damaged) {
            throw new StorageException(StorageException.Code.IO, "access document is unreadable: key=" + key, damaged);
        }
    }

    private static ByteBuffer begin() {
        return ByteBuffer.allocate(Catalog.MAX_VALUE_BYTES).put(VERSION);
    }

    private static byte[] end(final ByteBuffer out) {
        final byte[] document = new byte[out.position()];
        out.flip().get(document);
        return document;
    }

    private static void text(final ByteBuffer out, final String text) {
        if (text == null) {
            out.putShort((short) NULL_LENGTH);
            return;
        }
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            out.putShort((short) bytes.length).put(bytes);
        } catch (final BufferOverflowException tooLong) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "too many rules: their texts take more than " + Catalog.MAX_VALUE_BYTES + " bytes",
                    tooLong);
        }
    }

    private static String text(final ByteBuffer in) {
        final int length = in.getShort() & 0xFFFF;
        if (length == NULL_LENGTH) {
            return null;
        }
        final byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
