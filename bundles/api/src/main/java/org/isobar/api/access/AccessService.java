package org.isobar.api.access;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Administers who may use which volume. Any thread may call, except those methods that say otherwise. A change is on stable
 * media and in force when its stage completes: sessions that it leaves without a grant, or with a narrower one, have been
 * cut off by then. A wider grant reaches a session when it logs in again. Failures are
 * {@link org.isobar.api.StorageException}, thrown or ending the stage.
 */
public interface AccessService {
    /** The rules of all volumes, by volume. */
    List<VolumeAccess> volumes();

    /** The rules of one volume; NOT_FOUND when there is no such volume. */
    VolumeAccess volume(String name);

    /** Adds a rule; EXISTS when there is one of the same parts, INVALID when a part is malformed. */
    CompletionStage<AccessRule> allow(String volume, AccessRule rule);

    /** Changes the grant of a rule. */
    CompletionStage<AccessRule> change(String volume, int id, Grant grant);

    /** Removes a rule. */
    CompletionStage<Void> deny(String volume, int id);

    /** All users by name. Reads the key file: not on a lane. */
    List<ChapUser> users();

    /**
     * Adds a user. Reads the key file, or makes it for the first user: not on a lane.
     *
     * @param name 1 to 223 of letters, digits, dash, underscore, dot, colon, plus and at
     * @param secrets its secrets; wiped before this returns
     */
    CompletionStage<ChapUser> addUser(String name, ChapSecrets secrets);

    /** Replaces all secrets of a user, otherwise as {@link #addUser}; its sessions go on. */
    CompletionStage<ChapUser> changeSecrets(String name, ChapSecrets secrets);

    /** Removes a user. Rules that name it stay and fit nobody. */
    CompletionStage<Void> removeUser(String name);

    /** The settings. */
    AccessSettings settings();

    /** Replaces the settings. Sessions go on. */
    CompletionStage<AccessSettings> changeSettings(AccessSettings settings);

    /** How log-ins went. */
    LoginCounters counters();
}
