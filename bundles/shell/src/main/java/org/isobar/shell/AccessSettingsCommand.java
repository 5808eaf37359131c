package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.StorageException;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.AccessSettings;

/** Shows and changes the settings of all log-ins. */
@Service
@Command(scope = "access", name = "settings", description = "Shows the settings of log-ins, after changing those given")
public final class AccessSettingsCommand extends ShowCommand<AccessSettings> {
    private static final String CHAP = "chap";
    private static final String NONE = "none";

    @Reference
    private AccessService access;

    @Option(name = "--discovery", description = "How discovery is authenticated: chap or none")
    @Completion(
            value = StringsCompleter.class,
            values = {CHAP, NONE})
    private String discovery;

    @Option(name = "--algorithms", description = "CHAP algorithms in use, of MD5,SHA-1,SHA-256,SHA3-256")
    private String algorithms;

    @Override
    protected AccessSettings fetch() throws CommandException {
        final AccessSettings old = access.settings();
        if (discovery == null && algorithms == null) {
            return old;
        }
        if (discovery != null && !discovery.equals(CHAP) && !discovery.equals(NONE)) {
            throw new StorageException(
                    StorageException.Code.INVALID, "--discovery: must be chap or none, is " + discovery);
        }
        return await(access.changeSettings(new AccessSettings(
                discovery == null ? old.discoveryChap() : discovery.equals(CHAP),
                algorithms == null ? old.chapAlgorithms() : List.of(algorithms.split(",", -1)))));
    }

    @Override
    protected void print(final AccessSettings settings) {
        final ShellTable table = new ShellTable().noHeaders();
        table.column("Setting");
        table.column("Value");
        table.addRow().addContent("Discovery", settings.discoveryChap() ? CHAP : NONE);
        table.addRow().addContent("CHAP algorithms", String.join(",", settings.chapAlgorithms()));
        table.print(System.out);
    }
}
