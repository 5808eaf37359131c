package org.isobar.allocation;

import static org.junit.Assert.assertEquals;

import java.util.List;
import java.util.Optional;
import org.isobar.spi.allocation.VolumeAllocator;
import org.isobar.spi.allocation.VolumeAllocator.Candidate;
import org.isobar.testkit.policy.VolumeAllocatorContract;
import org.junit.Test;

public class FullestFitVolumeAllocatorTest extends VolumeAllocatorContract {
    @Override
    protected VolumeAllocator allocator() {
        return new FullestFitVolumeAllocator();
    }

    @Test
    public void choosesTheFullestPoolThatStillHasRoom() {
        final List<Candidate> pools = List.of(
                new Candidate("A", "10", 20, true),
                new Candidate("B", "5", 30, true),
                new Candidate("C", "50", 25, true));
        assertEquals(Optional.of("A"), allocator().choose(pools, 10));
        assertEquals(Optional.of("C"), allocator().choose(pools, 21));
        assertEquals(Optional.of("B"), allocator().choose(pools, 30));
    }

    @Test
    public void choosesTheFirstByNameOfEqualOnes() {
        final List<Candidate> pools = List.of(new Candidate("C", "50", 20, true), new Candidate("A", "10", 20, true));
        assertEquals(Optional.of("A"), allocator().choose(pools, 10));
    }
}
