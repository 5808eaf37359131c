package org.isobar.volume.balance;

import java.util.List;
import org.isobar.volume.heat.PageHeat;

/** Pages of a volume, where they lie and how busy they are: what a picture is made from. Any thread. */
public interface PlacedVolume {
    /** Its number. */
    long number();

    /** Length of a page. */
    int pageBytes();

    /** How busy its pages are; null while it does not serve. */
    PageHeat heat();

    /** Where its pages may lie; empty for anywhere. */
    List<String> pools();

    /** The pool that a page lies in, or null when it has no slot or the volume does not serve. */
    String poolOf(long page);
}
