package org.isobar.scsi;

import static org.isobar.scsi.Hosts.KEY_A;
import static org.isobar.scsi.Hosts.KEY_B;
import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTask;
import org.junit.Test;

/** PREEMPT AND ABORT has the transport abort the tasks of the preempted, and ends when they have (SPC-4 §5.13.11.5). */
public final class PreemptAndAbortTest {
    private final Hosts hosts = new Hosts();
    private final List<String> asked = new ArrayList<>();
    private final List<Runnable> drains = new ArrayList<>();
    private final List<ScsiTask> spared = new ArrayList<>();

    public PreemptAndAbortTest() {
        watch(hosts.a, "a");
        watch(hosts.b, "b");
        watch(hosts.c, "c");
    }

    @Test
    public void itEndsOnceTheTasksOfThePreemptedAreGone() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        final ScsiFixture.Task preempt = start(hosts.b, KEY_B, KEY_A);
        assertEquals(List.of("a"), asked);
        assertEquals(0, preempt.completions);
        hosts.write(hosts.a).assertConflict();
        hosts.assertTold(hosts.a, 0x05);
        drains.get(0).run();
        hosts.scsi.sim.run();
        preempt.assertGood();
        assertEquals(1, preempt.completions);
        assertEquals("3:b", hosts.reservation());
    }

    @Test
    public void itSparesItselfAndWaitsForAll() {
        hosts.register(hosts.a, 5).assertGood();
        hosts.register(hosts.b, 5).assertGood();
        hosts.register(hosts.c, Hosts.KEY_C).assertGood();
        final ScsiFixture.Task preempt = start(hosts.b, 5, 5);
        assertEquals("the asker lost its registration too", 2, asked.size());
        assertEquals(List.of(preempt, preempt), spared);
        drains.get(0).run();
        hosts.scsi.sim.run();
        assertEquals(0, preempt.completions);
        drains.get(1).run();
        hosts.scsi.sim.run();
        preempt.assertGood();
    }

    @Test
    public void changesOfOthersDoNotWaitForIt() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        final ScsiFixture.Task preempt = start(hosts.b, KEY_B, KEY_A);
        hosts.out(hosts.c, Hosts.REGISTER, Hosts.KEY_C, 0, 0, 0).assertGood();
        hosts.assertTold(hosts.a, 0x05);
        final ScsiFixture.Task back = start(hosts.a, KEY_A, KEY_B);
        back.assertConflict();
        assertEquals(0, preempt.completions);
    }

    @Test
    public void aRefusedOneAndPlainPreemptAbortNothing() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        start(hosts.b, KEY_B, 0x77).assertConflict();
        hosts.out(hosts.b, Hosts.PREEMPT, KEY_B, KEY_A, 3, 0).assertGood();
        assertEquals(List.of(), asked);
    }

    @Test
    public void whoeverLoggedOutHasNothingToAbort() {
        hosts.reserved(Hosts.EXCLUSIVE_ACCESS);
        hosts.a.close();
        start(hosts.b, KEY_B, KEY_A).assertGood();
        assertEquals(List.of(), asked);
    }

    private ScsiFixture.Task start(final ScsiNexus by, final long key, final long actionKey) {
        final ScsiFixture.Task task = hosts.task(
                Hosts.PREEMPT_AND_ABORT,
                Hosts.EXCLUSIVE_ACCESS,
                Hosts.list(key, actionKey, 0).array());
        hosts.scsi.start(by, task);
        hosts.scsi.sim.run();
        return task;
    }

    private void watch(final ScsiNexus nexus, final String name) {
        nexus.abortsThrough((but, drained) -> {
            asked.add(name);
            spared.add(but);
            drains.add(drained);
        });
    }
}
