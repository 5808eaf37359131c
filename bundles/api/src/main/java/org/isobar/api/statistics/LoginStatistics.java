package org.isobar.api.statistics;

import java.util.Map;
import java.util.TreeMap;

/**
 * Log-ins since the member started.
 *
 * @param accepted sessions begun, discovery included
 * @param refusedByStatus log-ins refused, by login status in four hexadecimal digits, e.g. {@code 0201} for a failed
 *     authentication (RFC 7143 §11.13.5)
 */
public record LoginStatistics(long accepted, Map<String, Long> refusedByStatus) {
    public LoginStatistics {
        refusedByStatus = new TreeMap<>(refusedByStatus);
    }
}
