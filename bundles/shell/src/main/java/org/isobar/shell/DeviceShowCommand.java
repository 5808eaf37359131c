package org.isobar.shell;

import java.time.Instant;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceService;
import org.isobar.api.device.HealthInfo;
import org.isobar.api.device.SmartInfo;

/** Shows one device and the evidence against it. */
@Service
@Command(scope = "device", name = "show", description = "Shows a device, its health and the evidence against it")
public final class DeviceShowCommand extends ShowCommand<DeviceInfo> {
    @Reference
    private DeviceService devices;

    @Argument(name = "uuid", description = "The device", required = true)
    @Completion(DeviceUuids.class)
    private String device;

    @Override
    protected DeviceInfo fetch() throws CommandException {
        final UUID wanted = uuid("device", device);
        return devices.infos().stream()
                .filter(info -> wanted.equals(info.uuid()))
                .findFirst()
                .orElseThrow(() -> unknown("device", device));
    }

    @Override
    protected void print(final DeviceInfo info) {
        final HealthInfo health = info.health();
        final ShellTable table = new ShellTable().noHeaders();
        table.column("Field");
        table.column("Value");
        row(table, "UUID", info.uuid());
        row(table, "Path", info.path());
        row(table, "State", info.state() + (info.note().isEmpty() ? "" : ": " + info.note()));
        row(table, "Size", Size.show(info.sizeBytes()));
        row(table, "Health", health.state() + ", score " + health.score());
        row(table, "Against it", health.reasons().isEmpty() ? "nothing" : String.join(", ", health.reasons()));
        row(table, "Failed since start", info.readErrors() + " reads, " + info.writeErrors() + " writes");
        row(
                table,
                "Lately",
                health.readErrors() + " failed reads, " + health.writeErrors() + " failed writes, " + health.timeouts()
                        + " time-outs, " + health.retries() + " repeated reads, " + health.corrected()
                        + " mended blocks, " + health.flaps() + " times gone");
        row(table, "Under way too long", health.stuck() + ", ended late " + health.lateEnds());
        row(table, "Reads", latency(health.read()));
        row(table, "Writes", latency(health.write()));
        row(table, "Flushes", latency(health.flush()));
        row(
                table,
                "Held off until",
                health.heldOffUntilMs() == 0 ? "-" : Instant.ofEpochMilli(health.heldOffUntilMs()));
        row(table, "SMART", smart(health.smart()));
        table.print(System.out);
    }

    private static void row(final ShellTable table, final String field, final Object value) {
        table.addRow().addContent(field, value);
    }

    private static String latency(final HealthInfo.Latency latency) {
        return "mean " + latency.meanUs() + " us, 99 % " + latency.p99Us() + " us, usually " + latency.usualUs()
                + " us, peers " + latency.peersUs() + " us";
    }

    private static String smart(final SmartInfo smart) {
        return smart.available()
                ? (smart.passed() ? "passed" : "FAILING") + ", " + told(smart.temperatureC(), " C") + ", reallocated "
                        + told(smart.reallocated(), "") + ", pending " + told(smart.pending(), "") + ", media errors "
                        + told(smart.mediaErrors(), "") + ", used " + told(smart.percentageUsed(), " %") + ", asked "
                        + Instant.ofEpochMilli(smart.askedMs())
                : "not available: " + smart.why();
    }

    private static String told(final long value, final String unit) {
        return value < 0 ? "?" : value + unit;
    }
}
