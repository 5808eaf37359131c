package org.isobar.testkit.throttle;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.block.BlockLayer;
import org.isobar.common.time.Clock;
import org.isobar.spi.device.DeviceWrapping;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Slows down the devices of a running member as its settings say; another setting takes effect at once. */
@Component(configurationPid = DeviceThrottle.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DeviceThrottle implements DeviceWrapping {
    /** Name of its settings; see {@link ThrottleRules}. */
    public static final String PID = "org.isobar.throttle";

    private final ThrottleRules rules;
    private final Clock clock;
    /** All ways to a device share its queue. */
    private final Map<String, ServiceTimes> times = new ConcurrentHashMap<>();

    @Activate
    public DeviceThrottle(final Map<String, Object> settings, @Reference final Clock clock) {
        rules = ThrottleRules.of(settings);
        this.clock = clock;
    }

    @Override
    public BlockLayer wrap(final String path, final BlockLayer device) {
        return rules.of(Path.of(path))
                .<BlockLayer>map(spec ->
                        new ThrottledLayer(device, times.computeIfAbsent(path, first -> new ServiceTimes(spec)), clock))
                .orElse(device);
    }
}
