package org.isobar.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;

/** Plots read bandwidth over the LBN space in text: a star where it is, a bar under the places where regions begin. */
final class ProfilePlot {
    private static final int COLUMNS = 72;
    private static final int ROWS = 12;

    private ProfilePlot() {}

    static String of(final DeviceProfile profile) {
        final double[] values = columns(profile.samples());
        final double most = Math.max(1, Arrays.stream(values).max().orElse(1));
        final StringBuilder plot = new StringBuilder();
        for (int row = ROWS; row > 0; row--) {
            plot.append(row == ROWS ? String.format(Locale.ROOT, "%8.0f MiB/s |", most) : " ".repeat(15) + "|");
            for (final double value : values) {
                plot.append(Math.ceil(value / most * ROWS) == row ? '*' : ' ');
            }
            plot.append('\n');
        }
        return plot.append(" ".repeat(13))
                .append("0 +")
                .append(borders(profile.regions()))
                .append('\n')
                .toString();
    }

    /** Means of the places in each column; 0 where none was measured. */
    private static double[] columns(final List<ProfileSample> samples) {
        final double[] sums = new double[COLUMNS];
        final int[] counts = new int[COLUMNS];
        for (int i = 0; i < samples.size(); i++) {
            if (samples.get(i).performance().known()) {
                // A place lies at the middle of its share of the space; few places spread over several columns.
                final int from = i * COLUMNS / samples.size();
                final int to = Math.max(from + 1, (i + 1) * COLUMNS / samples.size());
                for (int column = from; column < to; column++) {
                    sums[column] += samples.get(i).performance().readMibPerS();
                    counts[column]++;
                }
            }
        }
        for (int i = 0; i < COLUMNS; i++) {
            sums[i] = counts[i] == 0 ? 0 : sums[i] / counts[i];
        }
        return sums;
    }

    private static String borders(final List<ProfileRegion> regions) {
        final char[] line = new char[COLUMNS];
        Arrays.fill(line, '-');
        final long chunklets =
                regions.stream().mapToLong(ProfileRegion::chunkletCount).sum();
        for (final ProfileRegion region : regions) {
            line[(int) ((long) region.firstChunklet() * COLUMNS / chunklets)] = '|';
        }
        return new String(line);
    }
}
