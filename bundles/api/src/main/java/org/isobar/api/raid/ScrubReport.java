package org.isobar.api.raid;

/**
 * What a scrub of one set found.
 *
 * @param stripesChecked stripes whose redundancy was compared
 * @param stripesInconsistent stripes whose redundancy did not match the data, or with a strip that did not match its checksums
 * @param stripesRepaired of those, made right: redundancy written anew from the data, wrong blocks from redundancy
 * @param readErrors strips that could not be read
 * @param checksumErrors strips with blocks that did not match their checksums
 */
public record ScrubReport(
        long stripesChecked, long stripesInconsistent, long stripesRepaired, long readErrors, long checksumErrors) {}
