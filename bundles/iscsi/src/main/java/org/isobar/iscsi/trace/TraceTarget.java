package org.isobar.iscsi.trace;

import java.net.InetSocketAddress;

/** What a connection is to be recorded for. */
public interface TraceTarget {
    /** Recording from now on, in the middle of the connection. */
    ConnectionTrace record(InetSocketAddress initiator, InetSocketAddress portal);
}
