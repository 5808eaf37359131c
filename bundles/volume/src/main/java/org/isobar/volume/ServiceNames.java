package org.isobar.volume;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.volume.NamedService;

/** The services that have a name. */
final class ServiceNames {
    private final Map<String, ServiceWish> wishes = new TreeMap<>();

    /**
     * Reads them.
     *
     * @param setting {@code NAME: CONDITIONS}, with semicolons between them; empty for none
     */
    ServiceNames(final String setting) {
        for (final String one : setting.isBlank() ? new String[0] : setting.split(";", -1)) {
            final int colon = one.indexOf(':');
            final String name = colon < 0 ? "" : one.substring(0, colon).strip();
            if (!name.matches("[A-Za-z0-9._-]{1,32}")) {
                throw new IllegalArgumentException(
                        "services: must be NAME: CONDITIONS; NAME: CONDITIONS, is " + setting);
            }
            wishes.put(name, ServiceWish.parse(one.substring(colon + 1)));
        }
    }

    /** All of them, and which of these pools promise each. */
    List<NamedService> over(final List<PoolInfo> pools) {
        return wishes.entrySet().stream()
                .map(named -> new NamedService(
                        named.getKey(),
                        named.getValue().toString(),
                        pools.stream()
                                .filter(named.getValue()::satisfied)
                                .map(PoolInfo::name)
                                .toList()))
                .toList();
    }

    /** The service of that name, or what the text says in numbers. */
    ServiceWish find(final String text) {
        final ServiceWish named = wishes.get(text);
        return named == null ? ServiceWish.parse(text) : named;
    }
}
