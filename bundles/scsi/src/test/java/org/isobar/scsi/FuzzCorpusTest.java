package org.isobar.scsi;

import java.io.IOException;
import org.isobar.testkit.fuzz.FuzzCorpus;
import org.junit.Test;

/** What the fuzzer found interesting, again, and near it; see {@code docs/fuzzing.md}. */
public final class FuzzCorpusTest {
    private static final long SEED = Long.getLong("isobar.seed", 20_261_124);
    private static final int MUTATIONS = Integer.getInteger("isobar.fuzz.mutations", 500);

    @Test
    public void survivesAnyCdb() throws IOException {
        final FuzzCorpus corpus = new FuzzCorpus(getClass(), "CdbFuzz");
        corpus.replay(CdbFuzz::fuzzerTestOneInput);
        corpus.mutate(CdbFuzz::fuzzerTestOneInput, SEED, MUTATIONS);
    }

    @Test
    public void survivesAnyParameterList() throws IOException {
        final FuzzCorpus corpus = new FuzzCorpus(getClass(), "ParameterListFuzz");
        corpus.replay(ParameterListFuzz::fuzzerTestOneInput);
        corpus.mutate(ParameterListFuzz::fuzzerTestOneInput, SEED, MUTATIONS);
    }
}
