package org.isobar.pool.check;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the checker has to say: findings, which make it fail, notes, which do not, and counts. */
final class CheckReport {
    private static final int CONTROL_CHARS = 0x20;

    private final PrintStream out;
    private final boolean json;
    private final boolean silent;
    private final List<Line> lines = new ArrayList<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();

    CheckReport(final PrintStream out, final boolean json) {
        this.out = out;
        this.json = json;
        silent = json;
    }

    /** Prints nothing. */
    CheckReport() {
        out = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        json = false;
        silent = true;
    }

    /** Something that must not be. {@code where} names it: {@code set=3 stripe=17}. */
    void finding(final String where, final String what) {
        add(new Line(true, where, what));
    }

    /** Something worth knowing that may well be. */
    void note(final String where, final String what) {
        add(new Line(false, where, what));
    }

    /** How much was looked at. */
    void count(final String what, final long more) {
        counts.merge(what, more, Long::sum);
    }

    /** Prints the summary, and with JSON everything. */
    void end() {
        counts.put("findings", found());
        if (json) {
            out.println(toJson());
            return;
        }
        final StringBuilder summary = new StringBuilder(clean() ? "clean" : "damaged").append(':');
        counts.forEach(
                (what, count) -> summary.append(' ').append(what).append('=').append(count));
        out.println(summary);
    }

    boolean clean() {
        return found() == 0;
    }

    /** All findings, each as it is printed. */
    List<String> findings() {
        return lines.stream()
                .filter(Line::finding)
                .map(line -> line.where + ": " + line.what)
                .toList();
    }

    private long found() {
        return lines.stream().filter(Line::finding).count();
    }

    private void add(final Line line) {
        lines.add(line);
        if (!silent) {
            out.println((line.finding ? "finding: " : "note: ") + line.where + ": " + line.what);
        }
    }

    private String toJson() {
        final StringBuilder text =
                new StringBuilder("{\"clean\":").append(clean()).append(",\"counts\":{");
        String separator = "";
        for (final Map.Entry<String, Long> count : counts.entrySet()) {
            text.append(separator).append(quoted(count.getKey())).append(':').append(count.getValue());
            separator = ",";
        }
        append(text.append("},\"findings\":["), true);
        append(text.append("],\"notes\":["), false);
        return text.append("]}").toString();
    }

    private void append(final StringBuilder text, final boolean findings) {
        String separator = "";
        for (final Line line : lines) {
            if (line.finding == findings) {
                text.append(separator)
                        .append("{\"where\":")
                        .append(quoted(line.where))
                        .append(",\"what\":")
                        .append(quoted(line.what))
                        .append('}');
                separator = ",";
            }
        }
    }

    private static String quoted(final String text) {
        final StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            final char one = text.charAt(i);
            if (one == '"' || one == '\\') {
                quoted.append('\\').append(one);
            } else if (one < CONTROL_CHARS) {
                quoted.append(String.format("\\u%04x", (int) one));
            } else {
                quoted.append(one);
            }
        }
        return quoted.append('"').toString();
    }

    private record Line(boolean finding, String where, String what) {}
}
