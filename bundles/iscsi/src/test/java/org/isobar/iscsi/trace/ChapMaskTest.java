package org.isobar.iscsi.trace;

import static org.junit.Assert.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.Test;

public final class ChapMaskTest {
    private static final String TEXT = "CHAP_N=me\0CHAP_R=0x1234\0X=CHAP_R=9\0CHAP_RX=1\0";
    private static final String MASKED = "CHAP_N=me\0CHAP_R=******\0X=CHAP_R=9\0CHAP_RX=1\0";

    @Test
    public void masksTheResponseOnlyHoweverTheTextIsCut() {
        final byte[] whole = TEXT.getBytes(StandardCharsets.US_ASCII);
        for (int cut = 0; cut <= whole.length; cut++) {
            final byte[] text = whole.clone();
            final ChapMask mask = new ChapMask();
            mask.apply(text, 0, cut);
            mask.apply(text, cut, text.length - cut);
            assertEquals("cut at " + cut, MASKED, new String(text, StandardCharsets.US_ASCII));
        }
    }

    @Test
    public void forgetsAKeyWhenTheTextBeginsAnew() {
        final ChapMask mask = new ChapMask();
        final byte[] first = "CHAP_R=1".getBytes(StandardCharsets.US_ASCII);
        mask.apply(first, 0, first.length);
        mask.reset();
        final byte[] next = "X=1".getBytes(StandardCharsets.US_ASCII);
        mask.apply(next, 0, next.length);
        assertEquals("CHAP_R=*", new String(first, StandardCharsets.US_ASCII));
        assertEquals("X=1", new String(next, StandardCharsets.US_ASCII));
    }
}
