package org.isobar.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;

/**
 * The fields of one JSON request body. Every refusal names the field and its bounds. Fields are asked for one by one;
 * {@link #end} refuses what nobody asked for.
 */
final class Fields {
    private final ObjectNode object;
    private final Set<String> known = new LinkedHashSet<>();

    Fields(final ObjectNode object) {
        this.object = object;
    }

    /** A text that must be there. */
    String text(final String name, final Pattern pattern, final String bounds) {
        final String value = optionalText(name, pattern, bounds);
        if (value == null) {
            throw refused(name, bounds, "missing");
        }
        return value;
    }

    /** A text, or null when it is absent or null. */
    String optionalText(final String name, final Pattern pattern, final String bounds) {
        final JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual() || !pattern.matcher(node.textValue()).matches()) {
            throw refused(name, bounds, shown(node));
        }
        return node.textValue();
    }

    /** A text that must be there and is never repeated in a refusal. */
    String secret(final String name, final Pattern pattern, final String bounds) {
        final String value = optionalSecret(name, pattern, bounds);
        if (value == null) {
            throw refused(name, bounds, "missing");
        }
        return value;
    }

    /** A text that is never repeated in a refusal, or null when it is absent or null. */
    String optionalSecret(final String name, final Pattern pattern, final String bounds) {
        final JsonNode node = find(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual() || !pattern.matcher(node.textValue()).matches()) {
            throw refused(name, bounds, "something else");
        }
        return node.textValue();
    }

    /** A whole number that must be there. */
    long number(final String name, final long min, final long max, final String bounds) {
        final JsonNode node = find(name);
        if (node == null) {
            throw refused(name, bounds, "missing");
        }
        return inRange(name, node, min, max, bounds);
    }

    /** A whole number, 0 when it is absent or null. */
    long optionalNumber(final String name, final long min, final long max, final String bounds) {
        return optionalNumber(name, min, max, bounds, 0);
    }

    /** A whole number, {@code absent} when it is absent or null. */
    long optionalNumber(final String name, final long min, final long max, final String bounds, final long absent) {
        final JsonNode node = find(name);
        return node == null ? absent : inRange(name, node, min, max, bounds);
    }

    /** Whether there is such a field that is not null. */
    boolean has(final String name) {
        return find(name) != null;
    }

    /** A truth value, false when it is absent or null. */
    boolean flag(final String name) {
        return flag(name, false);
    }

    /** A truth value, {@code absent} when it is absent or null. */
    boolean flag(final String name, final boolean absent) {
        final JsonNode node = find(name);
        if (node == null) {
            return absent;
        }
        if (!node.isBoolean()) {
            throw refused(name, "true or false", shown(node));
        }
        return node.booleanValue();
    }

    /** A list of texts, {@code absent} when it is absent or null. */
    List<String> optionalTexts(final String name, final List<String> absent) {
        final JsonNode node = find(name);
        if (node == null) {
            return absent;
        }
        final List<String> texts = new ArrayList<>();
        for (final JsonNode item : node) {
            texts.add(item.isTextual() ? item.textValue() : null);
        }
        if (!node.isArray() || texts.contains(null)) {
            throw refused(name, "a list of texts", shown(node));
        }
        return texts;
    }

    /** A number, whole or not, that must be there. */
    double decimal(final String name, final String bounds) {
        final JsonNode node = find(name);
        if (node == null || !node.isNumber()) {
            throw refused(name, bounds, node == null ? "missing" : shown(node));
        }
        return node.doubleValue();
    }

    /** A list of objects, empty when it is absent or null. */
    List<Fields> optionalObjects(final String name) {
        final List<Fields> objects = new ArrayList<>();
        final JsonNode node = find(name);
        if (node == null) {
            return objects;
        }
        for (final JsonNode item : node) {
            if (!(item instanceof ObjectNode fields)) {
                throw refused(name, "a list of objects", shown(node));
            }
            objects.add(new Fields(fields));
        }
        if (!node.isArray()) {
            throw refused(name, "a list of objects", shown(node));
        }
        return objects;
    }

    /** Refuses all fields that were not asked for. */
    void end() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new StorageException(
                        StorageException.Code.INVALID,
                        clipped(name) + ": unknown field; known are " + String.join(", ", known));
            }
        });
    }

    static StorageException refused(final String name, final String bounds, final String found) {
        return new StorageException(
                StorageException.Code.INVALID, name + ": must be " + bounds + ", is " + clipped(found));
    }

    private JsonNode find(final String name) {
        known.add(name);
        final JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    private static long inRange(
            final String name, final JsonNode node, final long min, final long max, final String bounds) {
        if (!node.isIntegralNumber()) {
            throw refused(name, bounds, shown(node));
        }
        final BigInteger value = node.bigIntegerValue();
        if (value.bitLength() >= Long.SIZE || value.longValue() < min || value.longValue() > max) {
            throw refused(name, bounds, shown(node));
        }
        return value.longValue();
    }

    private static String shown(final JsonNode node) {
        return node.isValueNode()
                ? node.toString()
                : "a JSON " + node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static String clipped(final String text) {
        final int shownMax = 60;
        return text.length() <= shownMax ? text : text.substring(0, shownMax) + "…";
    }
}
