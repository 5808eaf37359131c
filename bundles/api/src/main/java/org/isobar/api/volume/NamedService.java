package org.isobar.api.volume;

import java.util.List;

/**
 * A service that an administrator gave a name, which a volume may ask for.
 *
 * @param name its name
 * @param asks what it asks of a pool, conditions with commas between them
 * @param pools those that promise all of it now, whether they have room or not
 */
public record NamedService(String name, String asks, List<String> pools) {
    /** Takes a copy of the list. */
    public NamedService {
        pools = List.copyOf(pools);
    }
}
