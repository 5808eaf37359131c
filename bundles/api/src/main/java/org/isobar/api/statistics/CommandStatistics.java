package org.isobar.api.statistics;

/**
 * Commands of one kind.
 *
 * @param commands answered, whatever the status
 * @param bytes payload that they moved
 * @param latency how long they took
 */
public record CommandStatistics(long commands, long bytes, LatencyStatistics latency) {}
