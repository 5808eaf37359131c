package org.isobar.shell;

import java.time.Instant;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.StorageException;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.PageExplanation;
import org.isobar.api.volume.VolumeService;

/** Says why a page lies where it lies. */
@Service
@Command(
        scope = "volume",
        name = "explain",
        description =
                "Says where a page of a volume lies, since when and why, as far as that is known, and what would move"
                        + " it")
public final class VolumeExplainCommand extends ShowCommand<PageExplanation> {
    @Reference
    private VolumeService volumes;

    @Reference
    private BalanceService balance;

    @Argument(index = 0, name = "name", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String name;

    @Option(name = "--page", description = "Which page; the first when neither this nor --offset is given")
    private String page;

    @Option(name = "--offset", description = "A place within the page, e.g. 40M")
    private String offset;

    @Override
    protected PageExplanation fetch() throws CommandException {
        if (page != null && offset != null) {
            throw new CommandException("give one of --page and --offset");
        }
        return await(balance.explain(name, offset == null ? page() : pageAt(Size.parse("--offset", offset))));
    }

    private long page() {
        try {
            return page == null ? 0 : Long.parseLong(page);
        } catch (final NumberFormatException notOne) {
            throw new StorageException(StorageException.Code.INVALID, "--page: must be a whole number, is " + page);
        }
    }

    private long pageAt(final long offsetBytes) {
        return offsetBytes
                / volumes.find(name)
                        .orElseThrow(() -> unknown("volume", name))
                        .info()
                        .pageBytes();
    }

    @Override
    protected void print(final PageExplanation told) {
        final String what = "page " + told.page() + " of volume " + told.volume();
        if (told.pool() == null) {
            System.out.println(
                    what + " lies nowhere: nothing was written to it; it would come from pool " + told.newPagesPool());
        } else {
            System.out.println(what + " lies in pool " + told.pool());
            System.out.println("why: " + why(told));
        }
        System.out.println("new pages come from pool " + told.newPagesPool() + ", chosen by: " + told.newPagesPolicy());
        System.out.printf(
                Locale.ROOT,
                "asked of late: %.3g reads/s, %.3g writes/s, in %d of the last six epochs%n",
                told.readsPerS(),
                told.writesPerS(),
                told.epochsSeen());
        System.out.println("what would move it, by policy " + told.policy() + ": " + told.wouldMove());
        if (told.stays() != null) {
            System.out.println("but it stays meanwhile: " + told.stays());
        }
    }

    private static String why(final PageExplanation told) {
        return told.movedWallMs() > 0
                ? "policy " + told.movedBy() + " had it moved from pool " + told.movedFrom() + " at "
                        + Instant.ofEpochMilli(told.movedWallMs()) + ": " + told.movedWhy()
                : "balancing has not moved it since " + Instant.ofEpochMilli(told.knownSinceWallMs())
                        + "; its first write, or a move before that or of the whole volume, put it there";
    }
}
