package org.isobar.iscsi.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.isobar.api.StorageException;
import org.isobar.common.rng.Rng;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that secrets on the devices are encrypted under (AES-256-GCM, NIST SP 800-38D): a file of this host that only
 * its owner may read, one key to a line as {@code isobar-access-key-1 BASE64}, the one in use first. Whoever has the
 * devices alone, or this file alone, learns nothing. Any thread may call; only what says so touches the disk.
 */
final class KeyFile {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final String PREFIX = "isobar-access-key-1 ";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    /** One key; not a record, so that nothing prints it. */
    private static final class Key {
        private final byte[] bytes;
        private final long id;

        Key(final byte[] bytes) {
            this.bytes = bytes;
            try {
                id = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes))
                        .getLong();
            } catch (final GeneralSecurityException missing) {
                throw new IllegalStateException("every Java run-time has SHA-256", missing);
            }
        }
    }

    private final Path file;
    private final Rng rng;
    private volatile List<Key> keys = List.of();

    KeyFile(final Path file, final Rng rng) {
        this.file = file;
        this.rng = rng;
    }

    Path path() {
        return file;
    }

    /** Reads the file; without one there are no keys. IO when it cannot be read. */
    synchronized void load() {
        try {
            final List<Key> found = new ArrayList<>();
            for (final String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                if (!line.isBlank()) {
                    found.add(parse(line.strip()));
                }
            }
            if (!Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
                LOG.warn("access.key.exposed file={} remedy=\"made its owner's only\"", file);
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
            keys = List.copyOf(found);
        } catch (final NoSuchFileException absent) {
            keys = List.of();
        } catch (final IOException unreadable) {
            keys = List.of();
            throw failed("key file cannot be read: file=" + file, unreadable);
        }
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Id of the key in use. */
    long currentId() {
        return keys.get(0).id;
    }

    boolean has(final long keyId) {
        return find(keyId) != null;
    }

    /** Makes a new key the one in use, on the disk first; the others stay. Touches the disk. */
    synchronized void addKey() {
        final List<Key> all = new ArrayList<>(keys);
        all.add(0, new Key(rng.nextBytes(KEY_BYTES)));
        store(all);
    }

    /** Encrypts under the key in use; what is encrypted belongs to {@code owner} and decrypts for nobody else. */
    byte[] seal(final byte[] plain, final String owner) {
        final byte[] nonce = rng.nextBytes(NONCE_BYTES);
        final byte[] sealed = crypt(Cipher.ENCRYPT_MODE, keys.get(0), nonce, plain, 0, owner);
        final byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
        return all;
    }

    /** Decrypts; null when the key is missing or the bytes were tampered with. */
    byte[] open(final long keyId, final byte[] sealed, final String owner) {
        final Key key = find(keyId);
        if (key == null || sealed.length < NONCE_BYTES) {
            return null;
        }
        return crypt(Cipher.DECRYPT_MODE, key, Arrays.copyOf(sealed, NONCE_BYTES), sealed, NONCE_BYTES, owner);
    }

    private static byte[] crypt(
            final int mode, final Key key, final byte[] nonce, final byte[] in, final int offset, final String owner) {
        try {
            final Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, new SecretKeySpec(key.bytes, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(in, offset, in.length - offset);
        } catch (final javax.crypto.AEADBadTagException tampered) {
            return null;
        } catch (final GeneralSecurityException missing) {
            throw new IllegalStateException("every Java run-time has " + CIPHER, missing);
        }
    }

    private Key find(final long keyId) {
        return keys.stream().filter(key -> key.id == keyId).findFirst().orElse(null);
    }

    private void store(final List<Key> all) {
        final StringBuilder text = new StringBuilder();
        all.forEach(key -> text.append(PREFIX)
                .append(Base64.getEncoder().encodeToString(key.bytes))
                .append('\n'));
        try {
            write(text.toString());
        } catch (final IOException unwritten) {
            throw failed("key file cannot be written: file=" + file, unwritten);
        }
        keys = List.copyOf(all);
        LOG.info("access.key.written file={} keys={} remedy=\"back it up apart from the devices\"", file, all.size());
    }

    /** Owner-only from the first byte on, replaced as a whole, on the disk when this returns. */
    private void write(final String text) throws IOException {
        final Path folder = file.toAbsolutePath().getParent();
        final Path fresh = Files.createTempFile(
                folder, "." + file.getFileName(), ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static Key parse(final String line) throws IOException {
        if (line.startsWith(PREFIX)) {
            try {
                final byte[] bytes = Base64.getDecoder().decode(line.substring(PREFIX.length()));
                if (bytes.length == KEY_BYTES) {
                    return new Key(bytes);
                }
            } catch (final IllegalArgumentException notBase64) {
                throw new IOException("not a key: malformed base64", notBase64);
            }
        }
        throw new IOException("not a key: a line is " + PREFIX + "and base64 of " + KEY_BYTES + " bytes");
    }

    private static StorageException failed(final String message, final IOException cause) {
        return new StorageException(
                StorageException.Code.IO, message + " because=\"" + cause.getMessage() + "\"", cause);
    }
}
