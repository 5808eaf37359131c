package org.isobar.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.testkit.FakeMember;
import org.junit.Before;
import org.junit.Test;

public final class VolumeDeleteCommandQuestionTest {
    private final FakeMember member = new FakeMember();
    private String asked = "";

    @Before
    public void createVolume() {
        member.pools().create("A", "10");
        member.volumes().create(new VolumeSpec("v", 1 << 20, "A", null, 0));
    }

    @Test
    public void deletesOnYes() throws Exception {
        command("yes").execute();
        assertTrue(asked, asked.contains("Delete volume v"));
        assertTrue(member.volumes().find("v").isEmpty());
    }

    @Test
    public void keepsTheVolumeOnAnythingElse() throws Exception {
        for (final String answer : Arrays.asList("no", "", "y", "YES!", null)) {
            final VolumeDeleteCommand command = command(answer);
            assertThrows(CommandException.class, command::execute);
            assertEquals(1, member.volumes().volumes().size());
        }
    }

    private VolumeDeleteCommand command(final String answer) throws Exception {
        final Session session = (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                    assertEquals("readLine", method.getName());
                    asked = String.valueOf(arguments[0]);
                    return answer;
                });
        final VolumeDeleteCommand command = new VolumeDeleteCommand();
        set(command, "volumes", member.volumes());
        set(command, "session", session);
        set(command, "name", "v");
        return command;
    }

    private static void set(final Object target, final String name, final Object value) throws Exception {
        final Field field = target.getClass().getDeclaredField(name);
        field.setAccessible(true);
        field.set(target, value);
    }
}
