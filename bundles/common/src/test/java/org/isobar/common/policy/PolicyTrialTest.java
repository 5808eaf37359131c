package org.isobar.common.policy;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.junit.Test;

public final class PolicyTrialTest {
    private static final long LIMIT_MS = 100;
    private static final long LIMIT_NS = LIMIT_MS * 1_000_000;

    private final ManualLane lane = new ManualLane();
    private final Policies policies = new Policies(lane, lane, lane::offLane, LIMIT_MS);
    private final PolicyKind<Greeting> greetings =
            new PolicyKind<>("greeting", Greeting.class, name -> "hello " + name);
    private final PolicyUse<Greeting> use = policies.use(greetings, "shout", "test");
    private final PolicyTrial<Greeting> trial = policies.trial(greetings, "shout");

    /** What the policies of this test do. */
    private interface Greeting extends UnaryOperator<String> {}

    private void plug(final Greeting policy) {
        policies.plug(greetings, "shout", policy, new PolicyOrigin("org.example.shout", "1.0.0", 0));
    }

    private CompletionStage<PolicyAnswer<String>> tried() {
        return trial.ask(policy -> policy.apply("you"), answer -> answer.isEmpty() ? "answered nothing" : "");
    }

    private CompletionStage<PolicyAnswer<String>> used() {
        return use.ask(policy -> policy.apply("me"), answer -> "");
    }

    private String answer(final CompletionStage<PolicyAnswer<String>> stage) {
        lane.runAll();
        assertTrue("no answer yet", stage.toCompletableFuture().isDone());
        final PolicyAnswer<String> answer = stage.toCompletableFuture().join();
        return answer.policy() + ": " + answer.value();
    }

    private PolicyInfo shown() {
        return policies.policies().stream()
                .filter(one -> one.name().equals("shout"))
                .findFirst()
                .orElseThrow();
    }

    private void assertTheRealOneIsWell(final String why) {
        assertEquals(why, trial.fence());
        assertFalse(shown().fenced());
        assertEquals(0, shown().failures());
        assertEquals(List.of(), policies.warnings());
        assertEquals("built-in: hello you", answer(tried()));
    }

    @Test
    public void asksThePolicyAndCountsNothing() {
        plug(name -> "HELLO " + name);
        assertEquals("shout: HELLO you", answer(tried()));
        assertEquals("", trial.fence());
        assertEquals("shout", trial.policy());
        assertEquals(0, shown().calls());
    }

    @Test
    public void fencesForItselfAloneWhatThrows() {
        plug(name -> {
            if ("you".equals(name)) {
                throw new IllegalStateException("sore throat");
            }
            return "HELLO " + name;
        });
        assertEquals("built-in: hello you", answer(tried()));
        assertTheRealOneIsWell("threw java.lang.IllegalStateException: sore throat");
        assertEquals("shout: HELLO me", answer(used()));
        assertEquals(1, shown().calls());
    }

    @Test
    public void fencesForItselfAloneWhatAnswersNonsense() {
        plug(name -> "");
        assertEquals("built-in: hello you", answer(tried()));
        assertTheRealOneIsWell("answered nothing");
    }

    @Test
    public void fencesForItselfAloneWhatIsSlow() {
        plug(name -> "HELLO " + name);
        final CompletionStage<PolicyAnswer<String>> late = tried();
        final CompletionStage<PolicyAnswer<String>> real = used();
        lane.run();
        lane.pass(LIMIT_NS + 1);
        lane.runTimers();
        assertEquals("built-in", late.toCompletableFuture().join().policy());
        assertEquals("shout: HELLO me", answer(real));
        assertTheRealOneIsWell("took longer than 100 ms");
    }

    @Test
    public void neverAsksWhileTheRealQuestionIsOut() {
        final List<String> asked = new ArrayList<>();
        plug(name -> {
            asked.add(name);
            return "HELLO " + name;
        });
        final CompletionStage<PolicyAnswer<String>> real = used();
        final CompletionStage<PolicyAnswer<String>> second = tried();
        lane.run();
        assertEquals(List.of(), asked);
        assertEquals("shout: HELLO me", answer(real));
        assertEquals("shout: HELLO you", answer(second));
        assertEquals(List.of("me", "you"), asked);
    }

    @Test
    public void isAnsweredByTheBuiltInOneWhenThePolicyIsMissingOrReallyFenced() {
        assertEquals("built-in: hello you", answer(tried()));
        assertEquals("", trial.fence());
        plug(name -> null);
        assertEquals("built-in: hello me", answer(used()));
        assertTrue(shown().fenced());
        assertEquals("built-in: hello you", answer(tried()));
        assertEquals("", trial.fence());
    }
}
