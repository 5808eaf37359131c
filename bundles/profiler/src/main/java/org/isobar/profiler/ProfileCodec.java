package org.isobar.profiler;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;

/**
 * A profile as a document of the catalog, big-endian: magic "PROF", format, length and CRC32C of what follows; the
 * profile's figures, the counts of samples and regions, then these; performances as six floats. Other formats are refused.
 */
final class ProfileCodec {
    private static final int MAGIC = 0x50524F46;
    private static final int FORMAT = 1;
    private static final int HEADER_BYTES = 4 * Integer.BYTES;
    private static final int FIGURES_BYTES = 2 * Long.BYTES + 6 * Integer.BYTES + Long.BYTES;
    private static final int PERFORMANCE_BYTES = 6 * Float.BYTES;
    private static final int SAMPLE_BYTES = Long.BYTES + PERFORMANCE_BYTES;
    private static final int REGION_BYTES = 2 * Integer.BYTES + PERFORMANCE_BYTES;

    private ProfileCodec() {}

    /** The document; at most {@value ProfilerSettings#PLACES_MAX} samples and regions fit into the catalog. */
    static byte[] encode(final DeviceProfile profile) {
        final ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES
                + FIGURES_BYTES
                + profile.samples().size() * SAMPLE_BYTES
                + profile.regions().size() * REGION_BYTES);
        bytes.position(HEADER_BYTES);
        bytes.putLong(profile.device().getMostSignificantBits());
        bytes.putLong(profile.device().getLeastSignificantBits());
        bytes.putLong(profile.takenWallMs());
        bytes.putInt(profile.version());
        bytes.putInt(profile.direct() ? 1 : 0);
        bytes.putInt(profile.repetitions());
        bytes.putInt(profile.driftPercent());
        bytes.putInt(profile.samples().size());
        bytes.putInt(profile.regions().size());
        for (final ProfileSample sample : profile.samples()) {
            bytes.putLong(sample.offsetBytes());
            put(bytes, sample.performance());
        }
        for (final ProfileRegion region : profile.regions()) {
            bytes.putInt(region.firstChunklet());
            bytes.putInt(region.chunkletCount());
            put(bytes, region.performance());
        }
        bytes.putInt(0, MAGIC);
        bytes.putInt(Integer.BYTES, FORMAT);
        bytes.putInt(2 * Integer.BYTES, bytes.capacity() - HEADER_BYTES);
        bytes.putInt(3 * Integer.BYTES, crc(bytes));
        return bytes.array();
    }

    /**
     * The profile of a document.
     *
     * @throws IllegalArgumentException when it is damaged or of another format; the message says what
     */
    static DeviceProfile decode(final byte[] document) {
        final ByteBuffer bytes = ByteBuffer.wrap(document);
        if (bytes.capacity() < HEADER_BYTES + FIGURES_BYTES || bytes.getInt(0) != MAGIC) {
            throw new IllegalArgumentException("not a profile");
        }
        if (bytes.getInt(Integer.BYTES) != FORMAT) {
            throw new IllegalArgumentException("profile of an unknown format: format=" + bytes.getInt(Integer.BYTES));
        }
        if (bytes.getInt(2 * Integer.BYTES) != bytes.capacity() - HEADER_BYTES
                || bytes.getInt(3 * Integer.BYTES) != crc(bytes)) {
            throw new IllegalArgumentException("profile is damaged");
        }
        bytes.position(HEADER_BYTES);
        final UUID device = new UUID(bytes.getLong(), bytes.getLong());
        final long takenWallMs = bytes.getLong();
        final int version = bytes.getInt();
        final boolean direct = bytes.getInt() != 0;
        final int repetitions = bytes.getInt();
        final int driftPercent = bytes.getInt();
        final int sampleCount = bytes.getInt();
        final int regionCount = bytes.getInt();
        if ((long) sampleCount * SAMPLE_BYTES + (long) regionCount * REGION_BYTES != bytes.remaining()) {
            throw new IllegalArgumentException("profile is damaged");
        }
        final List<ProfileSample> samples = new ArrayList<>(sampleCount);
        for (int i = 0; i < sampleCount; i++) {
            samples.add(new ProfileSample(bytes.getLong(), performance(bytes)));
        }
        final List<ProfileRegion> regions = new ArrayList<>(regionCount);
        for (int i = 0; i < regionCount; i++) {
            regions.add(new ProfileRegion(bytes.getInt(), bytes.getInt(), performance(bytes)));
        }
        return new DeviceProfile(device, version, takenWallMs, direct, repetitions, driftPercent, samples, regions);
    }

    private static void put(final ByteBuffer bytes, final Performance performance) {
        bytes.putFloat((float) performance.readMibPerS());
        bytes.putFloat((float) performance.readsPerS());
        bytes.putFloat((float) performance.readLatencyUs());
        bytes.putFloat((float) performance.writeMibPerS());
        bytes.putFloat((float) performance.writesPerS());
        bytes.putFloat((float) performance.writeLatencyUs());
    }

    private static Performance performance(final ByteBuffer bytes) {
        return new Performance(
                figure(bytes), figure(bytes), figure(bytes), figure(bytes), figure(bytes), figure(bytes));
    }

    /** With no more digits than were kept. */
    private static double figure(final ByteBuffer bytes) {
        return Double.parseDouble(Float.toString(bytes.getFloat()));
    }

    private static int crc(final ByteBuffer bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes.slice(HEADER_BYTES, bytes.capacity() - HEADER_BYTES));
        return (int) crc.getValue();
    }
}
