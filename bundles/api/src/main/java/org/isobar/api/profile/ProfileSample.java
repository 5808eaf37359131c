package org.isobar.api.profile;

/**
 * One place where a device was measured.
 *
 * @param offsetBytes of the place from the start of the device
 * @param performance medians of the repetitions; {@link Performance#UNKNOWN} where it could not be read
 */
public record ProfileSample(long offsetBytes, Performance performance) {}
