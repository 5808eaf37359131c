package org.isobar.api.access;

import java.util.List;

/**
 * Settings that hold for all log-ins.
 *
 * @param discoveryChap whether discovery sessions have to prove a CHAP user. While they need not, they are shown the
 *     volumes that their name and address fit, those that will ask for CHAP included
 * @param chapAlgorithms algorithms that are used, of {@link #ALGORITHMS}, at least one; the strongest that the initiator
 *     offers, too, is taken
 */
public record AccessSettings(boolean discoveryChap, List<String> chapAlgorithms) {
    /** Algorithms by strength, weakest first (IANA: iSCSI CHAP algorithms 5 to 8). */
    public static final List<String> ALGORITHMS = List.of("MD5", "SHA-1", "SHA-256", "SHA3-256");

    /** What holds until someone changes it. */
    public static final AccessSettings DEFAULT = new AccessSettings(false, ALGORITHMS);

    public AccessSettings {
        chapAlgorithms = List.copyOf(chapAlgorithms);
    }
}
