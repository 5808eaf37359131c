package org.isobar.shell;

import java.util.Locale;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.api.volume.VolumeService;

/** Shows one pool. */
@Service
@Command(scope = "pool", name = "show", description = "Shows a pool, how full it is and where its thresholds are")
public final class PoolShowCommand extends ShowCommand<PoolInfo> {
    @Reference
    private PoolService pools;

    @Reference
    private VolumeService volumes;

    @Argument(name = "name", description = "The pool", required = true)
    @Completion(PoolNames.class)
    private String name;

    @Override
    protected PoolInfo fetch() {
        return pools.pool(name).orElseThrow(() -> unknown("pool", name));
    }

    @Override
    protected void print(final PoolInfo pool) {
        final ShellTable table = new ShellTable().noHeaders();
        table.column("Field");
        table.column("Value");
        table.addRow().addContent("Name", pool.name());
        table.addRow().addContent("RAID", pool.level());
        table.addRow().addContent("Class", pool.performanceClass());
        if (pool.outOfClassChunklets() > 0) {
            table.addRow()
                    .addContent(
                            "Out of class",
                            pool.outOfClassChunklets() + " chunklets in use are of another class; they stay");
        }
        final ClassOfService service = pool.service();
        table.addRow().addContent("Service", figures(service.normal()));
        table.addRow().addContent("Degraded service", figures(service.degraded()));
        final String named = PoolTable.named(pool, volumes.services());
        if (!named.isEmpty()) {
            table.addRow().addContent("Named services", named);
        }
        table.addRow().addContent("Efficiency", service.efficiencyPercent() + " %");
        table.addRow().addContent("Failures survived", service.failuresSurvived());
        table.addRow().addContent("Fullness", pool.fullness());
        table.addRow().addContent("Warning from", pool.thresholds().warningPercent() + " %");
        table.addRow().addContent("Critical from", pool.thresholds().criticalPercent() + " %");
        table.addRow().addContent("Used", Size.show(pool.usedBytes()) + " (" + pool.usedBytes() + " bytes)");
        table.addRow().addContent("Capacity", Size.show(pool.capacityBytes()));
        table.addRow().addContent("Growable", Size.show(pool.growableBytes()));
        table.addRow()
                .addContent(
                        "Sets",
                        pool.setCount() + " (degraded " + pool.degradedSets() + ", offline " + pool.offlineSets()
                                + ")");
        if (!pool.reason().isEmpty()) {
            table.addRow().addContent("Offline because", pool.reason());
        }
        table.print(System.out);
    }

    private static String figures(final ServiceFigures of) {
        return of.readMibPerS() == 0
                ? "not known: measure its devices (device:measure)"
                : String.format(
                        Locale.ROOT,
                        "reads %.0f MiB/s, %.0f/s; writes %s",
                        of.readMibPerS(),
                        of.readsPerS(),
                        of.writesPerS() == 0
                                ? "not measured"
                                : String.format(Locale.ROOT, "%.0f MiB/s, %.0f/s", of.writeMibPerS(), of.writesPerS()));
    }
}
