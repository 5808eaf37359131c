package org.isobar.api.access;

/** Decides who may use which volume. Any thread may call; answers at once, from memory. */
public interface AccessControl {
    /**
     * What an initiator may do with a volume.
     *
     * @param volume name of the volume
     */
    Grant grant(String volume, Initiator who);
}
