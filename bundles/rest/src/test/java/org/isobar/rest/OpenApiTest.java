package org.isobar.rest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.File;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessSettings;
import org.isobar.api.access.ChapUser;
import org.isobar.api.access.LoginCounters;
import org.isobar.api.access.VolumeAccess;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceSettings;
import org.isobar.api.balance.BalanceStatus;
import org.isobar.api.balance.PageExplanation;
import org.isobar.api.balance.SimulatedPool;
import org.isobar.api.balance.SimulationReport;
import org.isobar.api.balance.SimulationSpec;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.HealthInfo;
import org.isobar.api.device.SmartInfo;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.iscsi.TargetInfo;
import org.isobar.api.iscsi.VolumeExport;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.LevelUse;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolScrubs;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.recording.RecordingInfo;
import org.isobar.api.scsi.RegistrationInfo;
import org.isobar.api.scsi.ReservationInfo;
import org.isobar.api.statistics.CommandStatistics;
import org.isobar.api.statistics.LatencyStatistics;
import org.isobar.api.statistics.SessionStatistics;
import org.isobar.api.statistics.SlowCommand;
import org.isobar.api.statistics.SlowCommandLog;
import org.isobar.api.statistics.StatusStatistics;
import org.isobar.api.statistics.TrafficStatistics;
import org.isobar.api.statistics.VolumeStatistics;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.volume.NamedService;
import org.isobar.api.volume.VolumeMove;
import org.isobar.api.volume.VolumePlacement;
import org.isobar.common.job.JobInfo;
import org.isobar.common.policy.PolicyInfo;
import org.junit.Test;

