package org.isobar.shell;

import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.scsi.ReservationService;

/** Takes a volume's reservations away after asking. */
@Service
@Command(
        scope = "reservation",
        name = "clear",
        description = "Removes a volume's registrations and reservation; hosts lose the protection they rely on")
public final class ReservationClearCommand extends StorageCommand {
    @Reference
    private ReservationService reservations;

    @Reference
    private Session session;

    @Argument(name = "volume", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String volume;

    @Option(name = "--yes", description = "Does not ask")
    private boolean yes;

    @Override
    protected void run() throws CommandException, IOException {
        final int count = reservations.reservations(volume).registrations().size();
        if (!yes && !confirmed(count)) {
            throw new CommandException("not cleared: answer yes, or give --yes");
        }
        await(reservations.clear(volume));
        System.out.println("cleared the reservations of volume " + volume);
    }

    private boolean confirmed(final int count) throws IOException {
        try {
            final String answer = session.readLine(
                    "Remove " + count + " registrations and the reservation of volume " + volume + " (yes/no)? ", null);
            return answer != null && answer.strip().equals("yes");
        } catch (final UnsupportedOperationException nobodyThere) {
            return false;
        }
    }
}
