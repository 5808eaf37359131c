package org.isobar.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LookoutTest {
    private static final long LIMIT_MS = 200;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicInteger looks = new AtomicInteger();
    private final Map<Path, String> unreadable = new TreeMap<>();
    private Path root;
    private Path hung;
    private Lookout lookout;

    @Before
    public void makeFiles() throws IOException {
        root = folder.getRoot().toPath().toRealPath();
        hung = root.resolve("a");
        for (final String name : List.of("a", "b", "c")) {
            Files.write(root.resolve(name), new byte[8192]);
        }
        lookout = new Lookout(List.of(root.toString()), new BoundedLook(this::look, LIMIT_MS));
    }

    @After
    public void end() {
        answers.countDown();
        lookout.close();
    }

    @Test
    public void aHungDeviceHoldsUpNoOther() {
        assertEquals(List.of(root.resolve("b"), root.resolve("c")), seen());
        assertTrue(unreadable.toString(), unreadable.get(hung).contains("does not answer within 200 ms"));
    }

    @Test
    public void aHungDeviceIsReadOnceAndWaitedForOnce() {
        seen();
        final long from = System.nanoTime();
        seen();
        assertTrue("waited again", System.nanoTime() - from < LIMIT_MS * 1_000_000);
        assertEquals("looks at the one that hangs", 1, looks.get());
        assertEquals(List.of(hung), List.copyOf(unreadable.keySet()));
    }

    @Test
    public void aHungDeviceIsSeenWhenItAnswers() throws InterruptedException {
        seen();
        answers.countDown();
        for (int i = 0; seen().size() < 3; i++) {
            assertTrue("never seen", i < 500);
            Thread.sleep(10);
        }
        assertEquals(Map.of(), unreadable);
        lookout.checkAnswers(hung);
    }

    @Test
    public void aDeviceThatIsBeingReadMayNotBeOpened() {
        seen();
        final StorageException refusal = assertThrows(StorageException.class, () -> lookout.checkAnswers(hung));
        assertEquals(Code.UNAVAILABLE, refusal.code());
        lookout.checkAnswers(root.resolve("b"));
        final StorageException gone =
                assertThrows(StorageException.class, () -> lookout.checkAnswers(root.resolve("gone")));
        assertEquals(Code.NOT_FOUND, gone.code());
    }

    @Test
    public void aLookThatFailsNamesWhy() {
        answers.countDown();
        final Lookout failing = new Lookout(
                List.of(root.toString()),
                new BoundedLook(
                        (path, identity) -> {
                            if (path.equals(hung)) {
                                throw new IllegalStateException("broken");
                            }
                            return look(path, identity);
                        },
                        LIMIT_MS));
        failing.look(List.of(), unreadable::put);
        assertTrue(unreadable.toString(), unreadable.get(hung).contains("broken"));
        failing.close();
    }

    private List<Path> seen() {
        unreadable.clear();
        return lookout.look(List.of(), unreadable::put).stream()
                .map(Sighting::path)
                .toList();
    }

    private Sighting look(final Path path, final FileIdentity identity) throws IOException {
        if (path.equals(hung)) {
            looks.incrementAndGet();
            try {
                answers.await();
            } catch (final InterruptedException e) {
                throw new IOException(e);
            }
        }
        return Sighting.look(path, identity);
    }
}
