package org.isobar.iscsi.trace;

import java.nio.charset.StandardCharsets;

/** Masks the values of {@code CHAP_R} in the text of log-in PDUs of one direction, also over several PDUs. */
final class ChapMask {
    private static final byte[] KEY = "CHAP_R=".getBytes(StandardCharsets.US_ASCII);
    private static final int OTHER_KEY = -1;

    /** How many characters of the key were seen, all of them within its value. */
    private int matched;

    /** The text begins anew. */
    void reset() {
        matched = 0;
    }

    /** Takes the next part of the text. */
    void apply(final byte[] text, final int from, final int length) {
        for (int i = from; i < from + length; i++) {
            if (text[i] == 0) {
                matched = 0;
            } else if (matched == KEY.length) {
                text[i] = '*';
            } else if (matched != OTHER_KEY) {
                matched = text[i] == KEY[matched] ? matched + 1 : OTHER_KEY;
            }
        }
    }
}
