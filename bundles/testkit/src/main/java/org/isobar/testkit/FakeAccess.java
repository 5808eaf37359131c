package org.isobar.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.AccessSettings;
import org.isobar.api.access.ChapSecrets;
import org.isobar.api.access.ChapUser;
import org.isobar.api.access.Grant;
import org.isobar.api.access.LoginCounters;
import org.isobar.api.access.VolumeAccess;
import org.isobar.api.volume.VolumeService;

/** Access administration that keeps rules and users in memory and lets nobody in, for tests of the skins. */
public final class FakeAccess implements AccessService {
    private final VolumeService volumes;
    private final Map<String, List<AccessRule>> rules = new TreeMap<>();
    private final Map<String, ChapUser> users = new TreeMap<>();
    private final Map<String, String> secrets = new TreeMap<>();
    private AccessSettings settings = AccessSettings.DEFAULT;

    FakeAccess(final VolumeService volumes) {
        this.volumes = volumes;
    }

    /** The secret of a user as it was given, both secrets with a space between them in mutual CHAP. */
    public String secretOf(final String user) {
        return secrets.get(user);
    }

    @Override
    public List<VolumeAccess> volumes() {
        return volumes.volumes().stream()
                .map(volume -> volume(volume.info().name()))
                .toList();
    }

    @Override
    public VolumeAccess volume(final String name) {
        if (volumes.find(name).isEmpty()) {
            throw new StorageException(Code.NOT_FOUND, "no such volume: name=" + name);
        }
        return new VolumeAccess(name, rules.getOrDefault(name, List.of()));
    }

    @Override
    public CompletionStage<AccessRule> allow(final String volume, final AccessRule rule) {
        return stage(() -> {
            final List<AccessRule> known = new ArrayList<>(volume(volume).rules());
            if (rule.address() != null && rule.address().contains("x")) {
                throw new StorageException(Code.INVALID, "address: must be an address, is " + rule.address());
            }
            final AccessRule added = new AccessRule(
                    known.size() + 1, rule.initiatorName(), rule.address(), rule.chapUser(), rule.grant());
            known.add(added);
            rules.put(volume, known);
            return added;
        });
    }

    @Override
    public CompletionStage<AccessRule> change(final String volume, final int id, final Grant grant) {
        return stage(() -> {
            final AccessRule old = find(volume, id);
            final AccessRule changed = new AccessRule(id, old.initiatorName(), old.address(), old.chapUser(), grant);
            rules.get(volume).replaceAll(rule -> rule.id() == id ? changed : rule);
            return changed;
        });
    }

    @Override
    public CompletionStage<Void> deny(final String volume, final int id) {
        return stage(() -> {
            final AccessRule old = find(volume, id);
            rules.get(volume).remove(old);
            return null;
        });
    }

    @Override
    public List<ChapUser> users() {
        return List.copyOf(users.values());
    }

    @Override
    public CompletionStage<ChapUser> addUser(final String name, final ChapSecrets given) {
        return stage(() -> {
            if (users.containsKey(name)) {
                throw new StorageException(Code.EXISTS, "user exists: name=" + name);
            }
            return put(name, given);
        });
    }

    @Override
    public CompletionStage<ChapUser> changeSecrets(final String name, final ChapSecrets given) {
        return stage(() -> {
            existing(name);
            return put(name, given);
        });
    }

    @Override
    public CompletionStage<Void> removeUser(final String name) {
        return stage(() -> {
            existing(name);
            users.remove(name);
            return null;
        });
    }

    @Override
    public AccessSettings settings() {
        return settings;
    }

    @Override
    public CompletionStage<AccessSettings> changeSettings(final AccessSettings changed) {
        return stage(() -> {
            settings = changed;
            return changed;
        });
    }

    @Override
    public LoginCounters counters() {
        return new LoginCounters(5, 4, 3, 2, 1);
    }

    private ChapUser put(final String name, final ChapSecrets given) {
        if (given.secret().length < 12) {
            throw new StorageException(Code.INVALID, "secret: must be 12 to 255 bytes");
        }
        final String target = given.targetSecret() == null ? "" : " " + new String(given.targetSecret());
        secrets.put(name, new String(given.secret()) + target);
        given.close();
        final ChapUser user = new ChapUser(name, given.targetName(), true);
        users.put(name, user);
        return user;
    }

    private void existing(final String name) {
        if (!users.containsKey(name)) {
            throw new StorageException(Code.NOT_FOUND, "no such user: name=" + name);
        }
    }

    private AccessRule find(final String volume, final int id) {
        return volume(volume).rules().stream()
                .filter(rule -> rule.id() == id)
                .findFirst()
                .orElseThrow(
                        () -> new StorageException(Code.NOT_FOUND, "no such rule: volume=" + volume + " id=" + id));
    }

    private static <T> CompletionStage<T> stage(final Supplier<T> action) {
        try {
            return CompletableFuture.completedFuture(action.get());
        } catch (final StorageException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }
}
