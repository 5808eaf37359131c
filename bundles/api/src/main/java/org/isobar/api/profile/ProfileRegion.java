package org.isobar.api.profile;

/**
 * Neighbouring chunklets of like performance.
 *
 * @param firstChunklet the first of them
 * @param chunkletCount how many, 1 or more
 * @param performance medians of the samples in it
 */
public record ProfileRegion(int firstChunklet, int chunkletCount, Performance performance) {}
