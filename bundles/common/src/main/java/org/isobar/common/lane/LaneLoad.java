package org.isobar.common.lane;

/**
 * How busy a lane is.
 *
 * @param index of the lane
 * @param cpuNs processor time that its thread has used, in nanoseconds; its growth over a time is the busy share
 * @param queuedTasks tasks that wait to run on it now
 */
public record LaneLoad(int index, long cpuNs, int queuedTasks) {}
