package org.isobar.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceInfo;
import org.isobar.common.lane.NettyLanes;
import org.isobar.common.rng.SecureRng;
import org.isobar.common.time.SystemClock;
import org.junit.Assume;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

public class DeviceEngineChoiceTest {
    private final TemporaryFolder folder = new TemporaryFolder();
    private final DeviceRig rig = new DeviceRig(folder);

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(rig);

    @Test
    public void autoFollowsTheLanes() throws Exception {
        Assume.assumeTrue(rig.lanes.transport().equals("io_uring"));
        assertEquals("io_uring", rig.added("a").engine());
    }

    @Test
    public void fileChannelCanBeAskedForAndReadsWhatTheRingWrote() throws Exception {
        final DeviceInfo info = rig.added("a");
        final byte[] bytes = new byte[1024];
        bytes[1000] = 5;
        final Device before = rig.device(info);
        final long offset = before.layout().dataOffset() + 512;
        assertEquals(IoStatus.OK, Requests.write(before, rig.lanes.lane(0), offset, bytes, false));
        for (final boolean direct : new boolean[] {false, true}) {
            rig.stop();
            rig.with("filechannel", direct, 3_600_000).start();
            assertEquals("filechannel", rig.infoOf(info).engine());
            assertArrayEquals(bytes, Requests.read(rig.device(info), rig.lanes.lane(0), offset, 1024));
        }
        assertEquals("filechannel", rig.added("b").engine());
    }

    @Test
    public void ringOnOtherLanesIsRefused() {
        final NettyLanes nio = new NettyLanes(1, "nio");
        try {
            final DeviceSettings settings = new DeviceSettings(List.of(), 1000, 1 << 20, "io_uring", false, 4);
            assertThrows(
                    IllegalStateException.class,
                    () -> new LocalDevices(settings, nio, new SystemClock(), new SecureRng()));
        } finally {
            nio.close();
        }
    }
}
