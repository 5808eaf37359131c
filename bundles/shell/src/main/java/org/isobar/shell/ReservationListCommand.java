package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.scsi.ReservationInfo;
import org.isobar.api.scsi.ReservationService;

/** Lists a volume's registrations. */
@Service
@Command(scope = "reservation", name = "list", description = "Lists a volume's registrations and reservation")
public final class ReservationListCommand extends ShowCommand<ReservationInfo> {
    @Reference
    private ReservationService reservations;

    @Argument(name = "volume", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String volume;

    @Override
    protected ReservationInfo fetch() {
        return reservations.reservations(volume);
    }

    @Override
    protected void print(final ReservationInfo info) {
        if (!info.readable()) {
            System.out.println("What is kept cannot be read: the volume refuses reads and writes until it is cleared");
        }
        if (info.reservedBy() != null) {
            System.out.println("Reserved until logout by " + info.reservedBy());
        }
        if (info.type() != null) {
            System.out.println("Reserved: " + info.type());
        }
        final ShellTable table = new ShellTable();
        table.column("Initiator");
        table.column("ISID");
        table.column("Portal group").alignRight();
        table.column("Key");
        table.column("Holds it");
        table.column("Logged in");
        info.registrations().forEach(each -> table.addRow()
                .addContent(
                        each.initiatorName(),
                        each.isid(),
                        each.portalGroupTag(),
                        each.key(),
                        each.holder() ? "yes" : "",
                        each.loggedIn() ? "yes" : ""));
        table.emptyTableText("No registrations").print(System.out);
        if (!info.registrations().isEmpty()) {
            System.out.println(info.persists() ? "Survives a restart" : "Ends with a restart");
        }
    }
}
