package dev.firn.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The section {@code database} of a namespace. */
final class DatabaseSettings {

    private static final Setting<String> URL = Setting.required(
            "database.url", UrlTypes.jdbc(), "Where the database is: `\"jdbc:postgresql://host:5432/database\"`.");
    private static final Setting<String> USER =
            Setting.required("database.user", ValueType.text(), "Role that Firn works as; see `deploy/sql/roles.sql`.");
    private static final Setting<Secret> PASSWORD = Setting.optional(
            "database.password",
            ValueType.secret(),
            "none is sent",
            "Password of the role, best as `${?NAME}` from the environment.");
    private static final Setting<Duration> CONNECT_TIMEOUT = Setting.withDefault(
            "database.connect-timeout",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            "10s",
            "How long a new connection may take.");
    private static final Setting<Duration> STATEMENT_TIMEOUT = Setting.withDefault(
            "database.statement-timeout",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            "6h",
            "How long the COPY of one chunk may take.");
    private static final Setting<Duration> LOCK_TIMEOUT = Setting.withDefault(
            "database.lock-timeout",
            TimeTypes.duration(Duration.ofMillis(1), Duration.ofMillis(999)),
            "100ms",
            "How long one attempt to drop a chunk waits for its lock: writers of the chunk queue behind it meanwhile.");
    private static final Setting<Integer> LOCK_ATTEMPTS = Setting.withDefault(
            "database.lock-attempts",
            ValueType.wholeNumber(1, 1000),
            "20",
            "How often a pass tries to get that lock before it leaves the chunk for the next pass.");
    private static final Setting<Duration> LOCK_PAUSE = Setting.withDefault(
            "database.lock-pause",
            TimeTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "2s",
            "Pause between two attempts, with jitter, in which the queue drains.");
    private static final Setting<Duration> SNAPSHOT_MAX_AGE = Setting.withDefault(
            "database.snapshot-max-age",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            "6h",
            "Age at which an export gives up, because its snapshot holds back vacuum in the whole database.");
    private static final Setting<String> READ_URL = Setting.optional(
            "database.read-url",
            UrlTypes.jdbc(),
            "chunks are read from `database.url`",
            "A physical standby of that database (streaming or by archived WAL), which chunks are read from instead, by the"
                    + " same user. Each time Firn waits until it has replayed what the primary showed; all else, the drop"
                    + " above all, is done on the primary.");
    private static final Setting<Duration> READ_WAIT = Setting.withDefault(
            "database.read-wait",
            TimeTypes.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            "5m",
            "How long a pass waits for that before it ends; the next one tries again. `archiver serve` then leaves the"
                    + " namespace's chunks alone for a while, longer each time. Nothing is read from the primary in its"
                    + " stead.");
    private static final Setting<Optional<Duration>> MAX_STANDBY_LAG = Setting.withDefault(
            "database.max-standby-lag",
            TimeTypes.durationOrOff(Duration.ofSeconds(1), Duration.ofDays(7)),
            "off",
            "While any standby that streams is further behind than this (`30s`, say), no chunk is begun, and what is brought"
                    + " back waits, since loading writes much WAL. One that is behind on purpose"
                    + " (`recovery_min_apply_delay`) counts too. Takes `GRANT pg_read_all_stats` to the user.");

    static final List<Setting<?>> ALL = List.of(
            URL,
            USER,
            PASSWORD,
            CONNECT_TIMEOUT,
            STATEMENT_TIMEOUT,
            LOCK_TIMEOUT,
            LOCK_ATTEMPTS,
            LOCK_PAUSE,
            SNAPSHOT_MAX_AGE,
            READ_URL,
            READ_WAIT,
            MAX_STANDBY_LAG);

    private DatabaseSettings() {}

    static Optional<DatabaseConfig> read(Layer file, Problems problems) {
        Values values = Values.read(ALL, List.of(file), problems);
        Optional<String> readUrl = values.find(READ_URL);
        if (readUrl.isPresent() && readUrl.equals(values.find(URL))) {
            values.contradict(READ_URL, "is the same as database.url: leave it out to read there");
        }
        return values.build(() -> new DatabaseConfig(
                values.get(URL),
                values.get(USER),
                values.find(PASSWORD),
                values.get(CONNECT_TIMEOUT),
                values.get(STATEMENT_TIMEOUT),
                values.get(LOCK_TIMEOUT),
                values.get(LOCK_ATTEMPTS),
                values.get(LOCK_PAUSE),
                values.get(SNAPSHOT_MAX_AGE),
                new DatabaseConfig.Standbys(
                        values.find(READ_URL), values.get(READ_WAIT), values.get(MAX_STANDBY_LAG))));
    }
}
