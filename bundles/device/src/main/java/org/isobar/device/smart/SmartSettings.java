package org.isobar.device.smart;

import org.isobar.common.Check;

/**
 * How block devices are asked what they say of themselves.
 *
 * @param command the program of smartmontools, by path or by name; empty to ask none
 * @param intervalS seconds between two questions to a device
 * @param limitS seconds after which an answer is not waited for any longer
 */
public record SmartSettings(String command, int intervalS, int limitS) {
    private static final int INTERVAL_S_MIN = 1;
    private static final int INTERVAL_S_MAX = 7 * 24 * 3600;
    private static final int LIMIT_S_MAX = 600;

    /** Nothing is asked. */
    public static final SmartSettings OFF = new SmartSettings("", 3600, 30);

    public SmartSettings {
        Check.range("smart.interval.s", intervalS, INTERVAL_S_MIN, INTERVAL_S_MAX);
        Check.range("smart.limit.s", limitS, 1, LIMIT_S_MAX);
    }
}
