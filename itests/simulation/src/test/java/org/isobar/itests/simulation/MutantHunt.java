package org.isobar.itests.simulation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/** Runs seeds against a mutant on all cores until one fails; where it needs a write log, only those of members with one. */
final class MutantHunt {
    private final MutantLoader loader;
    private final Method run;
    private final LongUnaryOperator seeds;
    private final AtomicLong next;
    private final long end;
    private long foundBy = Long.MAX_VALUE;
    private Throwable failure;

    /** With seeds below {@code seedsEnd}. */
    MutantHunt(final Mutant mutant, final long seedsEnd) {
        seeds = Mutants.needsLog(mutant) ? Scenario::loggedSeed : n -> n;
        next = new AtomicLong();
        end = seedsEnd;
        loader = new MutantLoader(mutant);
        try {
            run = loader.loadClass(mutant.seeds()).getMethod("run", long.class);
        } catch (final ClassNotFoundException | NoSuchMethodException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    /** Whether a seed failed. */
    boolean succeeds() throws InterruptedException {
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            final Thread thread = new Thread(this::work, "hunt-" + i);
            thread.start();
            threads.add(thread);
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        return failure != null;
    }

    private void work() {
        Thread.currentThread().setContextClassLoader(loader);
        for (long seed = nextSeed(); seed < end && !over(); seed = nextSeed()) {
            try {
                run.invoke(null, seed);
            } catch (final InvocationTargetException thrown) {
                found(seed, thrown.getCause());
            } catch (final IllegalAccessException impossible) {
                throw new LinkageError(impossible.getMessage(), impossible);
            }
        }
    }

    private long nextSeed() {
        return seeds.applyAsLong(next.getAndIncrement());
    }

    private synchronized boolean over() {
        return failure != null;
    }

    private synchronized void found(final long seed, final Throwable how) {
        if (seed < foundBy) {
            foundBy = seed;
            failure = how;
        }
    }

    /** The first seed that failed, of those that ran. */
    synchronized long foundBy() {
        return foundBy;
    }

    synchronized Throwable failure() {
        return failure;
    }
}
