package org.isobar.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one administrator. The account lives in Karaf's {@code users.properties}, so REST, shell and SSH share it. The first
 * start makes it, with a generated password that is left in {@code admin.password}; both files are their owner's only.
 * Any thread may call.
 */
@Component(service = AdminAccount.class)
public final class AdminAccount {
    /** The account's name. */
    public static final String NAME = "admin";

    /** Shortest password that may be chosen. */
    static final int PASSWORD_LENGTH_MIN = 12;

    /** Longest password that may be chosen. */
    static final int PASSWORD_LENGTH_MAX = 128;

    private static final Logger LOG = LoggerFactory.getLogger(AdminAccount.class);
    private static final int GENERATED_LENGTH = 24;
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private final Path passwordFile;
    private final UsersFile users;

    @Activate
    public AdminAccount(final BundleContext context) throws IOException {
        this(Path.of(context.getProperty("karaf.etc")));
    }

    AdminAccount(final Path etc) throws IOException {
        passwordFile = etc.resolve("admin.password");
        users = new UsersFile(etc.resolve("users.properties"));
        if (users.credential(NAME) == null) {
            create();
        } else {
            users.protect();
        }
    }

    /** Whether these are the administrator's name and password; takes the same time for all wrong ones. */
    public boolean admits(final String name, final String password) {
        final String credential;
        try {
            credential = users.credential(NAME);
        } catch (final IOException unreadable) {
            LOG.error("admin.unreadable error={}", unreadable.toString());
            return false;
        }
        final boolean sameName = MessageDigest.isEqual(bytes(name), bytes(NAME));
        final boolean samePassword = credential != null && Credential.matches(credential, password);
        return sameName && samePassword;
    }

    /**
     * Changes the password of REST, shell and SSH; {@code admin.password} follows where it still is.
     *
     * @param password printable ASCII of {@value #PASSWORD_LENGTH_MIN} to {@value #PASSWORD_LENGTH_MAX} characters
     */
    public synchronized void changePassword(final String password) throws IOException {
        users.put(NAME, Credential.of(password));
        if (Files.exists(passwordFile)) {
            OwnersFile.write(passwordFile, password + "\n");
        }
        LOG.info("admin.password.changed");
    }

    /** The password file comes first: a start that dies in between finds it and goes on from there. */
    private void create() throws IOException {
        final String password;
        if (Files.exists(passwordFile)) {
            password = Files.readString(passwordFile).strip();
        } else {
            password = generated();
            OwnersFile.write(passwordFile, password + "\n");
        }
        users.put(NAME, Credential.of(password));
        LOG.info("admin.created passwordFile={}", passwordFile);
    }

    private static String generated() {
        final SecureRandom random = new SecureRandom();
        final StringBuilder password = new StringBuilder(GENERATED_LENGTH);
        for (int i = 0; i < GENERATED_LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
