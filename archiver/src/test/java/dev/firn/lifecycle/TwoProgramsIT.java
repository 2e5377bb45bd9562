package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two programs on one namespace at the same time share the work, and neither does the other's again. */
class TwoProgramsIT {

    private static final int CHUNKS = 6;
    private static final Pattern DROPPED = Pattern.compile("(\\d+) dropped, 0 failed");

    @TempDir
    private Path home;

    private WeeklyChunks chunks;
    private Digest all;

    @BeforeEach
    void fill() throws SQLException {
        chunks = new WeeklyChunks(home);
        for (int i = 0; i < CHUNKS; i++) {
            all = chunks.addWeek();
        }
    }

    @AfterEach
    void close() throws SQLException {
        chunks.close();
    }

    @Test
    void twoRunsInOneProcessShareTheWork() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Firn.Ran> one = threads.submit(() -> runAfter(together));
            Future<Firn.Ran> two = threads.submit(() -> runAfter(together));

            assertThat(one.get().exitCode()).as(one.get().all()).isZero();
            assertThat(two.get().exitCode()).as(two.get().all()).isZero();
            assertThat(dropped(one.get()) + dropped(two.get())).isEqualTo(CHUNKS);
        } finally {
            threads.shutdownNow();
        }

        requireEachArchivedOnce();
    }

    @ParameterizedTest
    @ValueSource(strings = {Steps.CLAIMED, Steps.COPIED, Steps.PUBLISHED, Steps.LOCK, Steps.COMMITTED})
    void aWholeRunAtAnyPointOfAnotherLeavesItNothingToFailAt(String point) throws SQLException {
        AtomicReference<Firn.Ran> inner = new AtomicReference<>();
        AtomicBoolean first = new AtomicBoolean(true);

        Firn.Ran outer = chunks.firn()
                .run(
                        reached -> {
                            if (reached.equals(point) && first.compareAndSet(true, false)) {
                                inner.set(chunks.firn().run("run", Firn.NAMESPACE));
                            }
                        },
                        "run",
                        Firn.NAMESPACE);

        assertThat(inner.get().exitCode()).as(inner.get().all()).isZero();
        assertThat(outer.exitCode()).as(outer.all()).isZero();
        assertThat(dropped(inner.get()) + dropped(outer)).isEqualTo(CHUNKS);
        requireEachArchivedOnce();
    }

    @Test
    void twoProcessesShareTheWork() throws SQLException {
        try (ArchiverProcess one = start();
                ArchiverProcess two = start()) {
            assertThat(one.exitCode()).as(one.output()).isZero();
            assertThat(two.exitCode()).as(two.output()).isZero();
        }

        requireEachArchivedOnce();
    }

    private Firn.Ran runAfter(CyclicBarrier together) throws Exception {
        together.await();
        return chunks.firn().run("run", Firn.NAMESPACE);
    }

    private ArchiverProcess start() {
        return ArchiverProcess.start(
                home, "KILL", "never", 1, "--conf", chunks.firn().conf().toString(), "run", Firn.NAMESPACE);
    }

    private static int dropped(Firn.Ran ran) {
        Matcher matcher = DROPPED.matcher(ran.out());
        assertThat(matcher.find()).as(ran.out()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private void requireEachArchivedOnce() throws SQLException {
        chunks.requireAllArchivedOnce(all);
        assertThat(chunks.firn().live(chunks.events().table()))
                .hasSize(CHUNKS)
                .allMatch(manifest -> manifest.generation() == 1 && manifest.role() == Manifest.Role.ORIGINAL);
        assertThat(chunks.firn().succeed("scrub", Firn.NAMESPACE).out())
                .contains("%d copies proven, 0 not; 0 stray and 0 superseded".formatted(CHUNKS));
    }
}
