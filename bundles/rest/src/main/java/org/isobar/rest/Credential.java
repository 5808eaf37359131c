package org.isobar.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A password as {@code users.properties} keeps it under {@code etc/org.apache.karaf.jaas.cfg} of this product: SHA-256 in
 * hexadecimal between two {@value #MARK}. A password in the clear, as someone may have typed it there, matches too.
 */
final class Credential {
    private static final String MARK = "{CRYPT}";

    private Credential() {}

    /** What to store for a password. */
    static String of(final String password) {
        return MARK + digest(password) + MARK;
    }

    /** Whether it is the stored password; constant-time. */
    static boolean matches(final String stored, final String password) {
        final boolean digested = stored.startsWith(MARK) && stored.endsWith(MARK) && stored.length() > MARK.length();
        final String expected = digested
                ? stored.substring(MARK.length(), stored.length() - MARK.length())
                        .toUpperCase(Locale.ROOT)
                : digest(stored);
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), digest(password).getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(final String password) {
        try {
            final byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().withUpperCase().formatHex(digest);
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
