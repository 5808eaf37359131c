package org.isobar.iscsi.access;

import static org.isobar.iscsi.access.AccessFixture.NAME;
import static org.isobar.iscsi.access.AccessFixture.initiator;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessSettings;
import org.isobar.api.access.Grant;
import org.isobar.api.access.Initiator;
import org.isobar.api.access.VolumeAccess;
import org.junit.Assert;
import org.junit.Rule;
import org.junit.Test;

public final class AccessRulesTest {
    private static final String SECRET = "0123456789ab";

    @Rule
    public final AccessFixture fixture = new AccessFixture();

    @Test
    public void letsOnlyTheHostItselfUseAVolumeWithoutARule() {
        assertGrant(Grant.READ_WRITE, initiator("127.0.0.1", null));
        assertGrant(Grant.READ_WRITE, initiator("10.0.0.1", null));
        assertGrant(Grant.NONE, initiator("10.0.0.2", null));
        assertGrant(Grant.NONE, initiator("not an address", null));
        assertEquals(Grant.NONE, fixture.access.grant("no-such-volume", initiator("127.0.0.1", null)));
    }

    @Test
    public void asksForEveryPartOfARule() {
        fixture.addUser("alice", SECRET);
        fixture.allow(NAME.toUpperCase(java.util.Locale.ROOT), "10.0.0.0/24", "alice", Grant.READ_WRITE);
        assertGrant(Grant.READ_WRITE, initiator("10.0.0.9", "alice"));
        assertGrant(Grant.NONE, initiator("10.0.0.9", null));
        assertGrant(Grant.NONE, initiator("10.0.1.9", "alice"));
        assertGrant(Grant.NONE, new Initiator(NAME + "1", "10.0.0.9", "alice"));
        assertGrant(Grant.NONE, initiator("127.0.0.1", null));
        assertEquals(Grant.NONE, fixture.access.grant("other", initiator("10.0.0.9", "alice")));
    }

    @Test
    public void givesTheWidestGrantThatFits() {
        fixture.allow(null, "10.0.0.0/8", null, Grant.READ_ONLY);
        fixture.allow("iqn.2026-11.org.isobar.*", null, null, Grant.READ_WRITE);
        fixture.allow("iqn.2026-11.org.isobar.test:one", null, null, Grant.READ_ONLY);
        assertGrant(Grant.READ_WRITE, initiator("10.0.0.9", null));
        assertGrant(Grant.READ_ONLY, new Initiator("iqn.other", "10.0.0.9", null));
        assertGrant(Grant.NONE, new Initiator("iqn.other", "11.0.0.9", null));
    }

    @Test
    public void takesAStarForAnyName() {
        fixture.allow("*", null, null, Grant.READ_ONLY);
        assertGrant(Grant.READ_ONLY, new Initiator("eui.02004567a425678d", "fd00::9", null));
    }

    @Test
    public void refusesRulesThatMakeNoSense() {
        refuses(Code.INVALID, "initiatorName", new AccessRule(0, "", null, null, Grant.READ_ONLY));
        refuses(Code.INVALID, "initiatorName", new AccessRule(0, "a*b", null, null, Grant.READ_ONLY));
        refuses(Code.INVALID, "initiatorName", new AccessRule(0, "a b", null, null, Grant.READ_ONLY));
        refuses(Code.INVALID, "initiatorName", new AccessRule(0, "a".repeat(224), null, null, Grant.READ_ONLY));
        refuses(Code.INVALID, "address", new AccessRule(0, null, "10.0.0.0/40", null, Grant.READ_ONLY));
        refuses(Code.INVALID, "chapUser", new AccessRule(0, null, null, "a b", Grant.READ_ONLY));
        refuses(Code.INVALID, "rule", new AccessRule(0, null, null, null, Grant.READ_ONLY));
        refuses(Code.INVALID, "grant", new AccessRule(0, "*", null, null, Grant.NONE));
        refuses(Code.INVALID, "grant", new AccessRule(0, "*", null, null, null));
        refuses(Code.NOT_FOUND, "no such user", new AccessRule(0, null, null, "nobody", Grant.READ_ONLY));
        fixture.allow("a*", null, null, Grant.READ_ONLY);
        refuses(Code.EXISTS, "id=1", new AccessRule(0, "A*", null, null, Grant.READ_WRITE));
        assertFails(
                Code.NOT_FOUND,
                "no such volume",
                fixture.access.allow("absent", new AccessRule(0, "*", null, null, Grant.READ_ONLY)));
        assertFails(Code.NOT_FOUND, "no such rule", fixture.access.deny("memory", 7));
        assertFails(Code.NOT_FOUND, "no such rule", fixture.access.change("memory", 7, Grant.READ_ONLY));
        assertFails(Code.INVALID, "grant", fixture.access.change("memory", 1, Grant.NONE));
    }

