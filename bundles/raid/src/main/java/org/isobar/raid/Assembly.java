package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.DeviceState;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.IntentBlock;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one set in service: finds its devices, reads what was marked in the write intent, makes all that are there agree
 * on that, and only then lets requests in. Control lane only.
 */
final class Assembly {
    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

    private final RaidSetSpec spec;
    private final SetLayout layout;
    private final AssembledSet set;
    private final Function<Device, IntentArea> areas;
    private final List<Found> found = new ArrayList<>();

    Assembly(
            final RaidSetSpec spec,
            final SetLayout layout,
            final AssembledSet set,
            final Function<Device, IntentArea> areas) {
        this.spec = spec;
        this.layout = layout;
        this.set = set;
        this.areas = areas;
    }

    CompletableFuture<RaidSet> assemble(final DeviceDirectory devices) {
        final List<CompletableFuture<Void>> loads = new ArrayList<>();
        for (int column = 0; column < spec.columns().size(); column++) {
            final RaidColumn placed = spec.columns().get(column);
            final Optional<Device> device =
                    devices.find(placed.device()).filter(one -> one.state() == DeviceState.ONLINE);
            if (device.isPresent()) {
                loads.add(load(new Found(column, placed, device.get(), areas.apply(device.get()))));
            }
        }
        return CompletableFuture.allOf(loads.toArray(CompletableFuture[]::new)).thenCompose(loaded -> agree());
    }

    private CompletableFuture<Void> load(final Found one) {
        checkPlace(spec, one.placed, one.device);
        return one.area.load(one.placed.chunklet()).thenAccept(status -> {
            if (status == IoStatus.OK) {
                found.add(one);
            }
        });
    }

    /** A column must fit into its device's layout. */
    static void checkPlace(final RaidSetSpec spec, final RaidColumn placed, final Device device) {
        final DeviceLayout place = device.layout();
        final long intentBytes = (long) (placed.chunklet() / IntentBlock.ENTRIES + 1) * IntentBlock.BYTES;
        if (placed.chunklet() < 0
                || placed.chunklet() >= place.chunkletCount()
                || place.chunkletBytes() != spec.chunkletBytes()
                || place.intentLength() < intentBytes) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "column does not fit: set=" + spec.id() + " device=" + placed.device() + " chunklet="
                            + placed.chunklet() + " chunkletBytes=" + spec.chunkletBytes());
        }
    }

    private CompletableFuture<RaidSet> agree() {
        long word = 0;
        long readable = 0;
        boolean known = false;
        for (final Found one : found) {
            if (one.inSync()) {
                readable |= 1L << one.column;
                final OptionalLong own = one.area.word(one.placed.chunklet(), spec.id());
                known |= own.isPresent();
                word |= own.orElse(0);
            }
        }
        if (!known && layout.survives(~readable)) {
            LOG.warn("raid.intent-lost set={}", spec.id());
            word = layout.allRegions();
            known = true;
        }
        set.keeper().intentKnown(known);
        final long marked = word;
        final List<CompletableFuture<Void>> writes = new ArrayList<>();
        found.forEach(one -> writes.add(write(one, marked)));
        return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).thenCompose(written -> serve(marked));
    }

    private CompletableFuture<Void> write(final Found one, final long marked) {
        final int chunklet = one.placed.chunklet();
        one.owed = one.inSync() ? 0 : set.keeper().owed(one.area, chunklet);
        final long word = marked | one.owed;
        final OptionalLong own = one.area.word(chunklet, spec.id());
        if (own.isPresent() && own.getAsLong() == word) {
            one.agreed = true;
            return CompletableFuture.completedFuture(null);
        }
        return one.area.write(chunklet, spec.id(), word).thenAccept(status -> one.agreed = status == IoStatus.OK);
    }

    private CompletableFuture<RaidSet> serve(final long marked) {
        for (final Found one : found) {
            if (one.agreed) {
                set.keeper().place(one.column, one.device, one.owed);
            }
        }
        set.keeper().publish();
        set.intent().restore(marked);
        return set.log().opened().thenApply(opened -> served(marked));
    }

    private RaidSet served(final long marked) {
        final Columns columns = set.columns();
        LOG.info(
                "raid.set-assembled set={} level={} state={} dirtyRegions={}",
                spec.id(),
                spec.level(),
                set.info().state(),
                Long.bitCount(marked));
        if (columns.serving()
                && !columns.whole()
                && marked != 0
                && layout.dataStrips() > 1
                && !set.log().isOn()) {
            LOG.warn(
                    "raid.write-hole set={} dirtyRegions={} degraded=true: writes cut short by an unclean stop may"
                            + " have left wrong parity",
                    spec.id(),
                    Long.bitCount(marked));
        }
        return set;
    }

    private static final class Found {
        private final int column;
        private final RaidColumn placed;
        private final Device device;
        private final IntentArea area;
        private long owed;
        private boolean agreed;

        Found(final int column, final RaidColumn placed, final Device device, final IntentArea area) {
            this.column = column;
            this.placed = placed;
            this.device = device;
            this.area = area;
        }

        private boolean inSync() {
            return placed.state() == ColumnState.IN_SYNC;
        }
    }
}
