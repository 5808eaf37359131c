package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class AdminAccountTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path etc;
    private Path passwordFile;
    private Path usersFile;

    @Before
    public void ship() throws IOException {
        etc = folder.getRoot().toPath();
        passwordFile = etc.resolve("admin.password");
        usersFile = etc.resolve("users.properties");
        Files.writeString(usersFile, "# a comment\nother = x,_g_:admingroup\n_g_\\:admingroup = group,admin,manager\n");
    }

    @Test
    public void generatesAPasswordForItsOwnerOnly() throws IOException {
        final AdminAccount account = new AdminAccount(etc);
        final String password = password();
        assertTrue(password, password.matches("[A-Za-z0-9]{24}"));
        assertTrue(account.admits("admin", password));
        assertFalse(account.admits("Admin", password));
        assertFalse(account.admits("admin", password + "x"));
        assertFalse(account.admits("other", "x"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(passwordFile)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(usersFile)));
        try (var files = Files.list(etc)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    public void storesADigestBesideTheOtherAccounts() throws IOException {
        new AdminAccount(etc);
        final String text = Files.readString(usersFile);
        assertFalse(text.contains(password()));
        assertTrue(text, text.startsWith("# a comment\nother = x,_g_:admingroup\n"));
        final String entry = properties().getProperty("admin");
        assertTrue(entry, entry.matches("\\{CRYPT}[0-9A-F]{64}\\{CRYPT},_g_:admingroup"));
        assertEquals("group,admin,manager", properties().getProperty("_g_:admingroup"));
    }

    @Test
    public void worksWithoutAUsersFileToo() throws IOException {
        Files.delete(usersFile);
        assertTrue(new AdminAccount(etc).admits("admin", password()));
        assertEquals(
                "group,admin,manager,viewer,systembundles,ssh", properties().getProperty("_g_:admingroup"));
    }

    @Test
    public void keepsThePasswordOverRestarts() throws IOException {
        new AdminAccount(etc);
        final String password = password();
        assertTrue(new AdminAccount(etc).admits("admin", password));
        assertEquals(password, password());
    }

    @Test
    public void goesOnWithThePasswordOfAStartThatDied() throws IOException {
        Files.writeString(passwordFile, "left-by-a-start-that-died\n");
        assertTrue(new AdminAccount(etc).admits("admin", "left-by-a-start-that-died"));
    }

    @Test
    public void changesThePasswordAndItsFileWhereThatStillIs() throws IOException {
        final AdminAccount account = new AdminAccount(etc);
        account.changePassword("another password");
        assertTrue(account.admits("admin", "another password"));
        assertEquals("another password", password());
        Files.delete(passwordFile);
        account.changePassword("yet another password");
        assertFalse(account.admits("admin", "another password"));
        assertTrue(new AdminAccount(etc).admits("admin", "yet another password"));
        assertFalse(Files.exists(passwordFile));
    }

    @Test
    public void seesAChangeThatWasMadeWithKaraf() throws IOException {
        final AdminAccount account = new AdminAccount(etc);
        Files.writeString(usersFile, "admin = typed-in-by-hand,_g_:admingroup\n");
        assertTrue(account.admits("admin", "typed-in-by-hand"));
        Files.writeString(usersFile, "");
        assertFalse(account.admits("admin", ""));
    }

    private String password() throws IOException {
        return Files.readString(passwordFile).strip();
    }

    private Properties properties() throws IOException {
        final Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(usersFile)) {
            properties.load(reader);
        }
        return properties;
    }
}
