package org.isobar.profile;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws a flame graph of collapsed stacks (one a line: frames from the outermost on with semicolons between, a blank, samples) as an SVG
 * for the documentation, from the loop of the lanes upwards:
 * {@code java FlameGraph.java STACKS "TITLE" > graph.svg}. Frames with less than 0.4 % of the samples are left out.
 */
public final class FlameGraph {
    private static final int WIDTH = 1200;
    private static final int ROW = 17;
    private static final int TOP = 30;
    private static final double LEAST_SHARE = 0.004;
    private static final double CHARACTER_WIDTH = 6.2;
    private static final String BASE = "SingleThreadIoEventLoop.run";

    private final PrintStream out;
    private final long all;
    private final int height;

    private FlameGraph(final PrintStream out, final Frame root) {
        this.out = out;
        all = root.samples;
        height = TOP + ROW * root.depth(LEAST_SHARE * root.samples);
    }

    private static final class Frame {
        private final Map<String, Frame> callees = new TreeMap<>();
        private long samples;

        void add(final List<String> frames, final long count) {
            samples += count;
            if (!frames.isEmpty()) {
                callees.computeIfAbsent(frames.get(0), name -> new Frame())
                        .add(frames.subList(1, frames.size()), count);
            }
        }

        int depth(final double least) {
            return samples < least
                    ? 0
                    : 1
                            + callees.values().stream()
                                    .mapToInt(callee -> callee.depth(least))
                                    .max()
                                    .orElse(0);
        }
    }

    public static void main(final String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: java FlameGraph.java STACKS TITLE > graph.svg");
            System.exit(2);
        }
        final Frame root = new Frame();
        for (final String line : Files.readAllLines(Path.of(arguments[0]))) {
            final int blank = line.lastIndexOf(' ');
            final List<String> frames = List.of(line.substring(0, blank).split(";"));
            final int base = frames.indexOf("io/netty/channel/" + BASE);
            if (base >= 0) {
                root.add(frames.subList(base + 1, frames.size()), Long.parseLong(line.substring(blank + 1)));
            }
        }
        if (root.samples == 0) {
            System.err.println("no samples of the lanes in " + arguments[0]);
            System.exit(1);
        }
        final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        new FlameGraph(out, root).draw(root, arguments[1]);
    }

    private void draw(final Frame root, final String title) {
        out.printf(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"monospace\""
                        + " font-size=\"11\">%n",
                WIDTH, height);
        out.printf("<text x=\"4\" y=\"16\" font-size=\"13\">%s (%d samples)</text>%n", escape(title), all);
        draw("lane", root, 0, 0);
        out.println("</svg>");
    }

    private void draw(final String name, final Frame frame, final long before, final int row) {
        if (frame.samples < LEAST_SHARE * all) {
            return;
        }
        final double x = (double) before / all * WIDTH;
        final double width = (double) frame.samples / all * WIDTH;
        final int y = height - (row + 1) * ROW;
        final String shown = shorten(name);
        final int room = (int) ((width - 4) / CHARACTER_WIDTH);
        out.printf(
                "<g><title>%s %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\""
                        + " stroke=\"#fff\"/>",
                escape(shown), 100.0 * frame.samples / all, x, y, width, ROW, colour(name));
        if (room > 2) {
            final String text = shown.length() > room ? shown.substring(0, room) : shown;
            out.printf("<text x=\"%.1f\" y=\"%d\">%s</text>", x + 2, y + 12, escape(text));
        }
        out.println("</g>");
        long done = before;
        for (final Map.Entry<String, Frame> callee : frame.callees.entrySet()) {
            draw(callee.getKey(), callee.getValue(), done, row + 1);
            done += callee.getValue().samples;
        }
    }

    /** Kernel orange, the product green, Netty blue, others grey. */
    private static String colour(final String frame) {
        if (frame.endsWith("_[k]")) {
            return "#f4b183";
        }
        if (frame.startsWith("org/isobar/")) {
            return "#a9d18e";
        }
        return frame.startsWith("io/netty/") ? "#9dc3e6" : "#d0d0d0";
    }

    private static String shorten(final String frame) {
        return frame.substring(frame.lastIndexOf('/') + 1).replace("_[k]", "");
    }

    private static String escape(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
