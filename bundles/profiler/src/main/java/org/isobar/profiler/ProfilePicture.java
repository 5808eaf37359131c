package org.isobar.profiler;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;

/** Draws a profile: read bandwidth above, random reads below, a grey line where a region begins. */
final class ProfilePicture {
    private static final int WIDTH = 900;
    private static final int LEFT = 70;
    private static final int RIGHT = WIDTH - 20;
    private static final int PANEL_HEIGHT = 180;
    private static final int PANEL_GAP = 50;
    private static final int TOP = 50;
    private static final int HEIGHT = TOP + 2 * (PANEL_HEIGHT + PANEL_GAP);
    private static final double HEADROOM = 1.1;
    private static final double GIB = 1 << 30;

    private final DeviceProfile profile;
    private final StringBuilder svg = new StringBuilder();
    private final long first;
    private final long last;

    private ProfilePicture(final DeviceProfile profile) {
        this.profile = profile;
        final List<ProfileSample> samples = profile.samples();
        first = samples.get(0).offsetBytes();
        last = Math.max(first + 1, samples.get(samples.size() - 1).offsetBytes());
    }

    static String svg(final DeviceProfile profile) {
        return new ProfilePicture(profile).draw();
    }

    private String draw() {
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT));
        text(LEFT, 20, "start", "device " + profile.device() + ", profile " + profile.version());
        panel(TOP, "MiB/s, sequential reads", "#1f6fb4", Performance::readMibPerS);
        panel(TOP + PANEL_HEIGHT + PANEL_GAP, "random reads of 4 KiB a second", "#c05621", Performance::readsPerS);
        return svg.append("</svg>\n").toString();
    }

    private void panel(
            final int top, final String title, final String colour, final ToDoubleFunction<Performance> what) {
        final double most = Math.max(
                1,
                HEADROOM
                        * profile.samples().stream()
                                .mapToDouble(sample -> what.applyAsDouble(sample.performance()))
                                .max()
                                .orElse(1));
        final int bottom = top + PANEL_HEIGHT;
        text(LEFT, top - 8, "start", title);
        text(LEFT - 6, top + 12, "end", String.format(Locale.ROOT, "%.0f", most));
        text(LEFT - 6, bottom, "end", "0");
        text(LEFT, bottom + 16, "start", String.format(Locale.ROOT, "%.1f GiB", first / GIB));
        text(RIGHT, bottom + 16, "end", String.format(Locale.ROOT, "%.1f GiB", last / GIB));
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"black\"/>%n",
                LEFT,
                top,
                RIGHT - LEFT,
                PANEL_HEIGHT));
        final int chunklets = chunklets();
        for (final ProfileRegion region : profile.regions()) {
            final double from = LEFT + (double) (RIGHT - LEFT) * region.firstChunklet() / chunklets;
            final double to =
                    LEFT + (double) (RIGHT - LEFT) * (region.firstChunklet() + region.chunkletCount()) / chunklets;
            final double level = height(bottom, what.applyAsDouble(region.performance()), most);
            line(from, top, from, bottom, "#999999");
            line(from, level, to, level, colour);
        }
        for (final ProfileSample sample : profile.samples()) {
            if (sample.performance().known()) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\" fill=\"%s\"/>%n",
                        LEFT + (double) (RIGHT - LEFT) * (sample.offsetBytes() - first) / (last - first),
                        height(bottom, what.applyAsDouble(sample.performance()), most),
                        colour));
            }
        }
    }

    private int chunklets() {
        return profile.regions().stream().mapToInt(ProfileRegion::chunkletCount).sum();
    }

    private static double height(final int bottom, final double value, final double most) {
        return bottom - PANEL_HEIGHT * value / most;
    }

    private void line(final double x, final double y, final double toX, final double toY, final String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                x,
                y,
                toX,
                toY,
                colour));
    }

    private void text(final int x, final int y, final String anchor, final String words) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, words));
    }
}
