package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.FaultPoints;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import dev.firn.testing.RequiresTimescale;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way back beside others: another one, the archiver, writers. A range is loaded once, and no row of it is lost. */
class RestoreRacesIT extends WithArchivedWeeks {

    static final List<String> POINTS = RestoreSteps.ALL;

    RestoreRacesIT() {
        super(2);
    }

    @Test
    void twoProcessesAtOnceLoadEachRangeOnce() throws SQLException {
        try (ArchiverProcess one = startKilledAt("never");
                ArchiverProcess two = startKilledAt("never")) {
            // One that finds the other at a range says so, and is to be run again.
            assertThat(one.exitCode()).as(one.output()).isIn(0, 4);
            assertThat(two.exitCode()).as(two.output()).isIn(0, 4);
        }
        rehydrate.succeed(ALL.toArray(String[]::new));

        weeks.requireAllOnce();
    }

    @ParameterizedTest
    @ValueSource(strings = {RestoreSteps.CLAIMED, RestoreSteps.LOADED, RestoreSteps.READY, RestoreSteps.COMMITTED})
    void aWholeRunAtAnyPointOfAnotherLoadsNothingTwice(String point) throws SQLException {
        AtomicReference<Firn.Ran> inner = new AtomicReference<>();

        Firn.Ran outer = rehydrate.run(
                Meanwhile.once(point, () -> inner.set(rehydrate.run(ALL.toArray(String[]::new)))),
                ALL.toArray(String[]::new));

        // Whoever came first to a range has it; the other leaves it alone.
        assertThat(inner.get().exitCode()).as(inner.get().all()).isIn(0, 4);
        assertThat(outer.exitCode()).as(outer.all()).isIn(0, 4);
        rehydrate.succeed(ALL.toArray(String[]::new));
        weeks.requireAllOnce();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                RestoreSteps.CLAIMED,
                RestoreSteps.PROVEN,
                RestoreSteps.ATTACHED,
                RestoreSteps.COMMIT,
                RestoreSteps.COMMITTED
            })
    void theArchiverAtAnyPointNeitherCopiesNorDropsWhatIsOnItsWay(String point) throws SQLException {
        List<String> files = weeks.firn().files();
        AtomicReference<Firn.Ran> archiver = new AtomicReference<>();

        Firn.Ran ran = rehydrate.run(
                Meanwhile.once(point, () -> archiver.set(weeks.firn().run("run", Firn.NAMESPACE))),
                ALL.toArray(String[]::new));

        assertThat(archiver.get().exitCode()).as(archiver.get().all()).isIn(0, 4);
        assertThat(archiver.get().out()).contains("0 archived, 0 dropped, 0 failed");
        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(weeks.firn().succeed("run", Firn.NAMESPACE).out()).contains("0 archived, 0 dropped, 0 failed");
        assertThat(weeks.firn().files()).isEqualTo(files);
        weeks.requireAllOnce();
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    @RequiresTimescale
    void aRowWrittenAtAnyPointIsThereBesideWhatCameBack(String point) throws Exception {
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            AtomicReference<Future<?>> written = new AtomicReference<>();
            Supplier<Future<?>> write = () -> writer.submit(this::writeLate);
            // It may have to wait for the end of the transaction that makes the range visible.
            FaultPoints faults = Meanwhile.once(point, () -> written.set(write.get()));

            Firn.Ran ran = rehydrate.run(faults, ArchivedWeeks.FIRST.toArray(String[]::new));

            written.get().get();
            assertThat(ran.exitCode()).as(ran.all()).isIn(0, 4);
            weeks.endLeases();
            rehydrate.succeed(ArchivedWeeks.FIRST.toArray(String[]::new));
        } finally {
            writer.shutdownNow();
        }
        assertThat(weeks.rows()).isEqualTo(weeks.whole().rows() + 1);
        weeks.database().execute("DELETE FROM events.messages WHERE stream_name = 'late-1'");
        weeks.requireFirstOnce();
    }

    private Void writeLate() throws SQLException {
        try (Connection connection = weeks.database().owner()) {
            weeks.events().write(connection, EventStore.FIRST_WEEK.plusSeconds(60), "late-1", 0);
        }
        return null;
    }
}
