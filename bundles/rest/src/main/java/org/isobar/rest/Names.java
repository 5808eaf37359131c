package org.isobar.rest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;

/** Names in paths and bodies, and what is said when one is unknown. */
final class Names {
    static final Pattern POOL = Pattern.compile("[A-Za-z0-9._-]{1,32}");
    static final String POOL_BOUNDS = "1 to 32 of letters, digits, dash, underscore, dot";
    static final Pattern CLASS = POOL;
    static final String CLASS_BOUNDS = "the name of a performance class, or any";
    static final Pattern LEVEL = Pattern.compile("[A-Za-z0-9+-]{1,16}");
    static final String LEVEL_BOUNDS = "the name of a RAID level, as text, e.g. \"10\", \"5\", \"50\"";
    static final Pattern VOLUME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    static final String VOLUME_BOUNDS =
            "1 to 63 of lower-case letters, digits, dash, dot, beginning and ending with a letter or digit";
    static final Pattern POLICY = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    static final String POLICY_BOUNDS = "1 to 64 of letters, digits, dash, underscore, dot";
    static final Pattern CHAP_USER = Pattern.compile("[A-Za-z0-9._:@+-]{1,223}");
    static final String CHAP_USER_BOUNDS = "1 to 223 of letters, digits, dash, underscore, dot, colon, plus, at";
    static final Pattern DEVICE_PATH = Pattern.compile("/[^\\p{Cntrl}]{0,4094}");
    static final String DEVICE_PATH_BOUNDS = "an absolute path of at most 4095 characters";

    static final Pattern ADDRESS = Pattern.compile("[\\p{Alnum}.:%\\[\\]]{2,64}");
    static final String ADDRESS_BOUNDS = "an IPv4 or IPv6 address";
    static final Pattern HOST = Pattern.compile("[\\p{Alnum}.:\\[\\]-]{1,260}");
    static final String HOST_BOUNDS = "HOST or HOST:PORT, IPv6 in brackets";

    static final Pattern ISCSI_NAME = Pattern.compile("[\\p{Graph}]{1,223}");
    static final String ISCSI_NAME_BOUNDS = "an iSCSI name of 1 to 223 characters";

    private Names() {}

    /** A text as a segment of a path. */
    static String encoded(final String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** NOT_FOUND for an object of a kind. */
    static StorageException unknown(final String kind, final Object name) {
        return new StorageException(StorageException.Code.NOT_FOUND, "no such " + kind + ": name=" + name);
    }

    /** The UUID in a path. */
    static UUID uuid(final String kind, final String text) {
        try {
            return UUID.fromString(text);
        } catch (final IllegalArgumentException notOne) {
            throw unknown(kind, text);
        }
    }

    /** The number in a path. */
    static long number(final String kind, final String text) {
        try {
            return Long.parseLong(text);
        } catch (final NumberFormatException notOne) {
            throw unknown(kind, text);
        }
    }

    /** A query parameter that is true or false, false when absent. */
    static boolean flag(final String name, final String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.isEmpty() || text.equals("true")) {
            return true;
        }
        throw Fields.refused(name, "true or false", text);
    }
}
