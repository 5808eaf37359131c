package org.isobar.api.access;

import java.util.Arrays;

/**
 * The secrets of a CHAP user on their way in. A secret is text, or {@code 0x} and hexadecimal digits, or {@code 0b} and
 * base64, of 12 to 255 bytes (RFC 7143 §9.2.1 asks for 96 bits at least). Not a record, so that nothing prints them.
 */
public final class ChapSecrets implements AutoCloseable {
    private final char[] secret;
    private final String targetName;
    private final char[] targetSecret;

    /**
     * Takes both arrays over.
     *
     * @param secret by which the initiator proves itself
     * @param targetName CHAP_N of the target in mutual CHAP, null for one-way
     * @param targetSecret by which the target proves itself, null for one-way; differs from every initiator's secret
     */
    public ChapSecrets(final char[] secret, final String targetName, final char[] targetSecret) {
        this.secret = secret;
        this.targetName = targetName;
        this.targetSecret = targetSecret;
    }

    /** By which the initiator proves itself; the array itself. */
    public char[] secret() {
        return secret;
    }

    /** CHAP_N of the target, null for one-way. */
    public String targetName() {
        return targetName;
    }

    /** By which the target proves itself, the array itself; null for one-way. */
    public char[] targetSecret() {
        return targetSecret;
    }

    @Override
    public String toString() {
        return "ChapSecrets[not shown]";
    }

    /** Wipes the secrets. */
    @Override
    public void close() {
        if (secret != null) {
            Arrays.fill(secret, '\0');
        }
        if (targetSecret != null) {
            Arrays.fill(targetSecret, '\0');
        }
    }
}
