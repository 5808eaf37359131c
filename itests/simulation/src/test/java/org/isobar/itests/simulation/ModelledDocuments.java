package org.isobar.itests.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.isobar.api.catalog.Catalog;

/**
 * Documents of the catalog with a model of what they may hold: what was acknowledged last, or what was on its way when
 * the process died. Long enough that a record of one lies in many sectors.
 */
final class ModelledDocuments {
    private static final String TOPIC = "simulated";
    private static final int KEYS = 3;
    private static final int BYTES_MIN = 600;
    private static final int BYTES_MAX = 6_000;
    /** Stamp of a document that is not there. */
    private static final long NONE = 0;

    private final List<Set<Long>> possible = new ArrayList<>();
    private final boolean[] changing = new boolean[KEYS];
    private Catalog catalog;
    private long lastStamp;
    private int generation;

    ModelledDocuments(final Catalog catalog) {
        this.catalog = catalog;
        for (int key = 0; key < KEYS; key++) {
            possible.add(new HashSet<>(Set.of(NONE)));
        }
    }

    /** Begins to change a document, unless one that was begun with goes on. */
    void change(final Random random) {
        final int key = random.nextInt(KEYS);
        if (changing[key]) {
            return;
        }
        changing[key] = true;
        lastStamp++;
        final long stamp = random.nextInt(6) == 0 ? NONE : lastStamp;
        final String name = Integer.toString(key);
        possible.get(key).add(stamp);
        final int of = generation;
        final CompletionStage<Void> change =
                stamp == NONE ? catalog.remove(TOPIC, name) : catalog.put(TOPIC, name, content(key, stamp));
        change.whenComplete((nothing, failure) -> {
            if (of == generation) {
                changing[key] = false;
                if (failure == null) {
                    possible.set(key, new HashSet<>(Set.of(stamp)));
                }
            }
        });
    }

    /** The process is dead: nothing that was on its way ever ends. */
    void detach() {
        generation++;
        Arrays.fill(changing, false);
    }

    /** Those of a process that has just started: each is what it may be, and stays that. */
    void attach(final Catalog of) {
        catalog = of;
        final Map<String, byte[]> found = catalog.all(TOPIC);
        for (int key = 0; key < KEYS; key++) {
            final byte[] value = found.get(Integer.toString(key));
            final long stamp = value == null ? NONE : ByteBuffer.wrap(value).getLong();
            if (!possible.get(key).contains(stamp) || (value != null && !Arrays.equals(value, content(key, stamp)))) {
                throw new AssertionError("document is not what it may be: key=" + key + " stamp=" + stamp + " possible="
                        + possible.get(key));
            }
            possible.set(key, new HashSet<>(Set.of(stamp)));
        }
    }

    private static byte[] content(final int key, final long stamp) {
        final Random random = new Random(stamp << 8 | key);
        final byte[] bytes = new byte[BYTES_MIN + random.nextInt(BYTES_MAX - BYTES_MIN)];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putLong(0, stamp);
        return bytes;
    }
}
