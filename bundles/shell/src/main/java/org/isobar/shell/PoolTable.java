package org.isobar.shell;

import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.volume.NamedService;

/** Pools for people. */
final class PoolTable {
    private PoolTable() {}

    static void print(final List<PoolInfo> pools, final List<NamedService> services) {
        final ShellTable table = new ShellTable();
        table.column("Name");
        table.column("RAID");
        table.column("Class");
        table.column("Out of class").alignRight();
        table.column("Sets").alignRight();
        table.column("Capacity").alignRight();
        table.column("Used").alignRight();
        table.column("Growable").alignRight();
        table.column("Fullness");
        table.column("Degraded").alignRight();
        table.column("Offline").alignRight();
        table.column("Write log");
        table.column("Service");
        table.column("Named");
        pools.forEach(pool -> table.addRow()
                .addContent(
                        pool.name(),
                        pool.level(),
                        pool.performanceClass(),
                        pool.outOfClassChunklets(),
                        pool.setCount(),
                        Size.show(pool.capacityBytes()),
                        Size.show(pool.usedBytes()),
                        Size.show(pool.growableBytes()),
                        pool.fullness(),
                        pool.degradedSets(),
                        pool.offlineSets(),
                        pool.writeLog() ? "on" : "off",
                        service(pool.service()),
                        named(pool, services)));
        table.emptyTableText("No pools: create them with pool:layout or pool:create")
                .print(System.out);
    }

    /** Names of the services that it promises. */
    static String named(final PoolInfo pool, final List<NamedService> services) {
        return String.join(
                " ",
                services.stream()
                        .filter(service -> service.pools().contains(pool.name()))
                        .map(NamedService::name)
                        .toList());
    }

    /** Random reads and writes per second, whole and degraded; a figure of 0 is not known. */
    private static String service(final ClassOfService service) {
        final String safety = "survives " + service.failuresSurvived() + ", " + service.efficiencyPercent() + " %";
        return service.normal().readsPerS() == 0
                ? safety
                : String.format(
                        Locale.ROOT,
                        "%.0f/%.0f io/s, degraded %.0f/%.0f, %s",
                        service.normal().readsPerS(),
                        service.normal().writesPerS(),
                        service.degraded().readsPerS(),
                        service.degraded().writesPerS(),
                        safety);
    }
}
