package org.isobar.api.raid;

/**
 * What a scrub of one set found.
 *
 * @param stripesChecked stripes whose redundancy was compared
 * @param stripesInconsistent stripes whose redundancy did not match the data
 * @param stripesRepaired of those, redundancy written anew from the data
 * @param readErrors strips that could not be read
 */
public record ScrubReport(long stripesChecked, long stripesInconsistent, long stripesRepaired, long readErrors) {}
