package org.isobar.iscsi.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.isobar.api.access.AccessSettings;

/**
 * Everything that decides about log-ins, as one immutable picture.
 *
 * @param rules rules by volume number; a volume without an entry has none; an empty list lets nobody in (its document
 *     could not be read)
 * @param users users by name
 */
record AccessState(Map<Long, List<FittingRule>> rules, Map<String, StoredUser> users, AccessSettings settings) {
    /** The rules of a volume changed; none removes the entry. */
    AccessState withRules(final long volume, final List<FittingRule> changed) {
        final Map<Long, List<FittingRule>> all = new HashMap<>(rules);
        if (changed.isEmpty()) {
            all.remove(volume);
        } else {
            all.put(volume, List.copyOf(changed));
        }
        return new AccessState(all, users, settings);
    }

    /** The users changed. */
    AccessState withUsers(final Consumer<Map<String, StoredUser>> change) {
        final Map<String, StoredUser> all = new TreeMap<>(users);
        change.accept(all);
        return new AccessState(rules, all, settings);
    }

    /** The settings changed. */
    AccessState withSettings(final AccessSettings changed) {
        return new AccessState(rules, users, changed);
    }
}
