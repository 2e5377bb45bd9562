package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archive.Archive;
import dev.firn.copy.Digest;
import dev.firn.lifecycle.RestoreSteps;
import dev.firn.testing.EventStore;
import dev.firn.testing.Firn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has expired does not come back, what came back does not expire, and of two at once one is first. */
class ExpiredWeeksIT {

    private static final String NEVER = "events.messages { archive-after = 1d }";

    private ArchivedWeeks weeks;
    private Firn firn;
    private Rehydrate rehydrate;

    @BeforeEach
    void archiveTwoWeeksOfWhichTheFirstMayExpire(@TempDir Path home) throws SQLException {
        weeks = new ArchivedWeeks(home, 2);
        long age = Duration.between(EventStore.FIRST_WEEK.plus(EventStore.WEEK), Instant.now())
                .toDays();
        firn = weeks.firn().tables("events.messages { archive-after = 1d, expire-after = %dd }".formatted(age - 3));
        rehydrate = new Rehydrate(firn);
    }

    @AfterEach
    void close() throws SQLException {
        weeks.close();
    }

    private String expire() {
        return firn.succeed("expire", Firn.NAMESPACE).out();
    }

    private Digest inDatabase() throws SQLException {
        return firn.inDatabase(weeks.events().table());
    }

    @Test
    void whoAsksForItIsToldWhenItExpired() throws SQLException {
        assertThat(expire()).contains("1 expired");

        Firn.Ran ran = rehydrate.run(ArchivedWeeks.FIRST.toArray(String[]::new));

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.all())
                .contains("[2024-01-04, 2024-01-11): bringing it back: its copies were removed on 20")
                .contains("because they were older than expire-after = ")
                .contains("nothing was loaded");
        assertThat(rehydrate.succeed("list", Firn.NAMESPACE).out())
                .doesNotContain("2024-01-04")
                .contains("2024-01-11");
        assertThat(weeks.rows()).isZero();
    }

    @Test
    void whoAsksForMoreGetsWhatThereIsAndIsToldWhatIsNot() throws SQLException {
        expire();

        Firn.Ran ran =
                rehydrate.succeed(Firn.NAMESPACE, ArchivedWeeks.TABLE, "--from", "2024-01-04", "--to", "2024-01-18");

        assertThat(ran.all()).contains("asked for besides, and expired: [2024-01-04, 2024-01-11) (300 rows)");
        assertThat(inDatabase()).isEqualTo(weeks.live().get(1).digest());
    }

    @Test
    void whatCameBackExpiresOnceItIsGoneAgain() throws SQLException {
        rehydrate.succeed(ArchivedWeeks.FIRST.toArray(String[]::new));

        assertThat(expire()).contains("0 expired, 1 kept").contains("it is not dropped: restored");
        assertThat(firn.live(weeks.events().table())).isEqualTo(weeks.live());

        rehydrate.succeed("release", Firn.NAMESPACE, ArchivedWeeks.TABLE, "--from", "2024-01-04");
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(expire()).contains("1 expired");
    }

    @Test
    void nothingComesBackThatIsAboutToExpire() throws SQLException {
        AtomicReference<Firn.Ran> meanwhile = new AtomicReference<>();

        Firn.Ran ran = firn.run(
                point -> {
                    if (point.equals(Archive.EXPIRE)) {
                        meanwhile.set(rehydrate.run(ArchivedWeeks.FIRST.toArray(String[]::new)));
                    }
                },
                "expire",
                Firn.NAMESPACE);

        assertThat(ran.out()).contains("1 expired");
        assertThat(meanwhile.get().exitCode()).as(meanwhile.get().all()).isEqualTo(4);
        assertThat(weeks.rows()).isZero();
    }

    @Test
    void nothingExpiresThatIsAboutToComeBack() throws SQLException {
        AtomicReference<Firn.Ran> meanwhile = new AtomicReference<>();

        Firn.Ran ran = rehydrate.run(
                point -> {
                    if (point.equals(RestoreSteps.CLAIMED)) {
                        meanwhile.set(firn.run("expire", Firn.NAMESPACE));
                    }
                },
                ArchivedWeeks.FIRST.toArray(String[]::new));

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(meanwhile.get().out()).contains("0 expired, 1 kept").contains("in work: held by ");
        assertThat(inDatabase()).isEqualTo(weeks.whole());
    }

    /** Expires, and falls asleep at the last instruction before it counts, for longer than its lease. */
    private Firn.Ran expireAsleep(Runnable meanwhile) {
        return firn.run(
                point -> {
                    if (point.equals(Archive.EXPIRE)) {
                        weeks.database().execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
                        meanwhile.run();
                    }
                },
                "expire",
                Firn.NAMESPACE);
    }

    @Test
    void aSleeperThatWakesUpAfterTheRangeCameBackLeavesItsCopy() throws SQLException {
        Firn.Ran ran = expireAsleep(() -> rehydrate.succeed(ArchivedWeeks.FIRST.toArray(String[]::new)));

        assertThat(ran.out()).contains("0 expired, 0 kept, 1 left to other workers");
        assertThat(inDatabase()).isEqualTo(weeks.whole());
        assertThat(firn.live(weeks.events().table())).isEqualTo(weeks.live());

        rehydrate.succeed("release", Firn.NAMESPACE, ArchivedWeeks.TABLE, "--from", "2024-01-04");
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(weeks.rows()).isZero();
        assertThat(firn.live(weeks.events().table())).isEqualTo(weeks.live());
        assertThat(expire()).contains("1 expired");
    }

    @Test
    void aSleeperThatWakesUpAfterTheRangeCameBackAndWentAgainCostsNoRow() throws SQLException {
        Firn.Ran ran = expireAsleep(() -> {
            rehydrate.succeed(ArchivedWeeks.FIRST.toArray(String[]::new));
            rehydrate.succeed("release", Firn.NAMESPACE, ArchivedWeeks.TABLE, "--from", "2024-01-04");
            firn.succeed("run", Firn.NAMESPACE);
            firn.tables(NEVER);
        });

        assertThat(ran.out()).contains("0 expired, 0 kept, 1 left to other workers");
        assertThat(weeks.rows()).isZero();
        assertThat(firn.live(weeks.events().table())).isEqualTo(weeks.live());
        assertThat(rehydrate.succeed(ArchivedWeeks.FIRST.toArray(String[]::new)).all())
                .contains("1 brought back");
        assertThat(inDatabase()).isEqualTo(weeks.whole());
    }

    @ParameterizedTest
    @ValueSource(strings = {NEVER, "events.messages { archive-after = 1d, expire-after = 36500d }"})
    void aSleeperThatWakesUpAfterItWasConfiguredOtherwiseCostsNoRow(String tables) {
        Firn.Ran ran = expireAsleep(() -> {
            firn.tables(tables);
            firn.succeed("run", Firn.NAMESPACE);
        });

        assertThat(ran.out()).contains("0 expired, 0 kept, 1 left to other workers");
        assertThat(firn.live(weeks.events().table())).isEqualTo(weeks.live());
        assertThat(firn.succeed("run", Firn.NAMESPACE).out()).contains("0 archived, 0 dropped, 0 failed");
        assertThat(firn.succeed("scrub", Firn.NAMESPACE).out()).contains(" 0 not; 0 stray and 0 superseded");
        firn.succeed("catalog", "rebuild", Firn.NAMESPACE);
        assertThat(firn.live(weeks.events().table())).isEqualTo(weeks.live());
    }

    @Test
    void aSleeperIsNoHindranceToWhoeverExpiresTheSame() {
        Firn.Ran ran = expireAsleep(() -> {
            firn.succeed("run", Firn.NAMESPACE);
            assertThat(expire()).contains("1 expired");
        });

        assertThat(ran.exitCode()).as(ran.all()).isZero();
        assertThat(ran.out()).contains("0 expired, 0 kept, 1 left to other workers");
        assertThat(firn.live(weeks.events().table())).hasSize(1);
    }
}
