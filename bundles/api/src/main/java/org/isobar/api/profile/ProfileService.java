package org.isobar.api.profile;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.isobar.common.job.JobInfo;

/** Measures devices and tells what came of it. Any thread may call. Failures are {@link org.isobar.api.StorageException}. */
public interface ProfileService {
    /**
     * Starts measuring a device while it serves; what initiators ask for goes first. One run at a time for each device.
     * The new profile takes the place of the old one when the job is done.
     *
     * @param device ONLINE
     * @param writes whether to try writes too, on chunklets that nobody uses
     */
    CompletionStage<JobInfo> measure(UUID device, boolean writes);

    /** The last profile of a device, or empty when it was never measured. */
    Optional<DeviceProfile> profile(UUID device);

    /**
     * The last profile of a device as an SVG 1.1 picture: bandwidth and small requests over the LBN space, regions marked.
     *
     * @throws org.isobar.api.StorageException NOT_FOUND when it was never measured
     */
    String picture(UUID device);

    /** All profiles, by device. */
    List<DeviceProfile> profiles();

    /** What like regions of all measured devices form, fastest first; empty while nothing was measured. */
    List<PerformanceClass> classes();
}
