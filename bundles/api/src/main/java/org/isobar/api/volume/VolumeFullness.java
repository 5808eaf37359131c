package org.isobar.api.volume;

/** How much of its size a volume takes, by its thresholds; in order of urgency. */
public enum VolumeFullness {
    /** Below its thresholds, or without any. */
    NORMAL,
    /** At or above the warning threshold. */
    WARNING,
    /** At or above the critical threshold. */
    CRITICAL
}
