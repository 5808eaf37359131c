package org.isobar.iscsi;

import java.io.IOException;
import org.isobar.testkit.fuzz.FuzzCorpus;
import org.junit.Test;

/** What the fuzzer found interesting, again, and near it; see {@code docs/fuzzing.md}. */
public final class FuzzCorpusTest {
    private static final long SEED = Long.getLong("isobar.seed", 20_261_124);
    private static final int MUTATIONS = Integer.getInteger("isobar.fuzz.mutations", 500);

    @Test
    public void survivesAnyPdus() throws IOException {
        final FuzzCorpus corpus = new FuzzCorpus(getClass(), "PduStreamFuzz");
        corpus.replay(PduStreamFuzz::fuzzerTestOneInput);
        corpus.mutate(PduStreamFuzz::fuzzerTestOneInput, SEED, MUTATIONS);
    }

    @Test
    public void survivesAnyLogin() throws IOException {
        final FuzzCorpus corpus = new FuzzCorpus(getClass(), "LoginFuzz");
        corpus.replay(LoginFuzz::fuzzerTestOneInput);
        corpus.mutate(LoginFuzz::fuzzerTestOneInput, SEED, MUTATIONS);
    }
}
