package org.isobar.api.member;

import java.util.List;
import java.util.UUID;

/**
 * A picture of this member.
 *
 * @param uuid identity from the superblocks, null while no device was added
 * @param state how it is
 * @param message one sentence for people
 * @param warnings what someone should look at, each with what to do
 */
public record MemberInfo(UUID uuid, State state, String message, List<String> warnings) {
    public MemberInfo {
        warnings = List.copyOf(warnings);
    }

    /** How the member is. */
    public enum State {
        /** No devices yet: waiting for the first to be added. */
        EMPTY,
        /** Has seen devices, but too few to be sure of the newest metadata. */
        WAITING,
        /** Reading its metadata and assembling sets. */
        STARTING,
        /** Serving. */
        SERVING,
        /** Serves nothing: its metadata could be kept on no device, or reading it failed. */
        FENCED
    }
}
