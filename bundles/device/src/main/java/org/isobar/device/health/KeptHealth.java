package org.isobar.device.health;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.isobar.common.Check;

/**
 * What is kept of a device's health over a restart, and its form on media: version, then the fields, big-endian. Latencies are
 * not among it, they are learnt anew; nor is what the device says of itself, which is asked again.
 *
 * @param atMs wall-clock time that the counts are of; they decay from then on
 * @param suspect whether it was called suspect
 * @param failedSinceMs wall-clock time since when it is failed, 0 when it is not
 * @param why evidence that it was failed on
 * @param heldOffUntilMs wall-clock time before which it is not let in, 0 when it may be
 * @param readErrors reads that failed in the end
 * @param writeErrors writes and flushes that failed
 * @param timeouts operations beyond the time-out
 * @param retries reads that were tried again
 * @param corrected blocks that did not match their checksums
 * @param flaps times that it went away
 */
record KeptHealth(
        long atMs,
        boolean suspect,
        long failedSinceMs,
        String why,
        long heldOffUntilMs,
        double readErrors,
        double writeErrors,
        double timeouts,
        double retries,
        double corrected,
        double flaps) {
    private static final int VERSION = 1;
    private static final int WHY_BYTES_MAX = 1024;
    private static final int FIXED_BYTES = 1 + 1 + 3 * Long.BYTES + 6 * Double.BYTES;

    boolean failed() {
        return failedSinceMs > 0;
    }

    /** Points that the counts take off the score. */
    double points() {
        return HealthRules.points(readErrors, writeErrors, timeouts, retries, corrected, flaps);
    }

    /** With the counts as they are after a time. */
    KeptHealth decayed(final long nowMs, final double halfLifeMs) {
        final double share = Decaying.share(Math.max(0, nowMs - atMs), halfLifeMs);
        return new KeptHealth(
                nowMs,
                suspect,
                failedSinceMs,
                why,
                heldOffUntilMs,
                readErrors * share,
                writeErrors * share,
                timeouts * share,
                retries * share,
                corrected * share,
                flaps * share);
    }

    byte[] encode() {
        final byte[] words = why.getBytes(StandardCharsets.UTF_8);
        final int length = Math.min(WHY_BYTES_MAX, words.length);
        return ByteBuffer.allocate(FIXED_BYTES + length)
                .put((byte) VERSION)
                .put((byte) (suspect ? 1 : 0))
                .putLong(atMs)
                .putLong(failedSinceMs)
                .putLong(heldOffUntilMs)
                .putDouble(readErrors)
                .putDouble(writeErrors)
                .putDouble(timeouts)
                .putDouble(retries)
                .putDouble(corrected)
                .putDouble(flaps)
                .put(words, 0, length)
                .array();
    }

    /**
     * What a document says.
     *
     * @throws IllegalArgumentException when it is of an unknown version, or not whole
     */
    static KeptHealth decode(final byte[] document) {
        try {
            final ByteBuffer in = ByteBuffer.wrap(document);
            Check.range("version", in.get(), VERSION, VERSION);
            final boolean suspect = in.get() != 0;
            final long atMs = in.getLong();
            final long failedSinceMs = Check.range("failedSinceMs", in.getLong(), 0, Long.MAX_VALUE);
            final long heldOffUntilMs = in.getLong();
            final double[] counts = new double[6];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = in.getDouble();
                if (!(counts[i] >= 0 && counts[i] < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("count: must be 0 or more, is " + counts[i]);
                }
            }
            final byte[] words = new byte[in.remaining()];
            in.get(words);
            return new KeptHealth(
                    atMs,
                    suspect,
                    failedSinceMs,
                    new String(words, StandardCharsets.UTF_8),
                    heldOffUntilMs,
                    counts[0],
                    counts[1],
                    counts[2],
                    counts[3],
                    counts[4],
                    counts[5]);
        } catch (final BufferUnderflowException tooShort) {
            throw new IllegalArgumentException("evidence is not whole: bytes=" + document.length, tooShort);
        }
    }
}
