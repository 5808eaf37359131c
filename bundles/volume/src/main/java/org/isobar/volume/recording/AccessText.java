package org.isobar.volume.recording;

import java.io.IOException;
import java.io.Writer;

/** Accesses as lines of text. */
public final class AccessText implements AccessReader.Sink {
    /** Length of a block. */
    public static final int BLOCK_BYTES = 512;

    private static final char COMMA = ',';

    private final Writer to;
    private final int pageBlocks;
    private final StringBuilder lines = new StringBuilder();

    /** Writes to {@code to}, which has a buffer, when {@link #flush} is called. */
    public AccessText(final Writer to, final int pageBlocks) {
        this.to = to;
        this.pageBlocks = pageBlocks;
    }

    /** Names the columns. */
    public void head() {
        lines.append("time_us,op,page,block,blocks\n");
    }

    @Override
    public void access(final long timeUs, final int op, final long block, final int blocks) {
        lines.append(timeUs)
                .append(COMMA)
                .append(AccessOp.text(op))
                .append(COMMA)
                .append(block / pageBlocks)
                .append(COMMA)
                .append(block)
                .append(COMMA)
                .append(blocks)
                .append('\n');
    }

    /** Writes the lines since the last time. */
    public void flush() throws IOException {
        to.append(lines).flush();
        lines.setLength(0);
    }
}
