package org.isobar.iscsi.access;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.access.ChapSecrets;
import org.isobar.api.access.ChapUser;
import org.isobar.iscsi.chap.BinaryValue;
import org.isobar.iscsi.chap.ChapCredential;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the secrets of users into what may be stored, and back. */
final class ChapUsers {
    private static final Logger LOG = LoggerFactory.getLogger(ChapUsers.class);
    private static final int MIN_SECRET_BYTES = 12;
    private static final int MAX_SECRET_BYTES = 255;
    private static final String SECRET_BOUNDS = MIN_SECRET_BYTES + " to " + MAX_SECRET_BYTES
            + " bytes: printable ASCII, or 0x and hexadecimal digits, or 0b and base64";

    private final KeyFile keyFile;

    ChapUsers(final KeyFile keyFile) {
        this.keyFile = keyFile;
    }

    /** Looks at the key file again, which may have been restored. */
    void reloadKeys() {
        keyFile.load();
    }

    ChapUser shown(final StoredUser user) {
        final ChapCredential credential = credential(user);
        if (credential != null) {
            credential.close();
        }
        return new ChapUser(user.name(), user.targetName(), credential != null);
    }

    /** The secrets of a user, null when its key is missing or wrong. */
    ChapCredential credential(final StoredUser user) {
        final byte[] plain = keyFile.open(user.keyId(), user.sealed(), owner(user.name(), user.targetName()));
        if (plain == null) {
            LOG.error(
                    "access.key.missing user={} file={} keyId={} remedy=\"restore the key file, then chap:user-list\"",
                    user.name(),
                    keyFile.path(),
                    Long.toHexString(user.keyId()));
            return null;
        }
        final int secretBytes = plain[0] & 0xFF;
        final ChapCredential credential = new ChapCredential(
                Arrays.copyOfRange(plain, 1, 1 + secretBytes),
                user.targetName(),
                user.targetName() == null ? null : Arrays.copyOfRange(plain, 1 + secretBytes, plain.length));
        Arrays.fill(plain, (byte) 0);
        return credential;
    }

    /**
     * Checks and encrypts the secrets of a user; makes the key file when nothing depends on an older one.
     *
     * @param others all users but this one
     */
    StoredUser seal(final String name, final ChapSecrets secrets, final Collection<StoredUser> others) {
        if (name == null || !FittingRule.USER_NAME.matcher(name).matches()) {
            throw refused("name", FittingRule.USER_NAME_BOUNDS);
        }
        final String targetName = secrets.targetName();
        if ((targetName == null) != (secrets.targetSecret() == null)) {
            throw refused("targetName", "given together with targetSecret");
        }
        if (targetName != null && !FittingRule.USER_NAME.matcher(targetName).matches()) {
            throw refused("targetName", FittingRule.USER_NAME_BOUNDS);
        }
        try (ChapCredential plain = new ChapCredential(
                bytes("secret", secrets.secret()),
                targetName,
                targetName == null ? null : bytes("targetSecret", secrets.targetSecret()))) {
            checkDistinct(plain, others);
            readyKey(others);
            return seal(name, plain);
        }
    }

    /** Encrypts the secrets of a user under the key in use. */
    StoredUser seal(final String name, final ChapCredential plain) {
        final byte[] secret = plain.secret();
        final byte[] target = plain.targetSecret() == null ? new byte[0] : plain.targetSecret();
        final byte[] all = ByteBuffer.allocate(1 + secret.length + target.length)
                .put((byte) secret.length)
                .put(secret)
                .put(target)
                .array();
        final byte[] sealed = keyFile.seal(all, owner(name, plain.targetName()));
        Arrays.fill(all, (byte) 0);
        return new StoredUser(name, plain.targetName(), keyFile.currentId(), sealed);
    }

    /**
     * A secret that proves initiators must prove no target (RFC 7143 §9.2.1), of whichever user: else an attacker has the
     * target answer, as one user, the challenge that it was given as another.
     */
    private void checkDistinct(final ChapCredential fresh, final Collection<StoredUser> others) {
        if (fresh.targetSecret() != null && MessageDigest.isEqual(fresh.secret(), fresh.targetSecret())) {
            throw refused("targetSecret", "different from secret");
        }
        for (final StoredUser other : others) {
            if (!keyFile.has(other.keyId())) {
                continue;
            }
            try (ChapCredential known = credential(other)) {
                if (known == null) {
                    continue;
                }
                if (known.targetSecret() != null && MessageDigest.isEqual(fresh.secret(), known.targetSecret())) {
                    throw refused("secret", "different from every secret that the target proves itself by");
                }
                if (fresh.targetSecret() != null && MessageDigest.isEqual(fresh.targetSecret(), known.secret())) {
                    throw refused("targetSecret", "different from the secret of every user");
                }
            }
        }
    }

    private void readyKey(final Collection<StoredUser> others) {
        keyFile.load();
        for (final StoredUser other : others) {
            if (!keyFile.has(other.keyId())) {
                throw new StorageException(
                        Code.CONFLICT,
                        "the key of other users' secrets is missing: user=" + other.name() + " file=" + keyFile.path()
                                + "; restore the file from its backup, or remove those users");
            }
        }
        if (keyFile.isEmpty()) {
            keyFile.addKey();
        }
    }

    /** What a secret stands for; never says what it is. */
    private static byte[] bytes(final String field, final char[] text) {
        if (text == null) {
            throw refused(field, SECRET_BOUNDS);
        }
        final boolean coded = text.length > 1 && text[0] == '0' && "xXbB".indexOf(text[1]) >= 0;
        final byte[] bytes = coded ? BinaryValue.decode(new String(text), MAX_SECRET_BYTES) : plain(text);
        if (bytes == null || bytes.length < MIN_SECRET_BYTES || bytes.length > MAX_SECRET_BYTES) {
            throw refused(field, SECRET_BOUNDS);
        }
        return bytes;
    }

    private static byte[] plain(final char[] text) {
        final byte[] bytes = new byte[text.length];
        for (int i = 0; i < text.length; i++) {
            if (text[i] < ' ' || text[i] > '~') {
                return null;
            }
            bytes[i] = (byte) text[i];
        }
        return bytes;
    }

    private static String owner(final String name, final String targetName) {
        return "chap user " + name + " target " + targetName;
    }

    private static StorageException refused(final String field, final String bounds) {
        return new StorageException(Code.INVALID, field + ": must be " + bounds);
    }
}
