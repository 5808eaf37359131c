package org.isobar.pool.log;

/** Hears how an append or a flush ended: exactly once, on the control lane, possibly before the call returns. */
@FunctionalInterface
public interface Done {
    /** It has ended. */
    void done(AppendResult result);
}
