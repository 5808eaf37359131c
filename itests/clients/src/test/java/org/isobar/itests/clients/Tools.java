package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the stock tools that the tests judge the member with, each with a time limit. */
final class Tools {
    private static final long LIMIT_S = 300;
    /** What the launcher gives a member's JVM; tests start many, and none runs long enough to pay for the best code. */
    private static final String MEMBER_OPTIONS = "ISOBAR_JAVA_OPTS";

    private static final String QUICK_TO_START = "-XX:TieredStopAtLevel=1";

    private Tools() {}

    /** Runs a command that must succeed and returns what it printed. */
    static String run(final String... command) {
        final Result result = attempt(command);
        assertEquals(String.join(" ", command) + " printed:\n" + result.output(), 0, result.exit());
        return result.output();
    }

    /** Runs a command whatever its end. */
    static Result attempt(final String... command) {
        try {
            final Path output = Files.createTempFile("isobar-tool", ".log");
            final ProcessBuilder builder = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putIfAbsent(MEMBER_OPTIONS, QUICK_TO_START);
            final Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(String.join(" ", command) + ": not done after " + LIMIT_S + " s, printed:\n"
                        + Files.readString(output, StandardCharsets.UTF_8));
            }
            final String printed = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Result(process.exitValue(), printed);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Compiles a C program of this module against libiscsi. */
    static Path compile(final String name, final Path folder) {
        final Path program = folder.resolve(name);
        run("gcc", "-O2", "-Wall", "-o", program.toString(), "src/test/c/" + name + ".c", "-liscsi");
        return program;
    }

    /**
     * Makes an ext4 image that holds real files: the libraries of the Java run-time under test.
     *
     * @param sizeBytes length of the image
     */
    static Path ext4Image(final Path image, final long sizeBytes) {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(sizeBytes);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
        final String files = System.getProperty("java.home") + "/lib";
        run("mkfs.ext4", "-q", "-F", "-d", files, image.toString());
        run("e2fsck", "-fn", image.toString());
        return image;
    }

    /** Writes a raw image to a volume with qemu's own initiator. */
    static void imageToVolume(final Path image, final String url) {
        run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), url);
    }

    /** Reads the first bytes of a volume into a file with qemu's own initiator. */
    static Path volumeToImage(final String url, final Path image, final long sizeBytes) {
        run("qemu-img", "convert", "-f", "raw", "-O", "raw", url, image.toString());
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            assertTrue("the volume is shorter than the image", file.length() >= sizeBytes);
            file.setLength(sizeBytes);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return image;
    }

    /** SHA-256 of a file's content. */
    static String sha256(final Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            final byte[] piece = new byte[1 << 20];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                digest.update(piece, 0, length);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** How a command ended. */
    record Result(int exit, String output) {}
}
