package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Text data: {@code key=value} pairs, each ended by a zero byte (RFC 7143 §6.1). */
final class KeyText {
    private static final int MAX_KEY_CHARS = 63;

    private final StringBuilder text = new StringBuilder();

    /**
     * Takes text apart.
     *
     * @return the pairs in their order, or null when malformed or a key comes twice
     */
    static Map<String, String> parse(final ByteBuf data) {
        final Map<String, String> pairs = new LinkedHashMap<>();
        final String all = data.toString(StandardCharsets.UTF_8);
        int at = 0;
        while (at < all.length()) {
            final int end = all.indexOf('\0', at);
            final int past = end < 0 ? all.length() : end;
            final int equals = all.indexOf('=', at);
            if (past == at) {
                // Zero bytes between or behind the pairs: some initiators pad so.
                at = past + 1;
                continue;
            }
            if (equals <= at || equals >= past || equals - at > MAX_KEY_CHARS) {
                return null;
            }
            if (pairs.put(all.substring(at, equals), all.substring(equals + 1, past)) != null) {
                return null;
            }
            at = past + 1;
        }
        return pairs;
    }

    /** Adds a pair. */
    KeyText add(final String key, final String value) {
        text.append(key).append('=').append(value).append('\0');
        return this;
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
