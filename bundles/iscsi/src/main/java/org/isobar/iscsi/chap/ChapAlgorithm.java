package org.isobar.iscsi.chap;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Set;

/** Hash algorithms of CHAP, weakest first (RFC 7143 §12.1.3 and the IANA registry of iSCSI CHAP algorithms). */
public enum ChapAlgorithm {
    MD5(5, "MD5", 16),
    SHA_1(6, "SHA-1", 20),
    SHA_256(7, "SHA-256", 32),
    SHA3_256(8, "SHA3-256", 32);

    private static final int MAX_NUMBER_CHARS = 10;

    private final int number;
    private final String label;
    private final int hashBytes;

    ChapAlgorithm(final int number, final String label, final int hashBytes) {
        this.number = number;
        this.label = label;
        this.hashBytes = hashBytes;
    }

    /** Value of CHAP_A. */
    public int number() {
        return number;
    }

    /** Name as operators and Java know it. */
    public String label() {
        return label;
    }

    /** Length of a response. */
    public int hashBytes() {
        return hashBytes;
    }

    /** The algorithm of this name, or null. */
    public static ChapAlgorithm labelled(final String label) {
        for (final ChapAlgorithm algorithm : values()) {
            if (algorithm.label.equals(label)) {
                return algorithm;
            }
        }
        return null;
    }

    /**
     * Reads the list of a CHAP_A.
     *
     * @return those that we know, in any order; null when it is no list of numbers
     */
    static Set<ChapAlgorithm> parse(final String list) {
        final Set<ChapAlgorithm> offered = EnumSet.noneOf(ChapAlgorithm.class);
        for (final String item : list.split(",", -1)) {
            if (item.isEmpty()
                    || item.length() > MAX_NUMBER_CHARS
                    || !item.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
                return null;
            }
            for (final ChapAlgorithm algorithm : values()) {
                if (Long.parseLong(item) == algorithm.number) {
                    offered.add(algorithm);
                }
            }
        }
        return offered;
    }

    /** The response to a challenge: the hash over identifier, secret and challenge (RFC 1994 §4.1). */
    public byte[] respond(final int identifier, final byte[] secret, final byte[] challenge) {
        try {
            final MessageDigest digest = MessageDigest.getInstance(label);
            digest.update((byte) identifier);
            digest.update(secret);
            return digest.digest(challenge);
        } catch (final NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java run-time has " + label, missing);
        }
    }
}
