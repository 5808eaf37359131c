package org.isobar.common.policy;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.junit.Test;

public class PoliciesTest {
    private static final long LIMIT_MS = 100;
    private static final long LIMIT_NS = LIMIT_MS * 1_000_000;
    private static final PolicyOrigin V1 = new PolicyOrigin("org.example.shout", "1.0.0", 0);
    private static final PolicyOrigin V2 = new PolicyOrigin("org.example.shout", "2.0.0", 0);

    private final ManualLane lane = new ManualLane();
    private final Policies policies = new Policies(lane, lane, lane::offLane, LIMIT_MS);
    private final PolicyKind<Greeting> greetings =
            new PolicyKind<>("greeting", Greeting.class, name -> "hello " + name);
    private final List<String> heard = new ArrayList<>();
    private final PolicyUse<Greeting> use = policies.use(greetings, "shout", "test", () -> heard.add("changed"));

    /** What the policies of this test do. */
    private interface Greeting extends UnaryOperator<String> {}

    private CompletionStage<PolicyAnswer<String>> ask() {
        return use.ask(policy -> policy.apply("you"), answer -> answer.isEmpty() ? "answered nothing" : "");
    }

    private static PolicyAnswer<String> now(final CompletionStage<PolicyAnswer<String>> stage) {
        final CompletableFuture<PolicyAnswer<String>> future = stage.toCompletableFuture();
        assertTrue("no answer yet", future.isDone());
        return future.join();
    }

    private PolicyAnswer<String> answer() {
        final CompletionStage<PolicyAnswer<String>> stage = ask();
        lane.runAll();
        return now(stage);
    }