public final class OpenApiTest {
    @Test
    public void listsEveryMethodOfEveryResourceAndNoOther() throws Exception {
        final TreeSet<String> served = new TreeSet<>();
        for (final Class<?> resource : resources()) {
            final String root = "/" + resource.getAnnotation(Path.class).value();
            for (final Method method : resource.getDeclaredMethods()) {
                for (final Annotation annotation : method.getAnnotations()) {
                    final HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (verb != null) {
                        final Path path = method.getAnnotation(Path.class);
                        served.add(verb.value() + " " + root + (path == null ? "" : "/" + path.value()));
                    }
                }
            }
        }
        final TreeSet<String> described = new TreeSet<>();
        document().get("paths").properties().forEach(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(verb -> described.add(verb.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertTrue(served.toString(), served.size() > 20);
        assertEquals(served, described);
    }

    @Test
    public void describesEveryFieldOfEveryAnswer() throws Exception {
        final Map<String, Class<?>> records = Map.ofEntries(
                Map.entry("Member", MemberInfo.class),
                Map.entry("Device", DeviceInfo.class),
                Map.entry("DeviceHealth", HealthInfo.class),
                Map.entry("DeviceLatency", HealthInfo.Latency.class),
                Map.entry("Smart", SmartInfo.class),
                Map.entry("DeviceUsage", DeviceUsage.class),
                Map.entry("DeviceProfile", DeviceProfile.class),
                Map.entry("ProfileSample", ProfileSample.class),
                Map.entry("ProfileRegion", ProfileRegion.class),
                Map.entry("Performance", Performance.class),
                Map.entry("PerformanceClass", PerformanceClass.class),
                Map.entry("Pool", PoolInfo.class),
                Map.entry("RaidSet", SetPlacement.class),
                Map.entry("LevelUse", LevelUse.class),
                Map.entry("NamedService", NamedService.class),
                Map.entry("RaidLevel", RaidLevelInfo.class),
                Map.entry("Volume", VolumeExport.class),
                Map.entry("Target", TargetInfo.class),
                Map.entry("Portal", PortalInfo.class),
                Map.entry("Session", SessionInfo.class),
                Map.entry("Job", JobInfo.class),
                Map.entry("Policy", PolicyInfo.class),
                Map.entry("BalanceStatus", BalanceStatus.class),
                Map.entry("PageExplanation", PageExplanation.class),
                Map.entry("BalanceSettings", BalanceSettings.class),
                Map.entry("BalanceDecision", BalanceDecision.class),
                Map.entry("BalanceCounters", BalanceStatus.Counters.class),
                Map.entry("Reservation", ReservationInfo.class),
                Map.entry("Registration", RegistrationInfo.class),
                Map.entry("LatencyStatistics", LatencyStatistics.class),
                Map.entry("CommandStatistics", CommandStatistics.class),
                Map.entry("StatusStatistics", StatusStatistics.class),
                Map.entry("TrafficStatistics", TrafficStatistics.class),
                Map.entry("SessionStatistics", SessionStatistics.class),
                Map.entry("VolumeStatistics", VolumeStatistics.class),
                Map.entry("SlowCommand", SlowCommand.class),
                Map.entry("Trace", TraceInfo.class),
                Map.entry("Recording", RecordingInfo.class),
                Map.entry("SlowCommandLog", SlowCommandLog.class));
        assertDescribed(records);
    }

    @Test
    public void describesEveryFieldOfAccess() throws Exception {
        assertDescribed(Map.of(
                "AccessRule", AccessRule.class,
                "VolumeAccess", VolumeAccess.class,
                "ChapUser", ChapUser.class,
                "AccessSettings", AccessSettings.class,
                "LoginCounters", LoginCounters.class));
    }

    @Test
    public void describesEveryFieldOfMoves() throws Exception {
        assertDescribed(Map.of(
                "VolumeMove",
                VolumeMove.class,
                "VolumePlacement",
                VolumePlacement.class,
                "PageAllocation",
                PageAllocation.class));
    }

    @Test
    public void describesEveryFieldOfScrubs() throws Exception {
        assertDescribed(Map.of(
                "ScrubSchedule", ScrubSchedule.class,
                "LostPlace", SetScrub.LostPlace.class,
                "SetScrub", SetScrub.class,
                "PoolScrubsOfSet", PoolScrubs.OfSet.class,
                "PoolScrubs", PoolScrubs.class));
    }

    @Test
    public void describesEveryFieldOfSimulations() throws Exception {
        assertDescribed(Map.of(
                "SimulationSpec", SimulationSpec.class,
                "SimulatedPool", SimulatedPool.class,
                "SimulationReport", SimulationReport.class,
                "SimulationPeriod", SimulationReport.Period.class,
                "SimulationService", SimulationReport.Service.class,
                "SimulationPoolService", SimulationReport.PoolService.class));
    }

    private static void assertDescribed(final Map<String, Class<?>> records) throws Exception {
        for (final Map.Entry<String, Class<?>> entry : records.entrySet()) {
            final List<String> fields = new ArrayList<>();
            for (final RecordComponent component : entry.getValue().getRecordComponents()) {
                fields.add(component.getName());
            }
            final List<String> described = new ArrayList<>();
            schemas().get(entry.getKey()).get("properties").fieldNames().forEachRemaining(described::add);
            assertEquals(entry.getKey(), fields, described);
        }
    }

    @Test
    public void refersOnlyToWhatItDefines() throws Exception {
        final JsonNode document = document();
        for (final JsonNode reference : document.findValues("$ref")) {
            assertTrue(
                    reference.asText(),
                    !document.at(reference.asText().substring(1)).isMissingNode());
        }
    }

    private static JsonNode schemas() throws Exception {
        return document().at("/components/schemas");
    }

    private static JsonNode document() throws Exception {
        return Json.MAPPER.readTree(new OpenApiResource().show());
    }

    private static List<Class<?>> resources() throws Exception {
        final File folder = new File(
                new File(RestResource.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()),
                "org/isobar/rest");
        final List<Class<?>> found = new ArrayList<>();
        for (final String file : folder.list()) {
            if (file.endsWith("Resource.class")) {
                final Class<?> type = Class.forName("org.isobar.rest." + file.replace(".class", ""));
                if (type.isAnnotationPresent(Path.class)) {
                    found.add(type);
                }
            }
        }
        return found;
    }
}
