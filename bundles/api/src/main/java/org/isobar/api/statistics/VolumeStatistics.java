package org.isobar.api.statistics;

/**
 * What all sessions together have done with a volume on this member since it started.
 *
 * @param volume name
 * @param sessions sessions logged in now
 * @param traffic commands of all sessions, past and present
 */
public record VolumeStatistics(String volume, int sessions, TrafficStatistics traffic) {}
