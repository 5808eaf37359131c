package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The device files of a running member are damaged, random blocks of 4 KiB at a time, on one device until a scrub has gone through,
 * then on the next, which is what every level must bear. Meanwhile writers write, read back and judge, and a stock
 * initiator compares images that were copied before. All damage must be found and mended, counted, and never be seen by
 * an initiator. {@code -Disobar.flips=N} sets how many blocks (500 by default, 10,000 in the long form: {@code
 * itests/clients/run flips 10000}), {@code -Disobar.seed=N} repeats their choice.
 */
public class FlippedBlocksIT {
    private static final int FLIPS = Integer.getInteger("isobar.flips", 500);
    private static final int ROUNDS_MIN = 3;
    private static final int FLIPS_OF_ROUND = 600;
    private static final long PAUSE_MS = 4;

    private static final int IMAGE_BYTES = 64 << 20;
    private static final List<String> POOLS = List.of("A", "B", "C", "N");
    private static final int SESSIONS = 2;
    private static final int SLOTS = 1024;
    private static final int DEPTH = 4;
    /** To write, and once more to read everything back. */
    private static final int LOGINS = 2;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<AckWriter> writers = new ArrayList<>();
    private final List<String> images = new ArrayList<>();
    private final AtomicBoolean comparing = new AtomicBoolean(true);
    private Appliance appliance;
    private Path image;

    @Before
    public void bootMember() throws IOException {
        appliance = Appliance.demo("flipped-blocks", Map.of("org.isobar.raid.cfg", "sweep.share=100\n"));
        appliance.create("/pools", "{\"name\":\"N\",\"level\":\"5\",\"writeLog\":false}");
        image = folder.newFile("original.img").toPath();
        final byte[] noise = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(noise);
        Files.write(image, noise);
        for (final String pool : POOLS) {
            for (final String name : List.of("busy-" + pool, "image-" + pool)) {
                appliance.create(
                        "/volumes",
                        "{\"name\":\"" + name.toLowerCase(Locale.ROOT) + "\",\"sizeBytes\":" + IMAGE_BYTES
                                + ",\"pool\":\"" + pool + "\"}");
            }
            images.add(appliance.url("image-" + pool.toLowerCase(Locale.ROOT)));
        }
        images.forEach(url -> Tools.imageToVolume(image, url));
    }

    @After
    public void stopMember() {
        writers.forEach(AckWriter::close);
        appliance.close();
    }

    @Test
    public void areFoundAndMendedAndNeverSeen() throws IOException {
        final long seed = Long.getLong("isobar.seed", System.nanoTime());
        final Random random = new Random(seed);
        System.out.println("FlippedBlocksIT: seed=" + seed + " flips=" + FLIPS);
        startWriters(random);
        final CompletableFuture<Integer> compared = CompletableFuture.supplyAsync(this::compareImages);
        final JsonNode devices = appliance.get("/devices");
        final Flips flips = new Flips(random);
        final int rounds = Math.max(ROUNDS_MIN, FLIPS / FLIPS_OF_ROUND);
        long wrongStripes = 0;
        for (int round = 0; round < rounds; round++) {
            final int count = FLIPS / rounds + (round < FLIPS % rounds ? 1 : 0);
            flips.flip(devices.get(round % devices.size()), appliance.get("/raid-sets"), count, PAUSE_MS);
            wrongStripes += appliance.scrub(true);
            flips.assertAllGone();
            System.out.println("FlippedBlocksIT: round=" + (round + 1) + "/" + rounds + " restored=" + flips.restored()
                    + " overwritten=" + flips.overwritten() + " mended=" + counted("mendedBlocks"));
        }
        comparing.set(false);
        final AckWriter.Tally all = stopWriters();
        System.out.println("FlippedBlocksIT: flips=" + FLIPS + " restored=" + flips.restored() + " overwritten="
                + flips.overwritten() + " mended=" + counted("mendedBlocks") + " stripesWrongInScrubs=" + wrongStripes
                + " imagesCompared=" + compared.join() + " " + all);
        assertEquals("flips that were found", FLIPS, flips.restored() + flips.overwritten());
        final long mended = counted("mendedBlocks");
        assertTrue("blocks counted as mended: " + mended, mended >= flips.restored() && mended <= FLIPS);
        assertTrue("too many were simply written over: " + flips.overwritten(), flips.overwritten() < FLIPS / 4);
        assertEquals("blocks that could not be mended", 0, counted("unrepairable") + counted("lostBlocks"));
        assertEquals("stripes still wrong", 0, appliance.scrub(false));
        appliance.stop();
        assertEquals("", appliance.errors());
        appliance.checkStrictly();
    }

    private void startWriters(final Random random) throws IOException {
        final Path program = Tools.compile("ackwriter", folder.getRoot().toPath());
        for (final String pool : POOLS) {
            final String url = appliance.url("busy-" + pool.toLowerCase(Locale.ROOT));
            for (int session = 0; session < SESSIONS; session++) {
                writers.add(AckWriter.start(program, url, SLOTS, DEPTH, random.nextInt(1 << 30), session, SESSIONS));
            }
        }
        for (final AckWriter writer : writers) {
            writer.await("WRITING");
        }
    }

    private AckWriter.Tally stopWriters() throws IOException {
        AckWriter.Tally all = AckWriter.Tally.NONE;
        for (final AckWriter writer : writers) {
            writer.stop();
        }
        for (final AckWriter writer : writers) {
            all = all.plus(writer.done());
        }
        assertEquals("a command failed or a connection was lost", LOGINS * (long) writers.size(), all.connects());
        return all;
    }

    /** Until it is told to stop; every volume at least once. */
    private int compareImages() {
        int count = 0;
        while (comparing.get() || count < images.size()) {
            Tools.run(
                    "qemu-img",
                    "compare",
                    "-f",
                    "raw",
                    "-F",
                    "raw",
                    image.toString(),
                    images.get(count % images.size()));
            count++;
        }
        return count;
    }

    private long counted(final String what) {
        long sum = 0;
        for (final JsonNode set : appliance.get("/raid-sets")) {
            sum += set.get("info").get(what).asLong();
        }
        return sum;
    }
}
