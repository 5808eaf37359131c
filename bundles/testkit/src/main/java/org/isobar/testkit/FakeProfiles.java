package org.isobar.testkit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;
import org.isobar.api.profile.ProfileService;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.Jobs;

/** Measures at once, and finds the same of every device: two regions, the second half as fast and not written to. */
final class FakeProfiles implements ProfileService {
    private static final Performance FAST = new Performance(200, 150, 6600, 180, 140, 7000);
    private static final Performance SLOW = new Performance(100, 150, 6600, 0, 0, 0);

    private final Predicate<UUID> devices;
    private final Jobs jobs;
    private final Map<UUID, DeviceProfile> profiles = new TreeMap<>();

    FakeProfiles(final Predicate<UUID> devices, final Jobs jobs) {
        this.devices = devices;
        this.jobs = jobs;
    }

    @Override
    public CompletionStage<JobInfo> measure(final UUID device, final boolean writes) {
        if (!devices.test(device)) {
            return CompletableFuture.failedStage(
                    new StorageException(Code.NOT_FOUND, "no such device: uuid=" + device));
        }
        profiles.put(
                device,
                new DeviceProfile(
                        device,
                        1,
                        1000,
                        true,
                        5,
                        0,
                        List.of(new ProfileSample(1 << 20, FAST), new ProfileSample(1 << 30, SLOW)),
                        List.of(new ProfileRegion(0, 5, FAST), new ProfileRegion(5, 10, SLOW))));
        return CompletableFuture.completedStage(
                jobs.start("profile", "device=" + device + " writes=" + writes, 10, "visits")
                        .info());
    }

    @Override
    public Optional<DeviceProfile> profile(final UUID device) {
        return Optional.ofNullable(profiles.get(device));
    }

    @Override
    public String picture(final UUID device) {
        return profile(device)
                .map(profile -> "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
                .orElseThrow(() -> new StorageException(Code.NOT_FOUND, "device was never measured: device=" + device));
    }

    @Override
    public List<DeviceProfile> profiles() {
        return List.copyOf(profiles.values());
    }

    @Override
    public List<PerformanceClass> classes() {
        return profiles.values().stream()
                .map(profile -> new PerformanceClass(
                        "class-1",
                        FAST,
                        5,
                        List.of(new PerformanceClass.Part(
                                profile.device(), profile.regions().get(0)))))
                .toList();
    }
}
