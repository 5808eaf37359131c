package org.isobar.shell;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.access.ChapSecrets;
import org.junit.Test;

public final class SecretInputTest {
    @Test
    public void asksTwiceForEachSecretAndShowsNone() throws Exception {
        final ChapSecrets oneWay = SecretInput.read(session("one", "one"), null, null);
        assertArrayEquals("one".toCharArray(), oneWay.secret());
        assertNull(oneWay.targetSecret());
        final ChapSecrets mutual = SecretInput.read(session("one", "one", "two", "two"), null, "target");
        assertArrayEquals("two".toCharArray(), mutual.targetSecret());
        assertEquals("target", mutual.targetName());
    }

    @Test
    public void takesNoSecretThatWasTypedTwoWays() {
        assertThrows(CommandException.class, () -> SecretInput.read(session("one", "One"), null, null));
        assertThrows(CommandException.class, () -> SecretInput.read(session(), null, null));
    }

    /** A session whose user types these lines, then ends the input. */
    private static Session session(final String... typed) {
        final Deque<String> lines = new ArrayDeque<>(List.of(typed));
        return (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                    assertEquals("readLine", method.getName());
                    assertEquals('*', arguments[1]);
                    return lines.poll();
                });
    }
}
