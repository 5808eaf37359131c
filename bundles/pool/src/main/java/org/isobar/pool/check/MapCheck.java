package org.isobar.pool.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.pool.store.MemberState;
import org.isobar.pool.store.SetState;
import org.isobar.pool.store.SetState.Slot;
import org.isobar.pool.store.SpaceState;

/** Verifies the page map against the sets, and the sets against the devices. */
final class MapCheck {
    private final CheckReport report;
    private final Map<UUID, CheckedDevice> devices = new HashMap<>();

    MapCheck(final CheckReport report, final List<CheckedDevice> present) {
        this.report = report;
        present.forEach(device -> devices.put(device.uuid(), device));
    }

    void check(final MemberState state, final Map<Long, SetGeometry> geometries) {
        final Map<Place, String> chunklets = new HashMap<>();
        for (final SetState set : state.sets()) {
            report.count("sets", 1);
            checkColumns(set, geometries.get(set.id()), chunklets);
            checkSlotCount(set, geometries.get(set.id()));
        }
        final Map<Place, String> owners = new HashMap<>();
        final Map<Long, Integer> mappedBySet = new HashMap<>();
        for (final SpaceState space : state.spaces()) {
            checkPages(space, state, owners, mappedBySet);
        }
        for (final SetState set : state.sets()) {
            final int mapped = mappedBySet.getOrDefault(set.id(), 0);
            if (mapped != set.count(Slot.MAPPED)) {
                report.finding(
                        "set=" + set.id(),
                        "space does not add up: mappedSlots=" + set.count(Slot.MAPPED) + " pagesInIt=" + mapped);
            }
        }
    }

    private void checkColumns(final SetState set, final SetGeometry geometry, final Map<Place, String> chunklets) {
        final List<RaidColumn> columns = set.spec().columns();
        for (int i = 0; i < columns.size(); i++) {
            final RaidColumn column = columns.get(i);
            final String where = "set=" + set.id() + " column=" + i;
            final String user = chunklets.putIfAbsent(new Place(column.device(), column.chunklet()), where);
            if (user != null) {
                report.finding(where, "shares its chunklet with " + user + ": " + placed(column));
            }
            checkPlace(set, column, where);
            if (column.state() == ColumnState.STALE) {
                report.note(where, "is stale and waits to be caught up: " + placed(column));
            }
            for (int other = 0; geometry != null && other < i; other++) {
                if (column.state() == ColumnState.STALE
                        && columns.get(other).state() == ColumnState.STALE
                        && geometry.shareGroup(other, i)) {
                    report.finding(
                            where,
                            "is stale together with column=" + other + " that it would be caught up from: "
                                    + placed(column));
                }
                if (columns.get(other).device().equals(column.device()) && geometry.shareGroup(other, i)) {
                    report.finding(where, "lies on the same device as column=" + other + ": " + placed(column));
                }
            }
        }
    }

    private void checkPlace(final SetState set, final RaidColumn column, final String where) {
        final CheckedDevice device = devices.get(column.device());
        if (device == null) {
            report.note(where, "is missing: " + placed(column));
        } else if (column.chunklet() < 0 || column.chunklet() >= device.layout().chunkletCount()) {
            report.finding(
                    where,
                    "lies beyond its device: " + placed(column) + " chunklets="
                            + device.layout().chunkletCount());
        } else if (set.spec().chunkletBytes() != device.layout().chunkletBytes()) {
            report.finding(
                    where,
                    "has another chunklet length than its device: " + set.spec().chunkletBytes() + " device="
                            + device.layout().chunkletBytes());
        }
    }

    private void checkSlotCount(final SetState set, final SetGeometry geometry) {
        if (geometry != null && set.slotCount() > geometry.slots()) {
            report.finding(
                    "set=" + set.id(),
                    "has more slots than fit: slots=" + set.slotCount() + " fit=" + geometry.slots());
        }
    }

    private void checkPages(
            final SpaceState space,
            final MemberState state,
            final Map<Place, String> owners,
            final Map<Long, Integer> mappedBySet) {
        final Map<Long, SetState> sets = new HashMap<>();
        state.sets().forEach(set -> sets.put(set.id(), set));
        long mapped = 0;
        for (long page = space.nextMapped(0, space.pageCount());
                page < space.pageCount();
                page = space.nextMapped(page + 1, space.pageCount())) {
            mapped++;
            final String where = "volume=" + space.volume() + " page=" + page + " set=" + space.setOf(page) + " slot="
                    + space.slotOf(page);
            final SetState set = sets.get(space.setOf(page));
            if (set == null) {
                report.finding(where, "lies in a set that there is not");
                continue;
            }
            mappedBySet.merge(set.id(), 1, Integer::sum);
            if (space.slotOf(page) >= set.slotCount()) {
                report.finding(where, "lies beyond its set: slots=" + set.slotCount());
            } else if (set.slot(space.slotOf(page)) != Slot.MAPPED) {
                report.finding(where, "lies in a slot that is " + set.slot(space.slotOf(page)));
            }
            final String owner = owners.putIfAbsent(new Place(new UUID(0, set.id()), space.slotOf(page)), where);
            if (owner != null) {
                report.finding(where, "has its slot together with " + owner);
            }
            if (set.pageBytes() != space.pageBytes()) {
                report.finding(where, "lies in a set of another page length: pageBytes=" + set.pageBytes());
            }
        }
        report.count("pages", mapped);
        if (mapped != space.mappedPages()) {
            report.finding(
                    "volume=" + space.volume(), "pages do not add up: map=" + mapped + " count=" + space.mappedPages());
        }
    }

    private static String placed(final RaidColumn column) {
        return "device=" + column.device() + " chunklet=" + column.chunklet();
    }

    /** A chunklet of a device, or a slot of a set. */
    private record Place(UUID of, int number) {}
}
