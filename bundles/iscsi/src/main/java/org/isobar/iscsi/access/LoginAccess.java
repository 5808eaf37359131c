package org.isobar.iscsi.access;

import org.isobar.api.access.AccessControl;
import org.isobar.api.access.Initiator;
import org.isobar.iscsi.chap.ChapExchange;

/** What log-ins and discovery ask of access control: who may, and how it has to prove who it is. Any lane may call. */
public interface LoginAccess extends AccessControl {
    /**
     * How an initiator gets in.
     *
     * @param open it may without a proof
     * @param chap a proof by CHAP may get it in, or get it a wider grant
     */
    record Demand(boolean open, boolean chap) {
        /** There is no way in. */
        public boolean closed() {
            return !open && !chap;
        }
    }

    /**
     * How an initiator that has proved nothing yet gets at a volume. A volume without a rule that fits it gives the very
     * same answer as one that does not exist.
     *
     * @param volume name of the volume, null when the target does not exist
     */
    Demand demand(String volume, Initiator who);

    /** How an initiator gets into discovery. */
    Demand discoveryDemand(Initiator who);

    /** Whether a discovery session is shown a volume. */
    boolean shows(String volume, Initiator who);

    /** Whether there are CHAP users at all. */
    boolean hasUsers();

    /** Begins to check a proof. */
    ChapExchange chap();

    /** Failed log-ins by address. */
    LoginThrottle throttle();

    /** From now on the listener is called, on any thread, whenever a grant may have become narrower. */
    void addListener(Runnable listener);

    /** The listener is called no more. */
    void removeListener(Runnable listener);
}
