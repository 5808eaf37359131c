package org.isobar.api.statistics;

import java.util.List;

/** Shows what the front end of this member has done. Any thread may call; nothing waits for a lane. */
public interface StatisticsService {
    /** All sessions that are logged in, by TSIH. */
    List<SessionStatistics> sessions();

    /**
     * One session.
     *
     * @throws org.isobar.api.StorageException NOT_FOUND
     */
    SessionStatistics session(int tsih);

    /** All volumes that were ever logged in to and still exist, by name. */
    List<VolumeStatistics> volumes();

    /** One volume; all zero for one that nobody has logged in to. */
    VolumeStatistics volume(String name);

    /** Log-ins. */
    LoginStatistics logins();

    /** Slow commands. */
    SlowCommandLog slowCommands();
}
