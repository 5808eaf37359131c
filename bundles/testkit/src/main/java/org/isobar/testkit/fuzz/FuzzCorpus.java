package org.isobar.testkit.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.isobar.common.Check;

/**
 * The inputs that a coverage-guided fuzzer found for one target, kept beside it as {@code /fuzz/NAME.corpus}, one a line in
 * base64. Replays them, then mutations of them that follow from a seed: what CI has of the fuzzer.
 */
public final class FuzzCorpus {
    private static final int MAX_EDITS = 4;
    private static final int[] TELLING_VALUES = {0, 1, 2, 3, 4, 7, 8, 16, 32, 63, 64, 127, 128, 129, 254, 255};

    private final String name;
    private final List<byte[]> inputs = new ArrayList<>();

    /** Reads the corpus of a target. */
    public FuzzCorpus(final Class<?> target, final String name) throws IOException {
        this.name = name;
        try (InputStream file = target.getResourceAsStream("/fuzz/" + name + ".corpus")) {
            Check.that(file != null, "corpus is missing: /fuzz/" + name + ".corpus");
            final String all = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
            all.lines().map(Base64.getDecoder()::decode).forEach(inputs::add);
        }
        Check.that(!inputs.isEmpty(), "corpus is empty: " + name);
    }

    /** Runs the target on every input as it is. */
    public void replay(final Consumer<byte[]> target) {
        inputs.forEach(input -> run(target, input));
    }

    /** Runs the target on {@code count} mutated inputs. */
    public void mutate(final Consumer<byte[]> target, final long seed, final int count) {
        final Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            run(target, mutated(random));
        }
    }

    private void run(final Consumer<byte[]> target, final byte[] input) {
        try {
            target.accept(input);
        } catch (final RuntimeException | AssertionError failure) {
            throw new AssertionError(
                    "fuzz target " + name + " fails on " + Base64.getEncoder().encodeToString(input), failure);
        }
    }

    private byte[] mutated(final Random random) {
        byte[] bytes = any(random).clone();
        for (int edits = 1 + random.nextInt(MAX_EDITS); edits > 0; edits--) {
            bytes = bytes.length == 0 ? any(random).clone() : edited(bytes, random);
        }
        return bytes;
    }

    private byte[] edited(final byte[] bytes, final Random random) {
        final int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 1 -> bytes[at] = (byte) TELLING_VALUES[random.nextInt(TELLING_VALUES.length)];
            case 2 -> bytes[at] = (byte) random.nextInt();
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return spliced(bytes, at, any(random), random);
            }
            default -> {
                final int end = Math.min(bytes.length, at + 1 + random.nextInt(32));
                return spliced(bytes, at, Arrays.copyOfRange(bytes, at, end), random);
            }
        }
        return bytes;
    }

    /** The head of one input, then the tail of another. */
    private static byte[] spliced(final byte[] head, final int headBytes, final byte[] other, final Random random) {
        final int from = random.nextInt(other.length + 1);
        final byte[] joined = Arrays.copyOf(head, headBytes + other.length - from);
        System.arraycopy(other, from, joined, headBytes, other.length - from);
        return joined;
    }

    private byte[] any(final Random random) {
        return inputs.get(random.nextInt(inputs.size()));
    }
}
