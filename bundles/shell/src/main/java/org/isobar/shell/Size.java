package org.isobar.shell;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isobar.api.StorageException;

/** Lengths as people write and read them, in binary units. */
final class Size {
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,18})([KMGTP]?)(I?B)?");
    private static final String UNITS = "KMGTP";
    private static final int UNIT = 1024;

    private Size() {}

    /**
     * Bytes.
     *
     * @param text e.g. {@code 10G}, {@code 512M}, {@code 1TiB}, {@code 1048576}
     */
    static long parse(final String field, final String text) {
        final Matcher matcher = WRITTEN.matcher(text.toUpperCase(Locale.ROOT));
        if (matcher.matches()) {
            final int power = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
            try {
                return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
            } catch (final ArithmeticException tooLarge) {
                throw refused(field, text);
            }
        }
        throw refused(field, text);
    }

    /** E.g. {@code 1.50 GiB}. */
    static String show(final long bytes) {
        if (bytes < UNIT) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= UNIT && unit < UNITS.length() - 1) {
            value /= UNIT;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f %siB", value, UNITS.charAt(unit));
    }

    private static StorageException refused(final String field, final String text) {
        return new StorageException(
                StorageException.Code.INVALID,
                field + ": must be bytes with an optional unit K, M, G, T or P (e.g. 10G), is " + text);
    }
}
