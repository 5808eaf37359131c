package org.isobar.device.health;

import org.isobar.api.block.IoRequest;

/** What does a device's requests; it ends each one exactly once on the request's lane, however late. */
public interface IoTarget {
    /** Starts a request, on its lane. */
    void submit(IoRequest request);
}
