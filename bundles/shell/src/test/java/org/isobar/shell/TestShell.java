package org.isobar.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.action.command.ManagerImpl;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.apache.karaf.shell.support.completers.ArgumentCommandLine;
import org.isobar.testkit.FakeMember;
import org.junit.rules.ExternalResource;

/** Karaf's shell with all our commands, over a fake member, as a script sees it. */
final class TestShell extends ExternalResource {
    final FakeMember member = new FakeMember();

    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private SessionFactoryImpl factory;
    private Session session;

    @Override
    protected void before() throws Exception {
        threadIo.start();
        factory = new SessionFactoryImpl(threadIo);
        factory.register(member.member());
        factory.register(member.devices());
        factory.register(member.pools());
        factory.register(member.volumes());
        factory.register(member.targets());
        factory.register(member.reservations());
        factory.register(member.jobs());
        factory.register(member.policies());
        factory.register(member.statistics());
        factory.register(member.access());
        factory.register(member.traces());
        factory.register(member.moves());
        factory.register(member.balance());
        factory.register(member.recordings());
        factory.register(member.simulations());
        factory.register(member.profiles());
        final ManagerImpl manager = new ManagerImpl(factory, factory);
        for (final Class<?> service : services()) {
            manager.register(service);
        }
        final PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        session = factory.create(new ByteArrayInputStream(new byte[0]), out, out);
    }

    @Override
    protected void after() {
        session.close();
        factory.stop();
        threadIo.stop();
    }

    /** Runs a line and returns what it printed. */
    String run(final String line) throws Exception {
        output.reset();
        session.execute(line);
        System.out.flush();
        return output.toString(StandardCharsets.UTF_8);
    }

    /** What the completer of this class offers after what was typed. */
    List<String> complete(final Class<?> completer, final String typed) {
        final List<String> candidates = new ArrayList<>();
        final Object service = factory.getService(completer);
        ((Completer) service).complete(session, new ArgumentCommandLine(typed, typed.length()), candidates);
        return candidates;
    }

    /** Every class of the bundle that Karaf would take. */
    static List<Class<?>> services() throws Exception {
        final File folder = new File(
                new File(StorageCommand.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()),
                "org/isobar/shell");
        final List<Class<?>> found = new ArrayList<>();
        for (final String file : folder.list()) {
            if (file.endsWith(".class")) {
                final Class<?> type = Class.forName("org.isobar.shell." + file.replace(".class", ""));
                if (type.isAnnotationPresent(Service.class)) {
                    found.add(type);
                }
            }
        }
        return found;
    }
}
