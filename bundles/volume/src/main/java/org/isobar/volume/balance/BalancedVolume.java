package org.isobar.volume.balance;

import java.util.List;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.volume.heat.PageHeat;

/** A volume as balancing sees it. Any thread. */
public interface BalancedVolume {
    /** Its number. */
    long number();

    /** Its name. */
    String name();

    /** What people are told of it. */
    VolumeInfo info();

    /** Length of a page. */
    int pageBytes();

    /** Whether an administrator wants its pages to stay. */
    boolean pinned();

    /** How busy its pages are; null while it does not serve. */
    PageHeat heat();

    /** Where its pages may lie; empty for anywhere. */
    List<String> pools();

    /** The pool that a page lies in, or null when it has no slot or the volume does not serve. */
    String poolOf(long page);
}
