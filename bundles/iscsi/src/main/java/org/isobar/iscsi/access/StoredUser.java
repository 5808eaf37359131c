package org.isobar.iscsi.access;

/** A user as the catalog keeps it. Not a record, so that nothing prints even the encrypted secrets. */
final class StoredUser {
    private final String name;
    private final String targetName;
    private final long keyId;
    private final byte[] sealed;

    /** Takes the array over. */
    StoredUser(final String name, final String targetName, final long keyId, final byte[] sealed) {
        this.name = name;
        this.targetName = targetName;
        this.keyId = keyId;
        this.sealed = sealed;
    }

    String name() {
        return name;
    }

    /** CHAP_N of the target, null for one-way CHAP. */
    String targetName() {
        return targetName;
    }

    /** Id of the key that the secrets are encrypted under. */
    long keyId() {
        return keyId;
    }

    /** The encrypted secrets; not to be changed. */
    byte[] sealed() {
        return sealed;
    }
}
