package org.isobar.iscsi.chap;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.junit.Test;

/** The responses were computed with Python's {@code hashlib} over identifier, secret and challenge. */
public final class ChapAlgorithmTest {
    private static final byte[] SECRET = "correct-horse-battery".getBytes(StandardCharsets.US_ASCII);

    @Test
    public void respondsByMd5() {
        assertResponse(ChapAlgorithm.MD5, 42, counting(16), "c3d8912ce6cbd66f14142e0506344360");
    }

    @Test
    public void respondsBySha1() {
        final byte[] challenge = new byte[20];
        Arrays.fill(challenge, (byte) 0xFF);
        assertResponse(ChapAlgorithm.SHA_1, 0, challenge, "42fc5e16742359b00f75dff5fa313508e085ee96");
    }

    @Test
    public void respondsBySha256() {
        assertResponse(
                ChapAlgorithm.SHA_256,
                255,
                counting(32),
                "2e44ac751a59b91e2f63a04973822b681fe2303db2e20e65658c0fdc114bd949");
    }

    @Test
    public void respondsBySha3() {
        assertResponse(
                ChapAlgorithm.SHA3_256,
                1,
                new byte[1],
                "d73f25221582307aefbd15e6071982a013ecaf990798a00ae61d681092625193");
    }

    @Test
    public void readsLists() {
        assertEquals(Set.of(ChapAlgorithm.MD5, ChapAlgorithm.SHA3_256), ChapAlgorithm.parse("9,8,5,4294967301"));
        assertEquals(Set.of(), ChapAlgorithm.parse("1"));
        for (final String malformed : new String[] {"", "5,", "five", "-5", "5 ", "99999999999"}) {
            assertNull(malformed, ChapAlgorithm.parse(malformed));
        }
    }

    @Test
    public void hasNumbersAndLengthsOfTheRegistry() {
        final StringBuilder all = new StringBuilder();
        for (final ChapAlgorithm algorithm : ChapAlgorithm.values()) {
            final int length = algorithm.respond(0, SECRET, new byte[1]).length;
            assertEquals(length, algorithm.hashBytes());
            assertEquals(algorithm, ChapAlgorithm.labelled(algorithm.label()));
            all.append(algorithm.number()).append('=').append(algorithm.label()).append(' ');
        }
        assertEquals("5=MD5 6=SHA-1 7=SHA-256 8=SHA3-256 ", all.toString());
        assertNull(ChapAlgorithm.labelled("MD4"));
    }

    private static void assertResponse(
            final ChapAlgorithm algorithm, final int identifier, final byte[] challenge, final String expected) {
        assertArrayEquals(HexFormat.of().parseHex(expected), algorithm.respond(identifier, SECRET, challenge));
    }

    private static byte[] counting(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
