package org.isobar.api.volume;

import org.isobar.api.pool.PoolSpace;

/**
 * The space that a volume takes and may still take.
 *
 * @param sizeBytes its length
 * @param usedBytes bytes in pages that have a slot
 * @param thresholds when that is worth a warning
 * @param pool the pool that its pages come from; null when that is not known
 */
public record VolumeSpace(long sizeBytes, long usedBytes, VolumeThresholds thresholds, PoolSpace pool) {}
