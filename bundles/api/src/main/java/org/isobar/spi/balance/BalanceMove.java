package org.isobar.spi.balance;

/**
 * A page that should lie elsewhere.
 *
 * @param volume number of its volume
 * @param page which page of that
 * @param from where it lies
 * @param to where it should lie
 * @param reason why, for people, in one line
 * @param gainPerS what it is expected to save, in seconds of waiting for each second; negative for a page that makes room
 */
public record BalanceMove(long volume, long page, String from, String to, String reason, double gainPerS) {}
