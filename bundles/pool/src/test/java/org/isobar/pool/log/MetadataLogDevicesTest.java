package org.isobar.pool.log;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.testkit.FailAtN;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

public class MetadataLogDevicesTest {
    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final LogWorld world = new LogWorld(4, 4);

    private Code refusalOf(final Runnable action) {
        return assertThrows(StorageException.class, action::run).code();
    }

    @Test
    public void dropsDeviceThatFailsBeforeItTells() {
        world.open(0, 1, 2);
        world.devices.get(1).failNth(1);
        assertEquals(AppendResult.OK, world.append(1));
        assertEquals(world.uuids(0, 2), world.active());
        world.restart();
        final Opened opened = world.open(0, 2);
        assertEquals("the drop is durable", List.of(), opened.missing());
    }

    @Test
    public void goesOnUntilTheLastDeviceAndFencesThen() {
        world.open(0, 1, 2, 3);
        for (int i = 0; i < 3; i++) {
            world.devices.get(i).lose();
            assertEquals(AppendResult.OK, world.append(i));
        }
        assertEquals(world.uuids(3), world.active());
        world.devices.get(3).failAll(true);
        assertEquals(AppendResult.FENCED, world.append(9));
        assertEquals(1, world.fences.size());
        assertEquals(AppendResult.FENCED, world.append(10));
        assertEquals(AppendResult.FENCED, world.flush());
        assertEquals(Code.UNAVAILABLE, refusalOf(() -> world.activate(0)));
        assertEquals(List.of(), world.active());
        assertEquals(3, world.machine.count());
        world.restart();
        world.open(3);
        assertTrue(world.machine.count() >= 3);
    }

    @Test
    public void fencesWhenAllFailAtOnce() {
        world.open(0, 1, 2, 3);
        world.devices.forEach(device -> device.failAll(true));
        assertEquals(AppendResult.FENCED, world.append(1));
        assertEquals(1, world.fences.size());
        assertEquals(0, world.machine.count());
    }

    @Test
    public void fencesWhenMostFailAtOnceBecauseThoseCouldOpenWithoutTheRest() {
        world.open(0, 1, 2);
        world.devices.get(0).failAll(true);
        world.devices.get(1).failAll(true);
        assertEquals(AppendResult.FENCED, world.append(1));
    }

    @Test
    public void outlivesHalfOfTheDevicesFailingAtOnce() {
        world.open(0, 1, 2, 3);
        world.devices.get(0).lose();
        world.devices.get(2).lose();
        assertEquals(AppendResult.OK, world.append(1));
        assertEquals(world.uuids(1, 3), world.active());
    }

    @Test
    public void reopensAfterFenceWhenDevicesAreBack() {
        world.open(0, 1, 2);
        world.append(1);
        world.devices.forEach(device -> device.lose());
        assertEquals(AppendResult.FENCED, world.append(2));
        world.devices.forEach(device -> device.comeBack());
        assertEquals(Opened.State.OPEN, world.open(0, 1, 2).state());
        assertTrue(world.machine.count() >= 1);
        assertEquals(AppendResult.OK, world.append(3));
    }

    @Test
    public void activatedDeviceCarriesTheWholeState() {
        world.open(0);
        world.append(1);
        world.activate(1);
        world.append(2);
        world.deactivate(0);
        assertEquals(world.uuids(1), world.active());
        world.restart();
        world.open(1);
        assertEquals(2, world.machine.count());
    }

    @Test
    public void activatesWhileLoaded() {
        world.open(0, 1);
        final List<AppendResult> results = new ArrayList<>();
        world.sim.onLane(0, () -> {
            world.log.append(ChainMachine.record(1, 4), false, results::add);
            world.log.activate(world.devices.get(2));
            world.log.activate(world.devices.get(2));
            world.log.append(ChainMachine.record(2, 4), true, results::add);
            world.log.activate(world.devices.get(3));
            world.log.append(ChainMachine.record(3, 4), false, results::add);
        });
        world.sim.run();
        assertEquals(List.of(AppendResult.OK, AppendResult.OK, AppendResult.OK), results);
        assertEquals(world.uuids(0, 1, 2, 3), world.active());
    }

    @Test
    public void returningDeviceIsBroughtUpToDate() {
        world.open(0, 1);
        world.devices.get(1).lose();
        world.append(1);
        world.devices.get(1).comeBack();
        world.activate(1);
        assertEquals(world.uuids(0, 1), world.active());
        world.restart();
        assertEquals(Opened.State.OPEN, world.open(0, 1).state());
        assertEquals(1, world.machine.count());
    }

    @Test
    public void refusesDeviceOfAnotherLog() {
        world.open(3);
        world.restart();
        world.open(0);
        assertEquals(Code.CONFLICT, refusalOf(() -> world.activate(3)));
        assertEquals(world.uuids(0), world.active());
        assertEquals(AppendResult.OK, world.append(1));
    }

    @Test
    public void refusesToLoseTheLastDevice() {
        world.open(0);
        assertEquals(Code.CONFLICT, refusalOf(() -> world.deactivate(0)));
        assertEquals(AppendResult.OK, world.append(1));
    }

    @Test
    public void deactivatingUnknownDeviceIsHarmless() {
        world.open(0, 1);
        world.deactivate(3);
        assertEquals(world.uuids(0, 1), world.active());
    }

    @Test
    public void failedActivationLeavesTheRestAlone() {
        final int refused = FailAtN.untilClean(failure -> {
            final LogWorld fresh = new LogWorld(6, 3);
            fresh.open(0, 1);
            fresh.devices.get(2).failWhen(failure);
            final boolean activated = fresh.await(
                    () -> fresh.log.activate(fresh.devices.get(2)).handle((nothing, failed) -> failed == null));
            assertEquals(activated ? fresh.uuids(0, 1, 2) : fresh.uuids(0, 1), fresh.active());
            assertEquals(AppendResult.OK, fresh.append(1));
            assertEquals(List.of(), fresh.fences);
        });
        assertTrue("refused=" + refused, refused > 5);
    }

    @Test
    public void keepsEverythingWhicheverRequestFails() {
        final int runs = FailAtN.untilClean(failure -> {
            final LogWorld fresh = new LogWorld(5, 3);
            fresh.open(0, 1, 2);
            fresh.devices.get(1).failWhen(failure);
            fresh.machine.ballast(100_000);
            int kept = 0;
            for (int i = 0; i < 30; i++) {
                kept += fresh.append(ChainMachine.record(i, 30_000), i % 4 == 0).ok() ? 1 : 0;
            }
            assertEquals(30, kept);
            assertEquals(List.of(), fresh.fences);
            failure.disarm();
            fresh.powerLoss();
            fresh.restart();
            fresh.open(0, 1, 2);
            assertTrue(fresh.machine.count() >= 29);
        });
        assertTrue("runs=" + runs, runs > 30);
    }
}
