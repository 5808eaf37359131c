package org.isobar.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Writers that keep their own record of what was acknowledged run on a volume of every level, and on one of RAID 5 without a
 * write log, while the member is killed with SIGKILL at random moments: in the middle of writes, while columns are made
 * consistent, while initiators log in again. {@code -Disobar.kills=N} sets how often (6 by default, 200 in the long form:
 * {@code itests/clients/run kills 200}), {@code -Disobar.seed=N} repeats a run's moments.
 */
public class AcknowledgedWritesIT {
    private static final int KILLS = Integer.getInteger("isobar.kills", 4);
    private static final int SESSIONS = 4;
    private static final int SLOTS = 2048;
    private static final int DEPTH = 8;
    private static final int TOLD_EVERY = 10;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<AckWriter> writers = new ArrayList<>();
    private Appliance appliance;

    @Before
    public void bootMember() {
        appliance = Appliance.demo("acknowledged-writes");
        appliance.create("/pools", "{\"name\":\"N\",\"level\":\"5\",\"writeLog\":false}");
        appliance.create("/volumes", "{\"name\":\"vol-n\",\"sizeBytes\":1073741824,\"pool\":\"N\"}");
    }

    @After
    public void stopMember() {
        writers.forEach(AckWriter::close);
        appliance.close();
    }

    @Test
    public void areNeverLostByAKill() throws IOException {
        final long seed = Long.getLong("isobar.seed", System.nanoTime());
        final Random random = new Random(seed);
        System.out.println("AcknowledgedWritesIT: seed=" + seed + " kills=" + KILLS);
        final Path program = Tools.compile("ackwriter", folder.getRoot().toPath());
        for (final String volume : List.of("vol-a", "vol-b", "vol-c", "vol-n")) {
            final String url = appliance.url(volume);
            for (int session = 0; session < SESSIONS; session++) {
                writers.add(AckWriter.start(program, url, SLOTS, DEPTH, random.nextInt(1 << 30), session, SESSIONS));
            }
        }
        for (int kill = 1; kill <= KILLS; kill++) {
            if (kill == 1 || random.nextInt(4) > 0) {
                for (final AckWriter writer : writers) {
                    writer.await("WRITING");
                }
            }
            Appliance.pause(random.nextInt(1500));
            appliance.kill();
            appliance.start();
            if (kill % TOLD_EVERY == 0) {
                System.out.println("AcknowledgedWritesIT: killed=" + kill);
            }
        }
        AckWriter.Tally all = AckWriter.Tally.NONE;
        for (final AckWriter writer : writers) {
            writer.await("WRITING");
        }
        for (final AckWriter writer : writers) {
            writer.stop();
        }
        for (final AckWriter writer : writers) {
            all = all.plus(writer.done());
        }
        System.out.println("AcknowledgedWritesIT: kills=" + KILLS + " " + all + " lost=0");
        assertTrue("the writers hardly wrote: " + all, all.acknowledged() > KILLS * 100L);
        appliance.awaitSets("HEALTHY");
        assertEquals("redundancy that does not match", 0, appliance.scrub(false));
        appliance.stop();
        appliance.checkStrictly();
    }
}