    @Test
    public void boundsTheRulesOfAVolume() {
        final String longest = "x".repeat(218);
        for (int i = 0; i < AccessRule.MAX_PER_VOLUME; i++) {
            fixture.allow(
                    String.format("%05d%s", i, longest),
                    "1111:2222:3333:4444:5555:6666:7777:8888",
                    null,
                    Grant.READ_ONLY);
        }
        refuses(Code.NO_SPACE, "most=128", new AccessRule(0, "*", null, null, Grant.READ_ONLY));
        fixture.restart();
        assertEquals(
                AccessRule.MAX_PER_VOLUME,
                fixture.access.volume("memory").rules().size());
    }

    @Test
    public void changesAndRemovesRulesAndTells() {
        final AtomicInteger told = new AtomicInteger();
        final Runnable listener = told::incrementAndGet;
        fixture.access.addListener(listener);
        final int first = fixture.allow("a*", null, null, Grant.READ_WRITE);
        final int second = fixture.allow("b*", null, null, Grant.READ_WRITE);
        fixture.sim.await(fixture.access.change("memory", first, Grant.READ_ONLY));
        assertGrant(Grant.READ_ONLY, new Initiator("abc", "10.0.0.9", null));
        fixture.sim.await(fixture.access.deny("memory", first));
        assertGrant(Grant.NONE, new Initiator("abc", "10.0.0.9", null));
        assertEquals(4, told.get());
        fixture.sim.await(fixture.access.deny("memory", second));
        assertGrant(Grant.READ_WRITE, initiator("127.0.0.1", null));
        fixture.access.removeListener(listener);
        fixture.allow("a*", null, null, Grant.READ_WRITE);
        assertEquals(5, told.get());
    }

    @Test
    public void keepsOnlyWhatTheCatalogTook() {
        fixture.addUser("alice", SECRET);
        final int kept = fixture.allow(NAME, null, "alice", Grant.READ_WRITE);
        fixture.catalog.failing(true);
        refuses(Code.IO, "log failed", new AccessRule(0, "*", null, null, Grant.READ_ONLY));
        assertFails(Code.IO, "log failed", fixture.access.deny("memory", kept));
        assertFails(Code.IO, "log failed", fixture.access.removeUser("alice"));
        assertGrant(Grant.READ_WRITE, initiator("10.0.0.9", "alice"));
        fixture.catalog.failing(false);
        fixture.restart();
        assertEquals(
                List.of(new AccessRule(1, NAME, null, "alice", Grant.READ_WRITE)),
                fixture.access.volume("memory").rules());
        assertGrant(Grant.READ_WRITE, initiator("10.0.0.9", "alice"));
    }

    @Test
    public void ranksOnlyUsersThatThereAre() {
        fixture.addUser("alice", SECRET);
        fixture.allow(null, null, "alice", Grant.READ_WRITE);
        fixture.allow("*", null, null, Grant.READ_ONLY);
        fixture.sim.await(fixture.access.removeUser("alice"));
        assertGrant(Grant.READ_ONLY, initiator("10.0.0.9", "alice"));
        assertEquals(2, fixture.access.volume("memory").rules().size());
        assertFails(Code.NOT_FOUND, "no such user", fixture.access.removeUser("alice"));
    }

    @Test
    public void removesTheRulesOfARemovedVolumeAndNeverHandsThemOn() {
        fixture.allow("*", null, null, Grant.READ_WRITE);
        final String key = fixture.catalog.documents().keySet().iterator().next();
        final byte[] left = fixture.catalog.documents().get(key);
        fixture.access.volumeRemoved(fixture.member.volumes().find("memory").orElseThrow());
        fixture.sim.run();
        assertEquals(0, fixture.catalog.documents().size());
        // A crash in between leaves the document: a volume of the same name has another number.
        fixture.catalog.documents().put(key.replace("rules/1", "rules/99"), left);
        fixture.restart();
        assertGrant(Grant.NONE, initiator("10.0.0.9", null));
        assertEquals(
                new VolumeAccess("memory", List.of()), fixture.access.volumes().get(0));
    }

    @Test
    public void letsNobodyInByWhatItCannotRead() {
        fixture.addUser("alice", SECRET);
        fixture.allow("*", null, null, Grant.READ_WRITE);
        fixture.sim.await(fixture.access.changeSettings(new AccessSettings(false, List.of("MD5"))));
        fixture.catalog.documents().replaceAll((key, document) -> new byte[] {9, 9, 9});
        fixture.restart();
        assertGrant(Grant.NONE, initiator("127.0.0.1", null));
        assertTrue(fixture.access.users().isEmpty());
        assertTrue(fixture.access.settings().discoveryChap());
        fixture.allow("*", null, null, Grant.READ_ONLY);
        assertGrant(Grant.READ_ONLY, initiator("127.0.0.1", null));
    }