    private PolicyInfo shown(final String name) {
        return policies.policies().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Runnable plug(final Greeting policy, final PolicyOrigin from) {
        return policies.plug(greetings, "shout", policy, from);
    }

    private static String fail(final RuntimeException why) {
        throw why;
    }

    private static String fail(final Error why) {
        throw why;
    }

    @Test
    public void asksTheSelectedPolicyOffTheLane() {
        plug(name -> "HELLO " + name, V1);
        final CompletionStage<PolicyAnswer<String>> stage = ask();
        lane.run();
        assertFalse("asked on the lane", stage.toCompletableFuture().isDone());
        lane.runAll();
        assertEquals(new PolicyAnswer<>("HELLO you", "shout"), now(stage));
        assertEquals(
                new PolicyInfo("greeting", "shout", "org.example.shout", "1.0.0", List.of("test"), 1, 0, false, ""),
                shown("shout"));
        assertEquals(List.of(), policies.warnings());
    }

    @Test
    public void letsTheBuiltInOneAnswerForOneThatIsMissingAndWarns() {
        assertEquals(new PolicyAnswer<>("hello you", Policies.BUILT_IN), answer());
        assertEquals(
                List.of("policy is missing, the built-in one decides: kind=greeting name=shout usedBy=[test];"
                        + " install its bundle or select another"),
                policies.warnings());
        assertEquals(1, shown(Policies.BUILT_IN).calls());
        use.rename("somebody");
        assertTrue(policies.warnings().get(0).contains("usedBy=[somebody]"));
        use.close();
        assertEquals(List.of(), policies.warnings());
    }

    @Test
    public void fencesOneThatThrows() {
        plug(name -> fail(new IllegalStateException("sore throat")), V1);
        assertEquals(new PolicyAnswer<>("hello you", Policies.BUILT_IN), answer());
        assertFenced("threw java.lang.IllegalStateException: sore throat");
    }

    @Test
    public void fencesOneWithAnErrorOfItsClasses() {
        plug(name -> fail(new NoClassDefFoundError("org/example/Gone")), V1);
        assertEquals(new PolicyAnswer<>("hello you", Policies.BUILT_IN), answer());
        assertFenced("threw java.lang.NoClassDefFoundError: org/example/Gone");
    }

    @Test
    public void fencesOneThatAnswersNull() {
        plug(name -> null, V1);
        assertEquals(Policies.BUILT_IN, answer().policy());
        assertFenced("answered null");
    }

    @Test
    public void fencesOneWhoseAnswerIsRefused() {
        plug(name -> "", V1);
        assertEquals(Policies.BUILT_IN, answer().policy());
        assertFenced("answered nothing");
    }

    @Test
    public void fencesOneThatNeverAnswers() {
        plug(name -> "late", V1);
        final CompletionStage<PolicyAnswer<String>> stage = ask();
        lane.run();
        lane.pass(LIMIT_NS - 1);
        lane.runTimers();
        assertFalse(stage.toCompletableFuture().isDone());
        lane.pass(1);
        lane.runTimers();
        assertEquals(Policies.BUILT_IN, now(stage).policy());
        assertFenced("took longer than 100 ms");
    }

    @Test
    public void fencesOneWhoseAnswerComesBeforeTheTimerButTooLate() {
        plug(
                name -> {
                    lane.pass(LIMIT_NS + 1_000_000);
                    return "late";
                },
                V1);
        assertEquals(Policies.BUILT_IN, answer().policy());
        assertFenced("took longer than 100 ms");
    }

    @Test
    public void doesNotHearAnAnswerThatComesAfterTheFence() {
        final List<String> asked = new ArrayList<>();
        plug(
                name -> {
                    asked.add(name);
                    return "answer " + asked.size();
                },
                V1);
        ask();
        lane.run();
        lane.pass(LIMIT_NS);
        lane.runTimers();
        assertTrue(policies.unfence("greeting", "shout").isPresent());
        final CompletionStage<PolicyAnswer<String>> second = ask();
        lane.runAll();
        assertEquals("answer 2", now(second).value());
        assertEquals(1, shown("shout").failures());
        assertFalse(shown("shout").fenced());
    }

    @Test
    public void answersAllThatWaitForAFencedOneAtOnce() {
        plug(name -> null, V1);
        final CompletionStage<PolicyAnswer<String>> first = ask();
        final CompletionStage<PolicyAnswer<String>> second = ask();
        lane.runAll();
        assertEquals(Policies.BUILT_IN, now(first).policy());
        assertEquals(Policies.BUILT_IN, now(second).policy());
        assertEquals("asked once", 1, shown("shout").calls());
    }

    @Test
    public void asksOneQuestionAtATime() {
        plug(name -> "HELLO", V1);
        final List<CompletionStage<PolicyAnswer<String>>> stages = List.of(ask(), ask(), ask());
        lane.run();
        assertEquals(1, shown("shout").calls());
        lane.runAll();
        stages.forEach(stage -> assertEquals("shout", now(stage).policy()));
        assertEquals(3, shown("shout").calls());
    }

    @Test
    public void answersWhatIsTooMuchForAPolicyByTheBuiltInOne() {
        plug(name -> "HELLO", V1);
        final List<CompletionStage<PolicyAnswer<String>>> stages = new ArrayList<>();
        for (int i = 0; i < PluggedPolicy.WAITING_MAX + 2; i++) {
            stages.add(ask());
        }
        lane.run();
        assertEquals(
                Policies.BUILT_IN,
                now(stages.get(PluggedPolicy.WAITING_MAX + 1)).policy());
        lane.runAll();
        assertEquals("shout", now(stages.get(PluggedPolicy.WAITING_MAX)).policy());
        assertFalse("not its fault", shown("shout").fenced());
    }

    @Test
    public void liftsTheFenceByTheVerb() {
        final boolean[] ill = {true};
        plug(name -> ill[0] ? null : "HELLO", V1);
        answer();
        ill[0] = false;
        assertEquals("still fenced", Policies.BUILT_IN, answer().policy());
        assertFalse(policies.unfence("greeting", "shout").orElseThrow().fenced());
        assertEquals("shout", answer().policy());
        assertEquals(List.of(), policies.warnings());
    }

    @Test
    public void liftsTheFenceByAnUpdate() {
        final Runnable unplug = plug(name -> null, V1);
        answer();
        unplug.run();
        plug(name -> "HELLO", V2);
        assertEquals("shout", answer().policy());
        assertEquals("2.0.0", shown("shout").version());
        assertEquals(0, shown("shout").failures());
    }

    @Test
    public void unfencesNothingThatIsNotThere() {
        assertEquals(Optional.empty(), policies.unfence("greeting", "whisper"));
        assertEquals(Optional.empty(), policies.unfence("farewell", "shout"));
        assertFalse(
                policies.unfence("greeting", Policies.BUILT_IN).orElseThrow().fenced());
    }

    @Test
    public void tellsUsersWhenAnotherPolicyAnswers() {
        final Runnable unplug = plug(name -> null, V1);
        policies.plug(greetings, "whisper", name -> "hi", V1);
        lane.run();
        assertEquals("plugged in", 1, heard.size());
        answer();
        assertEquals("fenced", 2, heard.size());
        policies.unfence("greeting", "shout");
        policies.unfence("greeting", "shout");
        lane.run();
        assertEquals("unfenced once", 3, heard.size());
        unplug.run();
        lane.run();
        assertEquals("unplugged", 4, heard.size());
        use.select("whisper");
        lane.run();
        assertEquals("selected", 5, heard.size());
        assertEquals(new PolicyAnswer<>("hi", "whisper"), answer());
    }

    @Test
    public void letsTheHigherRankedOfTwoWithOneNameServe() {
        plug(name -> "low", V1);
        final Runnable unplug = plug(name -> "high", new PolicyOrigin("org.example.other", "1.0.0", 1));
        plug(name -> "later", V2);
        assertEquals("high", answer().value());
        unplug.run();
        assertEquals("low", answer().value());
        assertEquals(
                List.of(List.of("test"), List.of()),
                policies.policies().stream()
                        .filter(one -> one.name().equals("shout"))
                        .map(PolicyInfo::usedBy)
                        .toList());
    }

    @Test
    public void namesWhatCanBeSelected() {
        plug(name -> "HELLO", V1);
        assertEquals(Set.of("shout", Policies.BUILT_IN), policies.names(greetings));
        use.select(Policies.BUILT_IN);
        assertEquals(Policies.BUILT_IN, answer().policy());
        assertEquals(List.of(), policies.warnings());
    }

    @Test
    public void failsOnlyWhenTheBuiltInOneFails() {
        final CompletionStage<PolicyAnswer<String>> stage =
                use.ask(policy -> fail(new IllegalArgumentException("bad question")), answer -> "");
        lane.runAll();
        final CompletableFuture<PolicyAnswer<String>> future = stage.toCompletableFuture();
        assertEquals(
                "bad question",
                assertThrows(CompletionException.class, future::join).getCause().getMessage());
    }

    @Test
    public void refusesLimitsOutOfBounds() {
        assertThrows(IllegalArgumentException.class, () -> new Policies(lane, lane, lane::offLane, 0));
        assertThrows(IllegalArgumentException.class, () -> new Policies(lane, lane, lane::offLane, 60_001));
    }

    @Test
    public void tellsOfKindsOnce() {
        final List<String> kinds = new ArrayList<>();
        policies.onKind(kind -> kinds.add(kind.name()));
        policies.declare(new PolicyKind<>("farewell", Greeting.class, name -> "bye"));
        policies.declare(greetings);
        assertEquals(List.of("greeting", "farewell"), kinds);
        assertEquals(
                List.of("farewell", "greeting"),
                policies.policies().stream().map(PolicyInfo::kind).toList());
    }

    private void assertFenced(final String why) {
        assertTrue(shown("shout").fenced());
        assertEquals(why, shown("shout").why());
        assertEquals(1, shown("shout").failures());
        assertEquals(
                List.of("policy is fenced, the built-in one decides: kind=greeting name=shout usedBy=[test] why=\""
                        + why + "\"; update its bundle, or policy:unfence greeting shout"),
                policies.warnings());
        assertEquals(Policies.BUILT_IN, answer().policy());
        assertEquals("asked no more", 1, shown("shout").calls());
    }
}
