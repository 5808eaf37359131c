package org.isobar.itests.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes devices of a running member slower, by the bundle of {@code itests/throttle}. */
final class Throttle {
    private static final Path DROP =
            Path.of("..", "throttle", "drop").toAbsolutePath().normalize();

    private Throttle() {}

    /** From now on devices are as fast as they are. */
    static void off(final Appliance appliance) {
        Tools.run(DROP.toString(), appliance.home().toString(), "off");
    }

    /** From now on devices are as slow as these settings say; the head of {@code drop} lists them. */
    static void drop(final Appliance appliance, final String... settings) {
        try {
            final Path file = Files.writeString(
                    appliance.home().resolve("throttle.settings"), String.join("\n", settings) + "\n", UTF_8);
            Tools.run(DROP.toString(), appliance.home().toString(), file.toString());
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
