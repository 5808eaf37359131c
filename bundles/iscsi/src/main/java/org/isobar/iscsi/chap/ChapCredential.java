package org.isobar.iscsi.chap;

import java.util.Arrays;

/** Secrets of one user in the clear, for as long as it takes to use them. Not a record, so that nothing prints it. */
public final class ChapCredential implements AutoCloseable {
    private final byte[] secret;
    private final String targetName;
    private final byte[] targetSecret;

    /** Takes the arrays over; target name and secret are null for one-way CHAP. */
    public ChapCredential(final byte[] secret, final String targetName, final byte[] targetSecret) {
        this.secret = secret;
        this.targetName = targetName;
        this.targetSecret = targetSecret;
    }

    /** By which the initiator proves itself. */
    public byte[] secret() {
        return secret;
    }

    /** CHAP_N of the target, or null. */
    public String targetName() {
        return targetName;
    }

    /** By which the target proves itself, or null. */
    public byte[] targetSecret() {
        return targetSecret;
    }

    /** Wipes the secrets. */
    @Override
    public void close() {
        Arrays.fill(secret, (byte) 0);
        if (targetSecret != null) {
            Arrays.fill(targetSecret, (byte) 0);
        }
    }
}
