package org.isobar.api.volume;

/**
 * What moves of pages have done since the member started.
 *
 * @param movedPages pages that lie in another pool now
 * @param movedBytes bytes of these
 * @param failedPages attempts that left a page where it was, because of a lack of room or a failure
 */
public record MoveCounters(long movedPages, long movedBytes, long failedPages) {}
