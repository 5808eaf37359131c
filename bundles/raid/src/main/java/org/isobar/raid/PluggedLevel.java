package org.isobar.raid;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.StorageException;
import org.isobar.api.raid.GeometryTable;
import org.isobar.api.raid.RaidShape;
import org.isobar.spi.raid.RaidLevel;

/**
 * A level of some bundle, asked with care: it may answer nonsense, throw, or have lost its classes because the bundle was
 * taken away. Geometries are written out once and remembered. Any thread.
 */
final class PluggedLevel implements RaidLevel {
    private final RaidLevel level;
    private final String name;
    private final LevelOrigin origin;
    private final int minDevices;
    private final Map<RaidShape, GeometryTable> tables = new ConcurrentHashMap<>();
    private volatile String refusal = "";

    PluggedLevel(final RaidLevel level, final LevelOrigin origin) {
        this.level = level;
        this.origin = origin;
        name = level.name();
        minDevices = level.minDevices();
    }

    /** Whether it is this service. */
    boolean is(final RaidLevel service) {
        return level == service;
    }

    LevelOrigin origin() {
        return origin;
    }

    /** Why it is not taken; empty when it is. */
    String refusal() {
        return refusal;
    }

    /** Compares it with how data lies, by shape. */
    void compare(final Map<RaidShape, Long> layouts) {
        String found = "";
        for (final Map.Entry<RaidShape, Long> known : layouts.entrySet()) {
            if (known.getKey().level().equals(name) && found.isEmpty()) {
                found = difference(known.getKey(), known.getValue());
            }
        }
        refusal = found;
    }

    private String difference(final RaidShape shape, final long fingerprint) {
        final String where = " columns=" + shape.columns() + " stripBytes=" + shape.stripBytes();
        try {
            final GeometryTable table = geometry(shape.columns(), shape.stripBytes());
            return table.fingerprint() == fingerprint
                    ? ""
                    : "lays out data otherwise than the sets that there are:" + where
                            + "; install the version that made them";
        } catch (final IllegalArgumentException | StorageException failure) {
            return "has no layout for sets that there are:" + where + " why=" + failure.getMessage()
                    + "; install the version that made them";
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int minDevices() {
        return minDevices;
    }

    @Override
    public int columns(final int devices) {
        final int columns;
        try {
            columns = level.columns(devices);
        } catch (final RuntimeException | LinkageError failure) {
            throw failed("columns for devices=" + devices, failure);
        }
        if (columns < 2 || columns > devices) {
            throw failed("columns for devices=" + devices + ": must be 2 to " + devices + ", is " + columns, null);
        }
        return columns;
    }

    @Override
    public GeometryTable geometry(final int columns, final int stripBytes) {
        final RaidShape shape = new RaidShape(name, columns, stripBytes);
        final GeometryTable known = tables.get(shape);
        if (known != null) {
            return known;
        }
        final GeometryTable table;
        try {
            table = GeometryTable.of(level.geometry(columns, stripBytes));
        } catch (final IllegalArgumentException none) {
            throw none;
        } catch (final RuntimeException | LinkageError failure) {
            throw failed("geometry of columns=" + columns + " stripBytes=" + stripBytes, failure);
        }
        if (table.columns() != columns || table.stripBytes() != stripBytes) {
            throw failed(
                    "geometry of columns=" + columns + " stripBytes=" + stripBytes + ": has columns=" + table.columns()
                            + " stripBytes=" + table.stripBytes(),
                    null);
        }
        tables.put(shape, table);
        return table;
    }

    private StorageException failed(final String what, final Throwable why) {
        return new StorageException(
                StorageException.Code.UNAVAILABLE,
                "RAID level failed: level=" + name + " bundle=" + origin.bundle() + " version=" + origin.version() + " "
                        + what + (why == null ? "" : " why=" + why),
                why);
    }
}