    @Test
    public void letsNobodyInBeforeTheCatalogServes() {
        fixture.catalog.serving(false);
        fixture.restart();
        assertGrant(Grant.NONE, initiator("127.0.0.1", null));
        assertTrue(fixture.access.demand("memory", initiator("127.0.0.1", null)).closed());
        assertFalse(fixture.access.shows("memory", initiator("127.0.0.1", null)));
        assertFails(
                Code.UNAVAILABLE,
                "not serving",
                fixture.access.allow("memory", new AccessRule(0, "*", null, null, Grant.READ_ONLY)));
        assertThrows(StorageException.class, fixture.access::settings);
        fixture.catalog.serving(true);
        assertGrant(Grant.READ_WRITE, initiator("127.0.0.1", null));
    }

    @Test
    public void asksForAProofWhereOneCanHelp() {
        assertEquals(new LoginAccess.Demand(true, false), demand("memory", "127.0.0.1"));
        assertEquals(new LoginAccess.Demand(false, false), demand("memory", "10.0.0.9"));
        assertEquals(new LoginAccess.Demand(false, false), demand(null, "10.0.0.9"));
        fixture.addUser("alice", SECRET);
        fixture.allow(null, "10.0.0.0/24", "alice", Grant.READ_WRITE);
        assertEquals(new LoginAccess.Demand(false, true), demand("memory", "10.0.0.9"));
        fixture.allow(NAME, null, null, Grant.READ_ONLY);
        assertEquals(new LoginAccess.Demand(true, true), demand("memory", "10.0.0.9"));
        assertEquals(new LoginAccess.Demand(true, false), demand("memory", "10.0.1.9"));
    }

    @Test
    public void tellsNobodyApartAHiddenVolumeFromNone() {
        fixture.addUser("alice", SECRET);
        fixture.allow(null, "10.0.0.0/24", "alice", Grant.READ_WRITE);
        for (final String address : new String[] {"10.0.0.9", "10.0.1.9"}) {
            assertEquals(demand(null, address), demand("other", address));
        }
        assertEquals(demand("memory", "10.0.0.9"), demand("other", "10.0.0.9"));
    }

    @Test
    public void showsWhatALogInMayReach() {
        fixture.addUser("alice", SECRET);
        fixture.allow(null, "10.0.0.0/24", "alice", Grant.READ_WRITE);
        assertTrue(fixture.access.shows("memory", initiator("10.0.0.9", null)));
        assertFalse(fixture.access.shows("memory", initiator("10.0.1.9", null)));
        assertFalse(fixture.access.shows("memory", initiator("10.0.0.9", "bob")));
        assertTrue(fixture.access.discoveryDemand(initiator("10.0.0.9", null)).open());
        fixture.sim.await(fixture.access.changeSettings(new AccessSettings(true, AccessSettings.ALGORITHMS)));
        assertEquals(new LoginAccess.Demand(false, true), fixture.access.discoveryDemand(initiator("10.0.0.9", null)));
        assertFalse(fixture.access.shows("memory", initiator("10.0.0.9", null)));
        assertTrue(fixture.access.shows("memory", initiator("10.0.0.9", "alice")));
    }

    @Test
    public void keepsSettingsAndRefusesImpossibleOnes() {
        assertEquals(AccessSettings.DEFAULT, fixture.access.settings());
        final AccessSettings changed = new AccessSettings(true, List.of("SHA3-256", "SHA-256"));
        fixture.sim.await(fixture.access.changeSettings(changed));
        fixture.restart();
        assertEquals(changed, fixture.access.settings());
        for (final List<String> algorithms :
                List.of(List.<String>of(), List.of("MD4"), List.of("MD5", "MD5"), List.of("md5"))) {
            assertFails(
                    Code.INVALID,
                    "chapAlgorithms",
                    fixture.access.changeSettings(new AccessSettings(false, algorithms)));
        }
    }

    private LoginAccess.Demand demand(final String volume, final String address) {
        return fixture.access.demand(volume, initiator(address, null));
    }

    private void assertGrant(final Grant expected, final Initiator who) {
        assertEquals(expected, fixture.access.grant("memory", who));
    }

    private void refuses(final Code code, final String why, final AccessRule rule) {
        assertFails(code, why, fixture.access.allow("memory", rule));
    }

    private void assertFails(final Code code, final String why, final CompletionStage<?> stage) {
        final StorageException refused = Assert.assertThrows(StorageException.class, () -> fixture.sim.await(stage));
        assertEquals(code, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().contains(why));
    }
}
