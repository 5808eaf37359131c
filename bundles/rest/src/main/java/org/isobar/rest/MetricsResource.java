package org.isobar.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.device.DeviceService;
import org.isobar.api.member.MemberService;
import org.isobar.api.pool.PoolService;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumeService;
import org.isobar.common.job.Jobs;
import org.isobar.common.lane.Lanes;
import org.isobar.rest.metrics.MemberMetrics;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Figures for Prometheus. */
@Component(service = RestResource.class)
@Path("metrics")
public final class MetricsResource implements RestResource {
    private final MemberMetrics metrics;

    @Activate
    public MetricsResource(
            @Reference final MemberService member,
            @Reference final DeviceService devices,
            @Reference final PoolService pools,
            @Reference final VolumeService volumes,
            @Reference final VolumeMoves moves,
            @Reference final BalanceService balance,
            @Reference final StatisticsService statistics,
            @Reference final Lanes lanes,
            @Reference final Jobs jobs) {
        metrics = new MemberMetrics(member, devices, pools, volumes, moves, balance, statistics, lanes, jobs);
    }

    @GET
    @Produces("text/plain;version=0.0.4;charset=utf-8")
    public byte[] show() throws IOException {
        return metrics.text();
    }
}
