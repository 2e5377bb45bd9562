package dev.firn.rehydrator;

import dev.firn.testing.ArchiverProcess;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Weeks that are archived and dropped before all experiments, and are so again after each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithArchivedWeeks {

    static final List<String> ALL =
            List.of(Firn.NAMESPACE, ArchivedWeeks.TABLE, "--from", "2024-01-01", "--to", "2025-01-01");

    private final int count;
    private Path home;
    ArchivedWeeks weeks;
    Rehydrate rehydrate;

    WithArchivedWeeks(int count) {
        this.count = count;
    }

    @BeforeAll
    void archiveWeeks(@TempDir Path directory) throws SQLException {
        home = directory;
        weeks = new ArchivedWeeks(home, count);
        rehydrate = new Rehydrate(weeks.firn());
    }

    @AfterAll
    void close() {
        weeks.close();
    }

    @AfterEach
    void letGo() {
        weeks.dropAgain();
    }

    /** Brings all of them back in a program of its own, which is killed there. */
    ArchiverProcess startKilledAt(String point) {
        List<String> arguments =
                new ArrayList<>(List.of("--conf", weeks.firn().conf().toString()));
        arguments.addAll(ALL);
        return ArchiverProcess.start(KillableRehydrate.class, home, "KILL", point, 1, arguments.toArray(String[]::new));
    }
}
