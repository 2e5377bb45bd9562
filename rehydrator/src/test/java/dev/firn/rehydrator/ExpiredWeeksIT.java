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

/** What has expired does not come back, what came back does not expire, and of two at once one is first. */
class ExpiredWeeksIT {

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

    /** It sleeps where nothing can wake it up in time: the copy goes, and the rows are in the database. */
    @Test
    void aSleeperThatWakesUpAfterTheRangeCameBackCostsNoRow() throws SQLException {
        Firn.Ran ran = firn.run(
                point -> {
                    if (point.equals(Archive.EXPIRE)) {
                        weeks.database().execute("UPDATE firn.claim SET expires_at = clock_timestamp()");
                        rehydrate.succeed(ArchivedWeeks.FIRST.toArray(String[]::new));
                    }
                },
                "expire",
                Firn.NAMESPACE);

        assertThat(ran.exitCode()).as(ran.all()).isNotZero();
        assertThat(inDatabase()).isEqualTo(weeks.whole());

        firn.succeed("run", Firn.NAMESPACE);
        assertThat(inDatabase()).isEqualTo(weeks.whole());
        assertThat(expire()).contains("0 ranges due, 0 expired, 0 kept");

        rehydrate.succeed("release", Firn.NAMESPACE, ArchivedWeeks.TABLE, "--from", "2024-01-04");
        firn.succeed("run", Firn.NAMESPACE);
        assertThat(weeks.rows()).isZero();
        assertThat(firn.live(weeks.events().table()).get(0).digest()).isEqualTo(weeks.whole());
        assertThat(firn.live(weeks.events().table()).get(0).generation()).isEqualTo(3);
        assertThat(expire()).contains("1 expired");
    }
}
