package org.isobar.api.iscsi;

import java.util.List;

/**
 * A target as an administrator sees it.
 *
 * @param name iSCSI name
 * @param volume volume behind LUN 0
 * @param urls one {@code iscsi://host:port/name/0} for each portal
 * @param sessions sessions logged in now
 */
public record TargetInfo(String name, String volume, List<String> urls, int sessions) {
    public TargetInfo {
        urls = List.copyOf(urls);
    }
}
